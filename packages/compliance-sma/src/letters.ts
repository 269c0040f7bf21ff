import { CHILE_REGULATOR_OFFSET_MINUTES, civilAtOffset, civilClock, civilDate } from '@caudal/core';

/** Where the SMA wants notices. Source: SMA Res. Ex. 252/2020. */
export const noticeAddress = 'snifa@sma.gob.cl';

/** What nobody told us: a visible blank for a person to fill, never a guess. */
export const blank = (what: string): string => `[COMPLETAR: ${what}]`;

/** An instant as the SMA counts it. */
export const officialTime = (instant: number): string => {
  const civil = civilAtOffset(instant, CHILE_REGULATOR_OFFSET_MINUTES);
  return `${civilDate(civil)} ${civilClock(civil)} (hora oficial de invierno, GMT-4)`;
};

/** The processes of a notice, one a line. */
export const processLines = (works: readonly string[]): string =>
  works
    .map((code) => {
      const [ufId, procesoId] = code.split('/');
      return procesoId === undefined ? `- ${code}` : `- Unidad Fiscalizable ${ufId}, proceso ${procesoId}`;
    })
    .join('\n');

/** Who signs: never known here. */
export const signature = [
  blank('nombre del titular'),
  blank('RUT del titular'),
  blank('nombre, cargo y contacto de quien informa'),
].join('\n');
