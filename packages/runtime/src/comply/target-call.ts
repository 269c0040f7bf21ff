import { type CaudalError, toCaudalError } from '@caudal/core';
import type { Services } from '../services.ts';

/** Until when a target may answer. */
export const timed = (signal: AbortSignal, { options }: Services) =>
  AbortSignal.any([signal, AbortSignal.timeout(options.comply.requestTimeoutMs)]);

/** Why it did not, without secrets. */
export const explained = (
  thrown: unknown,
  { redact }: Services,
  doing: string,
): Pick<CaudalError, 'sent' | 'message'> => {
  const error = toCaudalError(thrown, doing);
  return { sent: error.sent, message: redact.text(error.message) };
};
