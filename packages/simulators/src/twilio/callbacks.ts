import type { Clock } from '@caudal/core';
import type { TwilioAccount, TwilioMessage } from './messages.ts';
import { twilioSignature } from './signature.ts';

export type TwilioStatus = 'queued' | 'sending' | 'sent' | 'delivered' | 'undelivered' | 'failed' | 'read';

export interface TwilioReport {
  /** In this order: `['delivered', 'sent', 'delivered']` is late, out of order and twice. Default sent, delivered. */
  readonly statuses?: readonly TwilioStatus[];
  /** With the last status. */
  readonly errorCode?: number;
  /** Time of the clock before each. Default none. */
  readonly afterMs?: number;
  /** Signs with another token, as somebody else would have to. */
  readonly authToken?: string;
  readonly signal?: AbortSignal;
}

/** A callback as it went out. `status` is the HTTP status of the answer, undefined when there was none. */
export interface TwilioCallback {
  readonly at: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly status: number | undefined;
}

/** One status callback. Twilio does not repeat one that is not answered; it may still come twice. */
const post = async (url: string, headers: Record<string, string>, body: string, signal?: AbortSignal) => {
  try {
    const response = await fetch(url, { method: 'POST', headers, body, ...(signal === undefined ? {} : { signal }) });
    await response.arrayBuffer();
    return response.status;
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
};

/** Posts the callbacks of one message. @throws RangeError when it asked for none */
export const report = async (
  clock: Clock,
  account: TwilioAccount,
  message: TwilioMessage,
  options: TwilioReport,
): Promise<readonly TwilioCallback[]> => {
  const url = message.statusCallback;
  if (url === undefined) throw new RangeError(`message ${message.sid} has no StatusCallback`);
  const { statuses = ['sent', 'delivered'], afterMs, errorCode, signal } = options;
  const sent: TwilioCallback[] = [];
  for (const [index, status] of statuses.entries()) {
    if (afterMs !== undefined) await clock.sleep(afterMs, signal);
    const parameters: Record<string, string> = {
      AccountSid: account.accountSid,
      ApiVersion: '2010-04-01',
      From: message.from ?? account.numbers[0] ?? '',
      MessageSid: message.sid,
      MessageStatus: status,
      SmsSid: message.sid,
      SmsStatus: status,
      To: message.to,
      ...(errorCode !== undefined && index === statuses.length - 1 ? { ErrorCode: String(errorCode) } : {}),
    };
    const headers = {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'x-twilio-signature': twilioSignature(url, parameters, options.authToken ?? account.authToken),
    };
    const body = new URLSearchParams(parameters).toString();
    sent.push({ at: clock.now(), url, headers, body, status: await post(url, headers, body, signal) });
  }
  return sent;
};
