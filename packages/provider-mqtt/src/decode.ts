import { type DecodeContext, type Decoded, isCaudalError, type RawRecord } from '@caudal/core';
import { createCollector } from './collector.ts';
import type { MqttDeviceSettings } from './config.ts';
import { nothingIn } from './nothing.ts';
import { deviceOf, type Route, routeFor } from './routes.ts';

/** Header of the envelope that says how long a payload was which was cut. */
export const LENGTH_HEADER = 'mqtt-payload-length';

/**
 * Readings of one message. The topic that the envelope shows is matched again, so records that no topic fitted can be read once one is
 * configured.
 * @throws CaudalError kind `invalid-data` when nothing of it can be read
 */
export const decodeMqtt = (
  record: RawRecord,
  context: DecodeContext<MqttDeviceSettings>,
  routes: readonly Route[],
): Decoded => {
  const { envelope, body } = record;
  const { topic } = envelope;
  if (topic === undefined) return nothingIn('the record has no topic');
  const length = envelope.headers?.[LENGTH_HEADER];
  if (length !== undefined) return nothingIn(`the payload of ${length} bytes was cut at ${body.byteLength}`);
  const found = routeFor(routes, topic);
  if (found === undefined) return nothingIn(`no configured topic fits ${JSON.stringify(topic)}`);
  const { route, captured } = found;
  const ours = envelope.device === undefined ? undefined : context.externalId(envelope.device);
  const out = createCollector(record, context, {
    device: deviceOf(route, captured) ?? ours,
    variable: captured.names['variable'],
    names: captured.names,
    zone: route.topic.zone,
    sentinels: route.topic.sentinels ?? route.entry.sentinels ?? [],
    kept: route.qos > 0,
  });
  try {
    route.entry.decode(body, out, route.topic.format, record, context.needed);
  } catch (thrown) {
    if (isCaudalError(thrown)) throw thrown;
    // Nesting that the parser bears and a walk through it does not.
    if (thrown instanceof RangeError) return nothingIn('the payload is nested too deeply');
    throw thrown;
  }
  return out.done();
};
