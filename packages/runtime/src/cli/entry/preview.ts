import { type Decoded, isCaudalError } from '@caudal/core';
import { decodeContextOf } from '../../process/decode.ts';
import type { OpenProvider } from '../author/open-provider.ts';
import { count } from '../count.ts';

/** What an entry will be once it is kept. */
export interface Entered {
  readonly device: string | undefined;
  readonly mediaType: string;
  readonly body: Uint8Array;
}

/** What is found of one variable of one device. */
export interface Found {
  readonly device: string;
  readonly variable: string;
  readonly readings: number;
  readonly withoutValue: number;
  readonly from: string;
  readonly to: string;
  /** Whether a binding or the device wants the variable; what nobody wants is listed as unclaimed and goes nowhere. */
  readonly wanted: boolean;
}

/** What `decode` makes of an entry. */
export interface Preview {
  readonly readings: number;
  readonly found: readonly Found[];
  readonly problems: Decoded['problems'];
}

const nothing = (reason: string): Preview => ({ readings: 0, found: [], problems: [{ reason }] });

/** Decodes an entry as the runtime will, without keeping it. A body of which nothing can be read is a problem like any other. */
export const previewOf = ({ provider, domain, options, host }: OpenProvider, entered: Entered): Preview => {
  const { device, mediaType, body } = entered;
  let decoded: Decoded;
  try {
    decoded = provider.instance.decode(
      {
        id: 'entry',
        receivedAt: host.clock.now(),
        body,
        envelope: { channel: 'manual', contentType: mediaType, ...(device === undefined ? {} : { device }) },
      },
      decodeContextOf(domain, provider.name),
    );
  } catch (thrown) {
    if (!isCaudalError(thrown) || thrown.kind !== 'invalid-data') throw thrown;
    return nothing(thrown.message);
  }
  const { readings, problems } = decoded;
  const limit = options.process.maxReadingsPerRecord;
  if (readings.length > limit)
    return nothing(`${readings.length} readings in one record; the limit is ${limit} (process.maxReadingsPerRecord)`);
  const groups = Map.groupBy(readings, (reading) => JSON.stringify([reading.device, reading.variable]));
  const found = [...groups.values()].map((group): Found => {
    const [{ device: externalId, variable } = { device: '', variable: '' }] = group;
    const times = group.map(({ at }) => at);
    const mine = domain.byExternalId.get(provider.name)?.get(externalId);
    return {
      device: mine?.id ?? externalId,
      variable,
      readings: group.length,
      withoutValue: group.filter(({ value }) => value === null).length,
      from: new Date(times.reduce((a, b) => Math.min(a, b))).toISOString(),
      to: new Date(times.reduce((a, b) => Math.max(a, b))).toISOString(),
      wanted: mine?.wanted.includes(variable) === true,
    };
  });
  return { readings: readings.length, found, problems };
};

const line = ({ device, variable, readings, withoutValue, from, to, wanted }: Found): string =>
  [
    `  ${device} ${variable}: ${count(readings, 'reading')} from ${from} to ${to}`,
    ...(withoutValue === 0 ? [] : [`${withoutValue} without a value`]),
    ...(wanted ? [] : ['no binding wants it']),
  ].join(', ');

/** As a person reads it. */
export const previewText = ({ readings, found, problems }: Preview): string =>
  [
    count(readings, 'reading'),
    ...found.map(line),
    ...(problems.length === 0 ? [] : [count(problems.length, 'problem')]),
    ...problems.map(({ at, reason }) => `  ${at === undefined ? '' : `${at}: `}${reason}`),
  ].join('\n');
