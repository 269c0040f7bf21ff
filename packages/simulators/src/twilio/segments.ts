/** GSM 03.38 by code point of Unicode, and what of it takes two septets. */
const one = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà]$/u;
const two = /^[\f^{}\\[~\]|€]$/u;

const parts = (sizes: readonly number[], alone: number, divided: number): number => {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total <= alone) return 1;
  let [count, left] = [1, divided];
  for (const size of sizes) {
    if (size > left) [count, left] = [count + 1, divided];
    left -= size;
  }
  return count;
};

/** How many segments Twilio would bill for a body (3GPP TS 23.038 and 23.040), and in which alphabet. */
export const billedSegments = (body: string): { readonly segments: number; readonly alphabet: 'GSM-7' | 'UCS-2' } => {
  const characters = Array.from(body);
  const septets = characters.map((character) => (one.test(character) ? 1 : two.test(character) ? 2 : 0));
  return septets.includes(0)
    ? {
        segments: parts(
          characters.map((character) => character.length),
          70,
          67,
        ),
        alphabet: 'UCS-2',
      }
    : { segments: parts(septets, 160, 153), alphabet: 'GSM-7' };
};
