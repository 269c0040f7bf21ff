import { CaudalError, isJsonObject, type JsonObject } from '@caudal/core';
import { parseBody } from './body.ts';
import type { Http, HttpResponse } from '@caudal/http';
import { refusalOf, refusals, waitIn } from './refusals.ts';

/** The limit is counted in whole clock minutes, so without a stated wait it is over when the vendor's next minute begins. */
const untilNextMinute = (serverTime: number | undefined): number | undefined =>
  serverTime === undefined ? undefined : 60_000 - (serverTime % 60_000);

const parsed = (response: HttpResponse): unknown => {
  try {
    return parseBody(response.body);
  } catch {
    return undefined;
  }
};

const refused = (http: Http, response: HttpResponse, message: string): CaudalError => {
  const common = http.failure(response);
  if (response.status >= 500) return common;
  const known = refusals.find(({ pattern }) => pattern.test(message));
  const kind = known?.kind ?? (response.status < 300 ? 'rejected' : common.kind);
  const retryAfterMs =
    waitIn(message) ??
    common.retryAfterMs ??
    (kind === 'rate-limit' ? untilNextMinute(response.serverTime) : undefined);
  const byCredential = kind === 'auth' && response.credential !== undefined;
  return new CaudalError(kind, `TagoIO refused the request: ${known?.says ?? 'see the detail'}`, {
    status: response.status,
    scope: byCredential ? 'credential' : kind === 'rate-limit' || kind === 'quota' ? 'instance' : 'device',
    ...(common.detail === undefined ? {} : { detail: common.detail }),
    ...(response.credential === undefined ? {} : { credential: response.credential }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
};

/**
 * The answer of a call that succeeded by status and by body.
 * @throws CaudalError for a refusal in either of TagoIO's two shapes, with any HTTP status, and for a body that is no answer
 */
export const answerOf = (http: Http, response: HttpResponse): JsonObject => {
  const answer = parsed(response);
  const message = refusalOf(answer);
  if (message !== undefined) throw refused(http, response, message);
  if (response.status < 200 || response.status > 299) throw refused(http, response, '');
  if (answer === undefined) http.json(response);
  if (!isJsonObject(answer) || !('result' in answer)) {
    throw new CaudalError('invalid-data', 'TagoIO answered with JSON that has no result', {
      status: response.status,
      scope: 'device',
    });
  }
  return answer;
};
