import { createHash } from 'node:crypto';
import { billedSegments } from './segments.ts';

/** What an account may use and whom it can reach. Numbers in E.164. */
export interface TwilioAccount {
  readonly accountSid: string;
  readonly authToken: string;
  readonly apiKeys: Readonly<Record<string, string>>;
  readonly numbers: readonly string[];
  readonly messagingServices: readonly string[];
  readonly unsubscribed: readonly string[];
  readonly landlines: readonly string[];
}

/** A message that Twilio took. */
export interface TwilioMessage {
  readonly sid: string;
  readonly at: number;
  readonly to: string;
  /** Undefined when a messaging service chooses. */
  readonly from: string | undefined;
  readonly messagingServiceSid: string | undefined;
  readonly body: string;
  readonly segments: number;
  readonly alphabet: 'GSM-7' | 'UCS-2';
  readonly statusCallback: string | undefined;
}

/** A refusal by Twilio's code. */
export interface TwilioRefusal {
  readonly code: number;
  readonly status: number;
  readonly message: string;
}

/** Codes and words of Twilio's error and warning dictionary. */
const refusals: Readonly<Record<number, Omit<TwilioRefusal, 'code'>>> = {
  20003: { status: 401, message: 'Authenticate' },
  20404: { status: 404, message: 'The requested resource was not found' },
  20429: { status: 429, message: 'Too Many Requests' },
  21211: { status: 400, message: "The 'To' number is not a valid phone number." },
  21408: { status: 400, message: 'Permission to send an SMS has not been enabled for the region' },
  21602: { status: 400, message: 'Message body is required.' },
  21603: { status: 400, message: "A 'From' phone number is required." },
  21604: { status: 400, message: "A 'To' phone number is required." },
  21606: {
    status: 400,
    message: "The 'From' phone number provided is not a valid message-capable Twilio phone number",
  },
  21609: { status: 400, message: 'The StatusCallback URL is not a valid URL.' },
  21610: { status: 400, message: 'Attempt to send to unsubscribed recipient' },
  21611: { status: 429, message: "This 'From' number has exceeded the maximum number of queued messages" },
  21614: { status: 400, message: "'To' number is not a valid mobile number" },
  21617: { status: 400, message: 'The concatenated message body exceeds the 1600 character limit.' },
  21701: { status: 404, message: 'The Messaging Service does not exist' },
};

/** A refusal; a code without words here is answered 400, as most are. */
export const refusal = (code: number): TwilioRefusal => ({
  code,
  ...(refusals[code] ?? { status: 400, message: `Error ${code}` }),
});

const known = new Set(['To', 'From', 'MessagingServiceSid', 'Body', 'StatusCallback', 'ValidityPeriod']);

const calls = (url: string) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);

/** What is wrong with a form, in the order in which Twilio looks; undefined when it would be taken. `unknown` names parameters that do not exist. */
export const faultOf = (
  form: URLSearchParams,
  account: TwilioAccount,
): { readonly code?: number; readonly unknown: readonly string[] } => {
  const unknown = [...new Set(form.keys())].filter((name) => !known.has(name) || form.getAll(name).length > 1);
  const [to, from, service, body, callback] = ['To', 'From', 'MessagingServiceSid', 'Body', 'StatusCallback'].map(
    (name) => form.get(name) ?? '',
  ) as [string, string, string, string, string];
  const first: readonly (readonly [wrong: boolean, code: number])[] = [
    [to === '', 21_604],
    [!/^\+[1-9]\d{6,14}$/.test(to), 21_211],
    [from === '' && service === '', 21_603],
    [service !== '' && !account.messagingServices.includes(service), 21_701],
    [from !== '' && !account.numbers.includes(from), 21_606],
    [body === '', 21_602],
    [body.length > 1600, 21_617],
    [callback !== '' && !calls(callback), 21_609],
    [account.unsubscribed.includes(to), 21_610],
    [account.landlines.includes(to), 21_614],
  ];
  const code = first.find(([wrong]) => wrong)?.[1];
  return { unknown, ...(code === undefined ? {} : { code }) };
};

export const messageOf = (form: URLSearchParams, number: number, at: number): TwilioMessage => {
  const text = (name: string) => form.get(name) ?? undefined;
  const body = form.get('Body') ?? '';
  return {
    sid: `SM${createHash('md5').update(`message ${number}`).digest('hex')}`,
    at,
    to: form.get('To') ?? '',
    from: text('From'),
    messagingServiceSid: text('MessagingServiceSid'),
    body,
    ...billedSegments(body),
    statusCallback: text('StatusCallback'),
  };
};

/** A Message resource as the API answers it. */
export const resourceOf = (message: TwilioMessage, accountSid: string): unknown => ({
  sid: message.sid,
  account_sid: accountSid,
  api_version: '2010-04-01',
  body: message.body,
  to: message.to,
  from: message.from ?? null,
  messaging_service_sid: message.messagingServiceSid ?? null,
  direction: 'outbound-api',
  // with a messaging service it is not known yet
  num_segments: message.messagingServiceSid === undefined ? String(message.segments) : '0',
  status: message.messagingServiceSid === undefined ? 'queued' : 'accepted',
  error_code: null,
  error_message: null,
  date_created: new Date(message.at).toUTCString(),
  date_sent: null,
});
