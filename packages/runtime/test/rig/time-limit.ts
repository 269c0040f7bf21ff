import { systemClock } from '@caudal/core';

const minutes = Number(process.env['CAUDAL_RIG_MINUTES'] ?? Infinity);

/** `npm run rig -- --minutes=N`: a part does no more after so long, and judges what it did. Answers whether that time is over. */
export const timeLimit = (): (() => boolean) => {
  const from = systemClock.now();
  return () => systemClock.now() - from > minutes * 60_000;
};
