const charsAtMost = 20_000;

/** Everything that a terminal or a log could take for a command, and what turns text around. */
const unsafe = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A body as text that can be shown anywhere: control characters are spelt out, and what is no UTF-8 is base64. Cut at 20 000 characters. */
export const printable = (
  body: Uint8Array,
): { readonly text: string; readonly as: 'text' | 'base64'; readonly cut: boolean } => {
  let text: string;
  let as: 'text' | 'base64' = 'text';
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
      .decode(body)
      .replace(unsafe, (sign) => `\\u${(sign.codePointAt(0) as number).toString(16).padStart(4, '0')}`);
  } catch {
    text = Buffer.from(body).toString('base64');
    as = 'base64';
  }
  return { text: text.slice(0, charsAtMost), as, cut: text.length > charsAtMost };
};
