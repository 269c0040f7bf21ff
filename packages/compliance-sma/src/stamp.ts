import { CHILE_REGULATOR_OFFSET_MINUTES, civilAtOffset, civilClock, civilDate } from '@caudal/core';

/**
 * `estampaTiempo`: `yyyy-MM-ddTHH:mm:ss` without offset, official winter time (GMT-4) all year. Source: SMA Res. Ex. 252/2020
 * (clock) and production (spelling).
 */
export const stampOf = (instant: number): string => {
  const civil = civilAtOffset(instant, CHILE_REGULATOR_OFFSET_MINUTES);
  return `${civilDate(civil)}T${civilClock(civil)}`;
};
