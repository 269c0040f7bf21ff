import type { ErrorKind, ErrorScope } from '@caudal/core';

export interface TwilioMeaning {
  readonly kind: ErrorKind;
  /** Default `instance`; `credential` for auth. */
  readonly scope?: ErrorScope;
  readonly says: string;
}

const unreachable = (says: string): TwilioMeaning => ({ kind: 'rejected', scope: 'item', says });
const sender = (says: string): TwilioMeaning => ({ kind: 'config', says });
const account = (says: string): TwilioMeaning => ({ kind: 'auth', scope: 'credential', says });

/**
 * By Twilio's own code, which stands in the body of an answer (Twilio's error and warning dictionary). Twilio adds codes and moves
 * causes between them; one that is not listed is judged by its HTTP status.
 */
export const twilioErrors: Readonly<Record<number, TwilioMeaning>> = {
  10001: account('the account is not active'),
  20003: account('the account SID, auth token or API key was refused'),
  20005: account('the account is not active'),
  20008: account('test credentials can not send'),
  20404: sender('there is no such account'),
  20429: { kind: 'rate-limit', says: 'too many requests' },
  21211: unreachable("the recipient's number is not valid"),
  21212: sender('the sender is not a valid number'),
  21217: unreachable("the recipient's number is not valid"),
  21265: unreachable('the recipient is a short code'),
  21266: unreachable('the recipient is the sender itself'),
  21408: { kind: 'config', scope: 'item', says: "the account may not send to the recipient's country" },
  21601: sender('the sender is no number of the account that can send texts'),
  21602: { kind: 'invalid-data', scope: 'item', says: 'the text is empty' },
  21603: sender('no sender was given'),
  21604: unreachable('no recipient was given'),
  21606: sender('the sender can not send to this destination'),
  21608: unreachable('a trial account sends to verified numbers only'),
  21609: sender('delivery.url is not a URL that Twilio takes'),
  21610: unreachable('the recipient has unsubscribed'),
  21611: { kind: 'rate-limit', says: "the sender's queue is full" },
  21612: unreachable('this sender can not reach this recipient'),
  21614: unreachable("the recipient's number is not a mobile number"),
  21617: { kind: 'invalid-data', scope: 'item', says: 'the text is longer than Twilio takes' },
  21635: unreachable("the recipient's number is a landline"),
  21659: sender('the sender is no number of Twilio, or of another country'),
  21660: sender('the sender belongs to another account'),
  21661: sender('the sender can not send texts'),
  21701: sender('there is no such messaging service'),
  21703: sender('the messaging service has no sender'),
  21704: sender('the messaging service has no number'),
  21705: sender('messagingServiceSid is not valid'),
  21730: { kind: 'transient', says: 'Twilio is under maintenance' },
  30001: { kind: 'rate-limit', says: 'the queue is full' },
  30002: account('the account is suspended'),
  63038: { kind: 'quota', says: 'the daily limit of messages is used up' },
};
