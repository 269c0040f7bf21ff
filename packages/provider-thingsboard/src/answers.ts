import { CaudalError, isJsonObject, type JsonObject, parseSpelledJson } from '@caudal/core';
import type { HttpResponse } from '@caudal/http';
import { refused, type Wire } from './refusals.ts';

/**
 * The body of a call that succeeded, as JSON whose numbers keep their spelling.
 * @throws CaudalError for a refusal, and for a body that is no JSON
 */
export const answerOf = (wire: Wire, response: HttpResponse, asked: 'device' | 'instance'): unknown => {
  if (response.status < 200 || response.status > 299) throw refused(wire, response, asked);
  try {
    return parseSpelledJson(response.body);
  } catch (error) {
    wire.http.json(response);
    throw error;
  }
};

/** Samples by key: `{"key": [{"ts", "value"}]}`, newest or oldest first. A key that is absent or empty has no data. */
export type Telemetry = Readonly<Record<string, readonly unknown[]>>;

/** Whether a body is samples by key, which includes `{}`. */
export const isTelemetry = (body: unknown): body is Telemetry =>
  isJsonObject(body) && Object.values(body).every((samples) => Array.isArray(samples));

/**
 * The answer of the time series call.
 * @throws CaudalError kind `rejected` for a refusal under a status of success, `invalid-data` for any other body
 */
export const telemetryOf = (wire: Wire, response: HttpResponse): Telemetry => {
  const answer = answerOf(wire, response, 'device');
  if (isTelemetry(answer)) return answer;
  const refusal = isJsonObject(answer) && ['message', 'error', 'errorCode'].some((key) => key in answer);
  throw new CaudalError(
    refusal ? 'rejected' : 'invalid-data',
    refusal ? 'ThingsBoard refused the request with a status of success' : 'the answer is not samples by key',
    { status: response.status, scope: 'device', detail: wire.http.failure(response).detail ?? '' },
  );
};

/** Rows of a page of entities: `{data, hasNext}` of ThingsBoard, or a bare list. */
export const pageOf = (
  answer: unknown,
): { readonly rows: readonly JsonObject[]; readonly more: boolean | undefined } => {
  const data = isJsonObject(answer) ? answer['data'] : answer;
  const hasNext = isJsonObject(answer) ? answer['hasNext'] : undefined;
  if (!Array.isArray(data)) throw new CaudalError('invalid-data', 'the answer is not a page of entities');
  return { rows: data.filter(isJsonObject), more: typeof hasNext === 'boolean' ? hasNext : undefined };
};
