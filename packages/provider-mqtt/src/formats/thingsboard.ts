import { isJsonObject, parseSpelledJson } from '@caudal/core';
import { own } from '../body.ts';
import type { Collector } from '../collector.ts';
import { nothingIn } from '../nothing.ts';
import { readTime } from '../times.ts';

/** `{"k":v}`, `{"ts":ms,"values":{"k":v}}`, or a list of them (ThingsBoard's MQTT device API). */
const readTelemetry = (telemetry: unknown, device: string | undefined, place: string, out: Collector): void => {
  if (Array.isArray(telemetry)) {
    for (const [index, one] of telemetry.entries()) {
      if (isJsonObject(one)) readTelemetry(one, device, `${place}/${index}`, out);
      else out.problem('the telemetry is not an object', `${place}/${index}`);
    }
    return;
  }
  const inner = own(telemetry, 'values');
  const stamped = isJsonObject(inner) && own(telemetry, 'ts') !== undefined;
  const values = stamped ? inner : telemetry;
  if (!isJsonObject(values)) return out.problem('the telemetry is not an object', place);
  const time = stamped ? readTime(own(telemetry, 'ts'), 'ms', undefined) : 'absent';
  for (const [variable, value] of Object.entries(values))
    out.add({ device, variable, value, time }, `${stamped ? `${place}/values` : place}/${variable}`);
};

/** What a device publishes to `v1/devices/me/telemetry`. */
export const decodeThingsboardDevice = (body: Uint8Array, out: Collector): void => {
  const parsed = parseSpelledJson(body);
  if (!isJsonObject(parsed) && !Array.isArray(parsed)) nothingIn('the payload is no telemetry');
  readTelemetry(parsed, undefined, '', out);
};

/** What a gateway publishes to `v1/gateway/telemetry`: lists of telemetry by the names of its devices. */
export const decodeThingsboardGateway = (body: Uint8Array, out: Collector): void => {
  const parsed = parseSpelledJson(body);
  if (!isJsonObject(parsed)) return nothingIn('the payload is no telemetry by device');
  for (const [device, telemetry] of Object.entries(parsed)) readTelemetry(telemetry, device, `/${device}`, out);
};
