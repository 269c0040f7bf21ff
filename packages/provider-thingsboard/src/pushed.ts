import { CaudalError, parseInstant, type RawRecord, isJsonObject, type JsonObject, SpelledNumber } from '@caudal/core';
import { epochOf } from './body.ts';
import type { ThingsBoardConfig } from './config.ts';
import type { NoSample, Sample } from './sample.ts';

/** Headers of a push that say what a flat body does not. */
export const pushHeaders = (webhook: ThingsBoardConfig['webhook']) => ({
  device: (webhook?.deviceHeader ?? 'devicename').toLowerCase(),
  time: (webhook?.timeHeader ?? 'ts').toLowerCase(),
});

/** Epoch milliseconds as ThingsBoard's metadata has them, or an ISO instant with its zone; as it stands for anything else. */
const instantText = (text: string | undefined): unknown => {
  if (text === undefined || epochOf(text) !== undefined) return text;
  const instant = parseInstant(text);
  return instant === undefined ? text : String(instant);
};

/** `{"ts", "values": {…}}` names its time; a flat `{"key": value}` is a message body whose time is in the metadata. */
const parts = (item: JsonObject): { readonly ts: unknown; readonly values: JsonObject; readonly under: string } => {
  const { values } = item;
  const timed = isJsonObject(values) && Object.keys(item).every((key) => key === 'ts' || key === 'values');
  return timed ? { ts: item['ts'], values, under: '/values' } : { ts: undefined, values: item, under: '' };
};

const step = (key: string) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;

/**
 * Samples of a push by the rule node "REST API call": a flat body with time and device in headers, one with `ts` and `values`, or
 * a list of either. A push without any time is refused: arrival says nothing of when something was measured.
 *
 * @throws CaudalError kind `invalid-data` for a body that is neither
 */
export function* pushedSamples(
  body: unknown,
  { envelope }: RawRecord,
  webhook: ThingsBoardConfig['webhook'],
): Generator<Sample | NoSample> {
  if (!isJsonObject(body) && !Array.isArray(body))
    throw new CaudalError('invalid-data', 'the push is neither an object nor a list', { scope: 'item' });
  const names = pushHeaders(webhook);
  const named = envelope.headers?.[names.device];
  const devices = webhook?.devices ?? {};
  const device = named !== undefined && Object.hasOwn(devices, named) ? devices[named] : named;
  const time = instantText(envelope.headers?.[names.time]);
  const list = Array.isArray(body);
  for (const [index, item] of (list ? (body as unknown[]) : [body]).entries()) {
    const place = list ? `/${index}` : '';
    if (!isJsonObject(item)) {
      yield { problem: 'the item of the list is not an object', at: place };
      continue;
    }
    const { ts, values, under } = parts(item);
    const own = ts instanceof SpelledNumber ? ts : typeof ts === 'string' ? instantText(ts) : undefined;
    for (const [variable, value] of Object.entries(values))
      yield { device, variable, ts: own ?? time, value, at: place + under + step(variable) };
  }
}
