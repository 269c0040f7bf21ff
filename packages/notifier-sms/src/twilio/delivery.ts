import {
  CaudalError,
  type DeliveryEvent,
  type Host,
  type NotifierInstance,
  type RawRequest,
  type SecretReference,
} from '@caudal/core';
import { isSigned } from './signature.ts';

/** Twilio's message statuses (Message resource, "Message status values"). */
const statuses: Readonly<Record<string, DeliveryEvent['status']>> = {
  accepted: 'accepted',
  scheduled: 'accepted',
  queued: 'accepted',
  sending: 'accepted',
  sent: 'sent',
  delivered: 'delivered',
  read: 'delivered',
  undelivered: 'bounced',
  failed: 'rejected',
  canceled: 'rejected',
};

/** Codes that only delivery shows (Twilio's error and warning dictionary). */
const causes: Readonly<Record<string, string>> = {
  30001: 'queue full',
  30002: 'account suspended',
  30003: 'handset unreachable',
  30004: 'blocked by the recipient or the carrier',
  30005: 'unknown handset',
  30006: 'landline, or carrier unreachable',
  30007: 'filtered by the carrier',
  30008: 'unknown error of the carrier',
  30036: 'validity period expired',
};

const formOf = ({ body }: RawRequest): URLSearchParams => new URLSearchParams(Buffer.from(body).toString('utf8'));

/**
 * Twilio's status callbacks. They carry no time, come late, twice and out of order: `at` is when one arrived.
 *
 * @param url exactly as Twilio was given it
 */
export const createDelivery = (
  url: string,
  authToken: SecretReference,
  host: Host,
): NonNullable<NotifierInstance['delivery']> => ({
  async verify(request) {
    const secret = await host.secret(authToken);
    host.redact.add(secret);
    const signature = request.headers['x-twilio-signature'] ?? '';
    if (!isSigned(signature, url, formOf(request), secret)) {
      throw new CaudalError('auth', 'a status callback came without the signature of this account', { scope: 'item' });
    }
  },
  accept(request) {
    const form = formOf(request);
    const externalId = form.get('MessageSid') ?? form.get('SmsSid') ?? '';
    if (externalId === '')
      throw new CaudalError('invalid-data', 'a status callback names no message', { scope: 'item' });
    const status = statuses[form.get('MessageStatus') ?? form.get('SmsStatus') ?? ''];
    const code = form.get('ErrorCode') ?? '';
    const detail = code === '' ? undefined : `${code}${causes[code] === undefined ? '' : `: ${causes[code]}`}`;
    return {
      events:
        status === undefined
          ? []
          : [
              {
                externalId,
                status,
                at: request.receivedAt,
                ...(detail === undefined ? {} : { detail: detail.slice(0, 200) }),
              },
            ],
      response: { status: 204 },
    };
  },
});
