import { isGsm7, septetsOf } from './gsm7.ts';

export interface Segments {
  readonly encoding: 'gsm7' | 'ucs2';
  /** Septets of GSM-7, or 16-bit units of UCS-2. */
  readonly units: number;
  /** How many messages it costs. */
  readonly segments: number;
}

/** Units of a message that stands alone, and of each part of one that was divided: the rest is the concatenation header (TS 23.040, 9.2.3.24.1). */
const room = { gsm7: { alone: 160, part: 153 }, ucs2: { alone: 70, part: 67 } } as const;

const unitsOf = {
  gsm7: (character: string) => septetsOf(character) ?? 1,
  ucs2: (character: string) => character.length,
};

/**
 * What a text costs. An escaped character of GSM-7 and a surrogate pair of UCS-2 are never divided, so a part may end one unit
 * early.
 */
export const segmentsOf = (text: string): Segments => {
  const encoding = isGsm7(text) ? 'gsm7' : 'ucs2';
  const { alone, part } = room[encoding];
  let [units, segments, filled] = [0, 1, 0];
  for (const character of text) {
    const needs = unitsOf[encoding](character);
    if (filled + needs > part) {
      segments += 1;
      filled = 0;
    }
    filled += needs;
    units += needs;
  }
  return { encoding, units, segments: units <= alone ? 1 : segments };
};

/** Characters that certainly fit, whatever the script. */
export const surelyFits = (segments: number): number => (segments === 1 ? room.ucs2.alone : segments * room.ucs2.part);

/** No text of more characters than this fits. */
export const neverFits = (segments: number): number => segments * room.gsm7.alone;
