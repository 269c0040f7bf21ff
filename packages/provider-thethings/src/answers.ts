import { CaudalError } from '@caudal/core';
import type { Http, HttpResponse, StatusMeaning } from '@caudal/http';
import { parseBody } from './body.ts';
import { refusalOf } from './item.ts';

/** Waits of the official Electric Imp library: after 429, and after any other status it did not expect. */
const waits = { limit: 60_000, trouble: 10_000 };

/** Limits are refused with 403 too (API reference); the words are not documented. */
const defaultLimitPattern = 'limit|quota|exceed|too many|throttl';

const meanings: Readonly<Record<number, StatusMeaning>> = {
  403: { kind: 'auth', says: 'the thing token may not do this' },
};

const parsed = (response: HttpResponse): unknown => {
  try {
    return parseBody(response.body);
  } catch {
    return undefined;
  }
};

const isPage = ({ contentType, body }: HttpResponse): boolean =>
  /\bx?html\b/i.test(contentType ?? '') || /^\s*</.test(Buffer.from(body.subarray(0, 200)).toString('latin1'));

/**
 * The platform's way to say that there is no data: 404 for a key that was never written, 304 for nothing new (API reference).
 * A web page with 404 comes from somewhere else.
 */
const saysNothing = (response: HttpResponse): boolean =>
  response.status === 304 || (response.status === 404 && !isPage(response));

const wordsOf = (response: HttpResponse, refusal: ReturnType<typeof refusalOf>): string =>
  refusal?.message.slice(0, 500) ?? Buffer.from(response.body.subarray(0, 500)).toString('utf8');

const refused = (
  http: Http,
  response: HttpResponse,
  refusal: ReturnType<typeof refusalOf>,
  limit: RegExp,
): CaudalError => {
  const status = response.status < 300 ? (refusal?.code ?? 500) : response.status;
  const common = http.failure({ ...response, status }, { meanings });
  const { detail, credential, retryAfterMs: stated } = common;
  const facts = {
    status: response.status,
    ...(detail === undefined ? {} : { detail }),
    ...(credential === undefined ? {} : { credential }),
  };
  if (status === 429 || (status === 403 && limit.test(wordsOf(response, refusal))))
    return new CaudalError('rate-limit', 'thethings.iO refused the request: a limit of the plan is used up', {
      ...facts,
      scope: 'instance',
      retryAfterMs: stated ?? waits.limit,
    });
  const passes = common.kind === 'transient' || common.kind === 'timeout';
  const retryAfterMs = stated ?? (passes ? waits.trouble : undefined);
  return new CaudalError(common.kind, common.message, {
    ...facts,
    scope: common.kind === 'rejected' ? 'device' : common.scope,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
};

/** How this client reads the platform's answers. */
export interface Answers {
  /**
   * The body of a success; `undefined` where the platform says that there is no data.
   * @throws CaudalError for every refusal, also one under status 200, and for a body that is no JSON
   */
  read(response: HttpResponse): unknown;
  /** The error of an answer that is none of data. */
  failure(response: HttpResponse): CaudalError;
}

/** @throws CaudalError kind `config` when the pattern is no regular expression */
export const answersOf = (http: Http, pattern: string = defaultLimitPattern): Answers => {
  let limit: RegExp;
  try {
    limit = new RegExp(pattern, 'i');
  } catch (cause) {
    throw new CaudalError('config', 'limitPattern is no regular expression', { cause, sent: 'no' });
  }
  return {
    read(response) {
      if (saysNothing(response)) return undefined;
      const body = parsed(response);
      const refusal = refusalOf(body);
      if (refusal !== undefined || response.status < 200 || response.status > 299)
        throw refused(http, response, refusal, limit);
      if (body === undefined) http.json(response);
      return body;
    },
    failure: (response) => refused(http, response, refusalOf(parsed(response)), limit),
  };
};
