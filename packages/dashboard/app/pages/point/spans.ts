const hour = 3_600_000;
const day = 24 * hour;

/** What a press shows: so long until now; `all` from the first value on. */
export const spans = { day, week: 7 * day, month: 30 * day, year: 365 * day, all: null } as const;
export type SpanName = keyof typeof spans;

/** What is looked at: a span until now, or one that was dragged over the chart. */
export type View =
  | { readonly kind: 'last'; readonly name: SpanName }
  | { readonly kind: 'part'; readonly from: number; readonly to: number };

/** As the API is asked; nothing for all there is. */
export const queryOf = (view: View, now: number): { readonly from?: string; readonly to?: string } => {
  if (view.kind === 'part') return { from: new Date(view.from).toISOString(), to: new Date(view.to).toISOString() };
  const length = spans[view.name];
  return length === null ? {} : { from: new Date(now - length).toISOString(), to: new Date(now).toISOString() };
};
