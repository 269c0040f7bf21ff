import {
  createProblemList,
  type DecodeContext,
  type Decoded,
  type RawRecord,
  type Reading,
  readValue,
} from '@caudal/core';
import type { MqttDeviceSettings } from './config.ts';
import type { Timing } from './times.ts';

/** What a format found in a payload, before the rules that all formats share. */
export interface Found {
  /** Default: the device of the topic. */
  readonly device?: string | undefined;
  /** Default: the variable of the topic. */
  readonly variable?: string | undefined;
  /** As `parseBody` gives it; `undefined` is no value at all. */
  readonly value: unknown;
  readonly time: Timing;
  readonly unit?: string | undefined;
  readonly vendorId?: string | undefined;
  readonly vendorAt?: number | undefined;
  /** The device itself says that this is no measurement: `raw` stays, the value goes. */
  readonly faulty?: boolean;
}

/** What a format knows of the message, and where it puts what it finds. */
export interface Collector {
  /** The external id that the topic or its configuration names. */
  readonly device: string | undefined;
  readonly variable: string | undefined;
  readonly names: Readonly<Record<string, string>>;
  settings(device: string | undefined): MqttDeviceSettings | undefined;
  /** Zone of times without one: the device's, else the topic's. */
  zone(device: string | undefined): string | undefined;
  add(found: Found, at: string): void;
  /** A part that could not be read; `at` is a JSON pointer or another place in the payload. */
  problem(reason: string, at?: string): void;
}

export interface Circumstances {
  readonly device: string | undefined;
  readonly variable: string | undefined;
  readonly names: Readonly<Record<string, string>>;
  readonly zone: string | undefined;
  readonly sentinels: readonly number[];
  /** A broker keeps messages of quality 1 while we are away: their arrival says nothing of their time. */
  readonly kept: boolean;
}

const allows = (settings: MqttDeviceSettings | undefined, variable: string): boolean =>
  Array.isArray(settings?.arrival) ? settings.arrival.includes(variable) : settings?.arrival === true;

/**
 * Gathers readings under the rules that hold for every format: a reading has a device, a variable, a value or its code, and a time of its
 * own. Arrival stands for the time only where the device's settings allow it and nobody can have kept the message.
 */
export const createCollector = (
  { envelope, receivedAt }: RawRecord,
  context: DecodeContext<MqttDeviceSettings>,
  { device: topicDevice, variable: topicVariable, names, zone, sentinels, kept }: Circumstances,
): Collector & { done(): Decoded } => {
  const readings: Reading[] = [];
  const problems = createProblemList('parts');
  const settings = (device: string | undefined) => (device === undefined ? undefined : context.settings(device));

  const problem = (reason: string, at?: string) => problems.tell(reason, at);

  /** Why arrival does not stand for the time. */
  const whyNotArrival = (device: string, variable: string): string | undefined => {
    if (envelope.retained === true) return 'a retained message without a time of its own is no reading';
    if (envelope.duplicate === true) return 'a message that was sent again has no time of its own';
    if (!allows(settings(device), variable)) return 'there is no time, and the device does not allow that of arrival';
    if (kept)
      return 'there is no time, and that of arrival needs a topic with qos 0: with 1 the broker may have kept it';
    return undefined;
  };

  const add = (found: Found, at: string) => {
    const { device = topicDevice, variable = topicVariable, value, time, unit, vendorId, vendorAt, faulty } = found;
    if (device === undefined) return problem('nothing names the device', at);
    if (variable === undefined) return problem('nothing names the variable', at);
    if (value === undefined) return problem('there is no value', at);
    if (typeof time === 'object') return problem(time.unreadable, at);
    const refusal = time === 'absent' ? whyNotArrival(device, variable) : undefined;
    if (refusal !== undefined) return problem(refusal, at);
    readings.push({
      device,
      variable,
      at: time === 'absent' ? receivedAt : time,
      ...readValue(value, settings(device)?.sentinels ?? sentinels),
      ...(unit === undefined ? {} : { unit }),
      ...(vendorId === undefined ? {} : { vendorId }),
      ...(vendorAt === undefined ? {} : { vendorAt }),
      ...(faulty === true ? { value: null, code: 'SENTINEL' } : {}),
      ...(time === 'absent' ? { atArrival: true as const } : {}),
    });
  };

  return {
    device: topicDevice,
    variable: topicVariable,
    names,
    settings,
    zone: (device) => settings(device)?.zone ?? zone,
    add,
    problem,
    done: () => ({ readings, problems: problems.all() }),
  };
};
