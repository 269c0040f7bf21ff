import { isJsonObject, type JsonObject, parseSpelledJson } from '@caudal/core';
import { at, fieldsOf, own, textOf } from '../body.ts';
import type { Collector } from '../collector.ts';
import type { MqttFormat } from '../config.ts';
import { nothingIn } from '../nothing.ts';
import { readTime, type Timing } from '../times.ts';

type Format<T extends MqttFormat['type']> = Extract<MqttFormat, { type: T }>;

/** The first place that has a time; LoRaWAN frames carry none, so the network's receipt is the time of the measurement. */
const firstTime = (uplink: JsonObject, places: readonly string[], zone: string | undefined): Timing => {
  for (const place of places) {
    const time = readTime(at(uplink, place), 'iso', zone);
    if (time !== 'absent') return time;
  }
  return 'absent';
};

const ownTime = (uplink: JsonObject, format: Format<'the-things-stack' | 'chirpstack'>, zone: string | undefined) =>
  format.time === undefined ? undefined : readTime(at(uplink, format.time.path), format.time.as ?? 'iso', zone);

interface Uplink {
  readonly device: string | undefined;
  readonly decoded: unknown;
  readonly place: string;
  readonly time: Timing;
  readonly vendorId: string | undefined;
}

const addFields = ({ device, decoded, place, time, vendorId }: Uplink, out: Collector): void => {
  if (!isJsonObject(decoded))
    return out.problem('the uplink is not decoded: give its application a payload formatter (codec)', place);
  for (const { name, value, pointer } of fieldsOf(decoded, place))
    out.add({ device, variable: name, value, time, vendorId }, pointer);
};

/**
 * The Things Stack v3 uplinks. Its JSON leaves out fields that are zero, so a frame counter that is missing is 0; the decoded payload is a
 * free object in which zeros stay, so a field that is missing there is missing. Simulated uplinks are no measurements.
 */
export const decodeTheThingsStack = (body: Uint8Array, out: Collector, format: Format<'the-things-stack'>): void => {
  const uplink = parseSpelledJson(body);
  const message = own(uplink, 'uplink_message');
  if (!isJsonObject(uplink) || !isJsonObject(message)) return nothingIn('the payload is no uplink of The Things Stack');
  if (own(uplink, 'simulated') === true) return out.problem('a simulated uplink is no measurement', '/simulated');
  const device = out.device ?? textOf(at(uplink, '/end_device_ids/device_id'));
  const zone = out.zone(device);
  const session = textOf(own(message, 'session_key_id'));
  const counter = textOf(own(message, 'f_cnt')) ?? '0';
  addFields(
    {
      device,
      decoded: own(message, 'decoded_payload'),
      place: '/uplink_message/decoded_payload',
      time: ownTime(uplink, format, zone) ?? firstTime(uplink, ['/uplink_message/received_at', '/received_at'], zone),
      vendorId: session === undefined ? undefined : `${session}/${counter}`,
    },
    out,
  );
};

/** v3 writes the device's EUI in base64, v4 in hexadecimal. */
const euiOf = (text: string | undefined): string | undefined => {
  if (text === undefined || /^[0-9a-f]{16}$/i.test(text)) return text?.toLowerCase();
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === 8 ? bytes.toString('hex') : text;
};

/** v3 carries the decoded object as text. */
const objectIn = (text: unknown): unknown => {
  if (typeof text !== 'string' || text === '') return undefined;
  try {
    return parseSpelledJson(Buffer.from(text));
  } catch {
    return undefined;
  }
};

/** ChirpStack uplinks: v4 (`deviceInfo`, `object`, `time`) and v3 (`devEUI`, `objectJSON`, time of publishing or of the gateway). */
export const decodeChirpstack = (body: Uint8Array, out: Collector, format: Format<'chirpstack'>): void => {
  const uplink = parseSpelledJson(body);
  if (!isJsonObject(uplink)) return nothingIn('the payload is no event of ChirpStack');
  const v4 = isJsonObject(own(uplink, 'deviceInfo'));
  const eui = euiOf(textOf(v4 ? at(uplink, '/deviceInfo/devEui') : own(uplink, 'devEUI')));
  if (eui === undefined) return nothingIn('the payload is no uplink of ChirpStack');
  const device = out.device ?? eui;
  const zone = out.zone(device);
  const text = own(uplink, 'objectJSON');
  addFields(
    {
      device,
      decoded: own(uplink, 'object') ?? objectIn(text),
      place: text === undefined ? '/object' : '/objectJSON',
      time: ownTime(uplink, format, zone) ?? firstTime(uplink, ['/time', '/publishedAt', '/rxInfo/0/time'], zone),
      vendorId: textOf(own(uplink, 'deduplicationId')),
    },
    out,
  );
};
