/** GSM 03.38 default alphabet (3GPP TS 23.038, 6.2.1), without escape and with the two line breaks. */
const basic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);

/** Its extension table (6.2.1.1): each takes an escape and a second septet. */
const extension = new Set('\f^{}\\[~]|€');

/** Septets that one character takes; undefined when GSM-7 has no such character. */
export const septetsOf = (character: string): 1 | 2 | undefined =>
  basic.has(character) ? 1 : extension.has(character) ? 2 : undefined;

export const isGsm7 = (text: string): boolean => {
  for (const character of text) if (septetsOf(character) === undefined) return false;
  return true;
};
