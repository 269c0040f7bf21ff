import {
  CaudalError,
  createProblemList,
  type DecodeContext,
  type Decoded,
  type RawRecord,
  type Reading,
  isJsonObject,
  parseSpelledJson,
} from '@caudal/core';
import { isTelemetry } from './answers.ts';
import { epochOf } from './body.ts';
import type { ThingsBoardConfig, ThingsBoardDeviceSettings } from './config.ts';
import { pushedSamples } from './pushed.ts';
import type { NoSample, Sample } from './sample.ts';
import { readValue } from './value.ts';

const refuse = (why: string): never => {
  throw new CaudalError('invalid-data', why, { scope: 'item' });
};

const pointer = (...steps: readonly (string | number)[]) =>
  steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

type Split = (body: unknown, device: string | undefined) => Iterable<Sample | NoSample>;

/** `{"key": [{"ts", "value"}]}`. */
const answered: Split = function* (body, device) {
  if (!isTelemetry(body)) return refuse('the body is not samples by key');
  for (const [variable, samples] of Object.entries(body)) {
    for (const [index, sample] of samples.entries()) {
      const at = pointer(variable, index);
      yield isJsonObject(sample)
        ? { device, variable, ts: sample['ts'], value: sample['value'], at }
        : { problem: 'the sample is not an object', at };
    }
  }
};

/** `{"subscriptionId", "data": {"key": [[ts, value]]}}`. */
const streamed: Split = function* (body, device) {
  const data = isJsonObject(body) ? body['data'] : undefined;
  if (!isJsonObject(data)) return refuse('the message has no data');
  for (const [variable, samples] of Object.entries(data)) {
    if (!Array.isArray(samples)) {
      yield { problem: 'the samples are not a list', at: pointer('data', variable) };
      continue;
    }
    for (const [index, pair] of samples.entries()) {
      const at = pointer('data', variable, index);
      yield Array.isArray(pair)
        ? { device, variable, ts: pair[0], value: pair[1], at }
        : { problem: 'the sample is not a pair of time and value', at };
    }
  }
};

/** What the configuration says of values and of pushes. */
export type DecodeConfig = Pick<ThingsBoardConfig, 'sentinels' | 'statusCodes' | 'webhook'>;

/** The device that was asked, or that a connection or a message of it belongs to. */
const deviceOf = ({ envelope }: RawRecord, context: DecodeContext<ThingsBoardDeviceSettings>): string | undefined =>
  envelope.asked?.devices?.[0] ?? (envelope.device === undefined ? undefined : context.externalId(envelope.device));

/**
 * Readings of an answer, of a message of the WebSocket, or of a push by a rule chain. Times are epoch milliseconds, UTC. Keys
 * without a value give nothing; see {@link readValue} for what is a value.
 *
 * @throws CaudalError kind `invalid-data` when nothing of the body can be read
 */
export const decodeThingsBoard = (
  record: RawRecord,
  context: DecodeContext<ThingsBoardDeviceSettings>,
  config: DecodeConfig = {},
): Decoded => {
  const body = parseSpelledJson(record.body);
  const { channel } = record.envelope;
  const split: Split =
    channel === 'webhook'
      ? () => pushedSamples(body, record, config.webhook)
      : channel === 'pull'
        ? answered
        : streamed;
  const readings: Reading[] = [];
  const problems = createProblemList('samples');
  for (const sample of split(body, deviceOf(record, context))) {
    if ('problem' in sample) {
      problems.tell(sample.problem, sample.at);
      continue;
    }
    const { device, variable, ts, value, at } = sample;
    const instant = epochOf(ts);
    if (device === undefined) problems.tell('nothing says which device the sample belongs to', at);
    else if (instant === undefined) problems.tell('the time is not epoch milliseconds', at);
    else {
      const settings = context.settings(device);
      const found = readValue(value, {
        sentinels: settings?.sentinels ?? config.sentinels,
        statusCodes: settings?.statusCodes ?? config.statusCodes,
      });
      if (found !== undefined) readings.push({ device, variable, at: instant, ...found });
    }
  }
  return { readings, problems: problems.all() };
};
