import { CHILE_REGULATOR_OFFSET_MINUTES, civilAtOffset, civilClock, civilDate } from '@caudal/core';

/**
 * The spellings of the header `timeStampOrigen` (the moment of sending) that the DGA has been seen to accept. The manual
 * prints `yyyy-MM-ddTHH:mm:ss-0000` and does not say what `-0000` means; the literal suffix behind the UTC−4 wall clock is
 * the only spelling that is both its letter and accepted in production, so it is the default.
 */
export const sendTimeFormats = {
  '-0000': { offsetMinutes: CHILE_REGULATOR_OFFSET_MINUTES, suffix: '-0000' },
  '-04:00': { offsetMinutes: CHILE_REGULATOR_OFFSET_MINUTES, suffix: '-04:00' },
  none: { offsetMinutes: CHILE_REGULATOR_OFFSET_MINUTES, suffix: '' },
  Z: { offsetMinutes: 0, suffix: 'Z' },
} as const;

export type SendTimeFormat = keyof typeof sendTimeFormats;

/** The header's value for a send time in UTC milliseconds. */
export const formatSendTime = (sendTime: number, format: SendTimeFormat): string => {
  const { offsetMinutes, suffix } = sendTimeFormats[format];
  const civil = civilAtOffset(sendTime, offsetMinutes);
  return `${civilDate(civil)}T${civilClock(civil)}${suffix}`;
};
