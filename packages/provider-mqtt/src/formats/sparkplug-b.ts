import { type RawRecord, SpelledNumber } from '@caudal/core';
import type { Collector } from '../collector.ts';
import { nothingIn } from '../nothing.ts';
import { type Metric, payloadIn, type WireValue } from '../sparkplug/payload.ts';
import { sparkplugDevice, sparkplugTopic } from '../sparkplug/topic.ts';
import type { Timing } from '../times.ts';

/** Data types whose values are numbers, with their width and sign where they are whole (sparkplug_b.proto, "Indexes of Data Types"). */
const whole: Readonly<Record<number, { readonly bits: number; readonly signed: boolean }>> = {
  1: { bits: 8, signed: true },
  2: { bits: 16, signed: true },
  3: { bits: 32, signed: true },
  4: { bits: 64, signed: true },
  5: { bits: 8, signed: false },
  6: { bits: 16, signed: false },
  7: { bits: 32, signed: false },
  8: { bits: 64, signed: false },
};

const spelled = (text: string) => new SpelledNumber(Number(text), text);

/** The shortest decimal that is the same float: 22.8, not the 22.799999237060547 that its double would show. */
const shortest = (float: number): string => {
  for (let digits = 1; digits < 9; digits += 1) {
    const text = String(Number(float.toPrecision(digits)));
    if (Math.fround(Number(text)) === float) return text;
  }
  return String(float);
};

/**
 * A value as JSON would have it; `undefined` when it is none that can be a reading. Whole numbers stand as two's complement, so without a
 * data type their sign is known only below half of the range.
 */
const valueOf = (value: WireValue, datatype: number | undefined): unknown => {
  if (value.float !== undefined) return spelled(shortest(value.float));
  if (value.double !== undefined) return spelled(String(value.double));
  if (value.boolean !== undefined) return value.boolean;
  if (value.string !== undefined) return value.string;
  const bits = value.int ?? value.long;
  if (bits === undefined) return undefined;
  const form = datatype === undefined ? undefined : whole[datatype];
  if (form !== undefined)
    return spelled(String(form.signed ? BigInt.asIntN(form.bits, bits) : BigInt.asUintN(form.bits, bits)));
  const half = value.int === undefined ? 1n << 63n : 1n << 31n;
  return datatype === undefined && bits < half ? spelled(String(bits)) : undefined;
};

/** Metrics that steer the protocol and measure nothing. */
const protocol = /^(bdSeq|Node Control\/.*|Device Control\/.*)$/;

/** `Quality` as OPC writes it: 192 good; 0 bad and 500 stale are no measurements (Sparkplug 3.0, "Quality" property). */
const unusable: ReadonlySet<bigint> = new Set([0n, 500n]);

const instant = (stamp: bigint | undefined): Timing => {
  if (stamp === undefined) return 'absent';
  return stamp <= 8_640_000_000_000_000n ? Number(stamp) : { unreadable: 'the time is outside of all calendars' };
};

/** The metrics of a BIRTH by alias and by name. */
const declared = (birth: RawRecord | undefined) => {
  const byAlias = new Map<bigint, Metric>();
  const byName = new Map<string, Metric>();
  for (const metric of birth === undefined ? [] : payloadIn(birth.body).metrics) {
    if (metric.alias !== undefined) byAlias.set(metric.alias, metric);
    if (metric.name !== undefined) byName.set(metric.name, metric);
  }
  return { byAlias, byName };
};

const skipped = new Set(['bytes', 'data set', 'template', 'extension']);

/**
 * Sparkplug B births and data. Deaths, commands and STATE hold no readings. Data name their metrics by alias, which only the BIRTH explains:
 * without it those metrics are problems, never guesses.
 */
export const decodeSparkplugB = (body: Uint8Array, out: Collector, record: RawRecord, needed?: RawRecord): void => {
  const topic = sparkplugTopic(record.envelope.topic ?? '');
  if (topic === undefined) return nothingIn('the topic is none of Sparkplug B');
  if (/DEATH$|CMD$/.test(topic.type)) return;
  const payload = payloadIn(body);
  const device = out.device ?? sparkplugDevice(topic);
  const birth = declared(needed);
  for (const [index, metric] of payload.metrics.entries()) {
    const place = `/metrics/${index}`;
    const known = metric.alias === undefined ? birth.byName.get(metric.name ?? '') : birth.byAlias.get(metric.alias);
    const variable = metric.name ?? known?.name;
    if (variable === undefined) {
      out.problem(`the BIRTH that names alias ${metric.alias} was not seen`, place);
      continue;
    }
    if (protocol.test(variable)) continue;
    if (metric.other !== undefined && skipped.has(metric.other)) {
      out.problem(`${variable} is a ${metric.other}, which is not read`, place);
      continue;
    }
    const quality = metric.properties.get('Quality');
    const faulty = typeof quality === 'bigint' && unusable.has(quality);
    const value = metric.isNull ? null : valueOf(metric, metric.datatype ?? known?.datatype);
    if (value === undefined) {
      out.problem(`${variable} has no value that its data type explains`, place);
      continue;
    }
    const unit = metric.properties.get('engUnit') ?? known?.properties.get('engUnit');
    out.add(
      {
        device,
        variable,
        value,
        time: instant(metric.timestamp ?? payload.timestamp),
        faulty,
        ...(typeof unit === 'string' && unit !== '' ? { unit } : {}),
      },
      place,
    );
  }
};
