/** How a state looks: a colour and a mark, so that it does not hang on the colour. */
export type Tone = 'good' | 'suspect' | 'fail' | 'missing' | 'unknown';

export const marks: Readonly<Record<Tone, string>> = { good: '✓', suspect: '!', fail: '✕', missing: '–', unknown: '?' };

export const Badge = ({ tone, children }: { readonly tone: Tone; readonly children: string }) => (
  <span class="badge" data-tone={tone} data-mark={marks[tone]}>
    {children}
  </span>
);
