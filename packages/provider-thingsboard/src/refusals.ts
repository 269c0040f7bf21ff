import {
  CaudalError,
  type ErrorKind,
  type ErrorScope,
  type Redactor,
  isJsonObject,
  parseSpelledJson,
  SpelledNumber,
} from '@caudal/core';
import type { Http, HttpResponse } from '@caudal/http';

/** What a refusal says, as far as it can be read. */
interface Refusal {
  readonly errorCode?: number;
  readonly message?: string;
}

interface Meaning {
  readonly kind: ErrorKind;
  readonly says: string;
  /** What is paused. `asked`: the device that was asked for, or the instance where none was. */
  readonly scope: ErrorScope | 'asked';
}

const credential = (says: string): Meaning => ({ kind: 'auth', says, scope: 'credential' });

/**
 * By HTTP status and `errorCode` (ThingsBoard server source: ThingsboardErrorCode). A permission that is missing for one device
 * says nothing of the others.
 */
const meanings: Readonly<Record<string, Meaning>> = {
  '401/10': credential('user or password is wrong, or the account is not active or locked'),
  '401/11': credential('the token has expired, and so has a new one'),
  '401/15': credential('the password has expired'),
  '403/20': { kind: 'auth', says: 'the user may not do this', scope: 'asked' },
  '400/30': { kind: 'rejected', says: 'the arguments are invalid', scope: 'asked' },
  '400/31': { kind: 'rejected', says: 'the request is malformed, such as an id that is no UUID', scope: 'asked' },
  '404/32': { kind: 'config', says: 'there is no such device', scope: 'asked' },
  '413/31': { kind: 'invalid-data', says: 'the request is too large', scope: 'asked' },
  '429/33': { kind: 'rate-limit', says: 'too many requests', scope: 'instance' },
  '429/34': { kind: 'rate-limit', says: 'too many updates', scope: 'instance' },
};

/** Without a code that is known, such as from the gateway, whose refusals are not documented. */
const byStatus: Readonly<Record<number, Meaning>> = {
  400: { kind: 'rejected', says: 'the request was refused', scope: 'asked' },
  401: credential('the credential was refused'),
  403: { kind: 'auth', says: 'the user may not do this', scope: 'asked' },
  404: { kind: 'config', says: 'there is no such device, or the base URL is wrong', scope: 'asked' },
  413: { kind: 'invalid-data', says: 'the request is too large', scope: 'asked' },
  414: { kind: 'invalid-data', says: 'the request names too many keys', scope: 'asked' },
  429: { kind: 'rate-limit', says: 'too many requests', scope: 'instance' },
};

/** Where refusals keep their words: ThingsBoard's `message`, Spring's `error`, and what gateways like to write. */
const wordKeys = ['message', 'error', 'detail', 'error_description'];

const words = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 300) : undefined;

/** Reads a refusal of any form: ThingsBoard's JSON (its `timestamp` may be a number or a text), other JSON, plain text. */
const refusalOf = (body: Uint8Array): Refusal => {
  let answer: unknown;
  try {
    answer = parseSpelledJson(body);
  } catch {
    const text = Buffer.from(body).toString('utf8').trimStart();
    const message = text.startsWith('<') ? undefined : words(text);
    return message === undefined ? {} : { message };
  }
  if (!isJsonObject(answer)) return typeof answer === 'string' ? { message: answer.slice(0, 300) } : {};
  const found = answer;
  const message = wordKeys.map((key) => words(found[key])).find((text) => text !== undefined);
  const code = answer['errorCode'];
  return {
    ...(code instanceof SpelledNumber ? { errorCode: code.value } : {}),
    ...(message === undefined ? {} : { message }),
  };
};

/**
 * Whether a 401 means that the token ran out: `errorCode` 11, or where there is no code, words that say so. Never for 10 and 15:
 * another login would fail like the last, and ThingsBoard locks accounts that fail too often.
 */
export const saysExpired = ({ body }: { readonly body: Uint8Array }): boolean => {
  const { errorCode, message = '' } = refusalOf(body);
  return errorCode === undefined ? /token.*expired|expired.*token/i.test(message) : errorCode === 11;
};

/** The HTTP client of an instance, and what keeps secrets out of words that the other side wrote. */
export interface Wire {
  readonly http: Http;
  readonly redact: Redactor;
}

/** The error that a refused answer means, with the words of the refusal. `asked` tells whether one device was asked for. */
export const refused = ({ http, redact }: Wire, response: HttpResponse, asked: 'device' | 'instance'): CaudalError => {
  const common = http.failure(response);
  const { errorCode, message } = refusalOf(response.body);
  const meaning = meanings[`${response.status}/${errorCode}`] ?? byStatus[response.status];
  if (meaning === undefined) return common;
  const { kind, says } = meaning;
  const scope = meaning.scope === 'asked' ? asked : meaning.scope;
  const said = message === undefined ? '' : ` (it says: ${redact.text(message)})`;
  return new CaudalError(kind, `ThingsBoard refused the request: ${says}${said}`, {
    status: response.status,
    scope: scope === 'credential' && response.credential === undefined ? 'instance' : scope,
    ...(common.detail === undefined ? {} : { detail: common.detail }),
    ...(response.credential === undefined ? {} : { credential: response.credential }),
    ...(common.retryAfterMs === undefined ? {} : { retryAfterMs: common.retryAfterMs }),
  });
};
