import {
  CaudalError,
  type DeviceRef,
  type Host,
  isCaudalError,
  type ProviderInstance,
  type RawInput,
} from '@caudal/core';
import type { IPublishPacket } from 'mqtt';
import type { MqttConfig, MqttDeviceSettings, MqttVariableSettings } from './config.ts';
import { LENGTH_HEADER } from './decode.ts';
import { createIntake } from './intake.ts';
import { type Line, openLine } from './line.ts';
import { deviceOf, type Route, routeFor } from './routes.ts';
import { createSweeper, subscribeAll } from './session.ts';
import { createBirths } from './sparkplug/births.ts';
import { rebirthCommand } from './sparkplug/rebirth.ts';
import { birthKey, type SparkplugTopic, sparkplugTopic } from './sparkplug/topic.ts';
import { type Subscriptions, subscriptionsOf } from './subscriptions.ts';
import { CREDENTIAL } from './topics.ts';

type Request = Parameters<NonNullable<ProviderInstance<MqttDeviceSettings, MqttVariableSettings>['subscribe']>>[0];

export interface Parts {
  readonly config: MqttConfig;
  readonly routes: readonly Route[];
  readonly host: Host;
}

/** A message as it is stored, and what it asks for beside that. */
interface Read {
  readonly input: RawInput;
  /** No subscription of the configuration fits it. */
  readonly stray: boolean;
  readonly rebirth: SparkplugTopic | undefined;
}

const createReader = (
  { config, routes, host }: Parts,
  devices: readonly DeviceRef[],
  { byCredential }: Subscriptions,
) => {
  const births = createBirths(() => host.clock.now());
  const byExternalId = new Map(devices.map((device) => [device.externalId, device]));
  const most = config.maxMessageBytes ?? 1_048_576;

  return ({ topic, payload, retain, dup, properties }: IPublishPacket): Read => {
    const whole = typeof payload === 'string' ? Buffer.from(payload) : payload;
    const body = Uint8Array.from(whole.subarray(0, most));
    const found = routeFor(routes, topic);
    const secret = found?.captured.secrets[CREDENTIAL];
    // What stands in the place of a credential is one, also when it is no longer ours.
    for (const value of Object.values(found?.captured.secrets ?? {})) host.redact.add(value);
    const external = found === undefined ? undefined : deviceOf(found.route, found.captured);
    const device = (secret === undefined ? undefined : byCredential.get(secret)) ?? byExternalId.get(external ?? '');
    const format = found?.route.topic.format;
    const spark = format?.type === 'sparkplug-b' ? sparkplugTopic(topic) : undefined;
    const seen = spark === undefined ? undefined : births.see(spark, body, dup);
    const asks = format?.type === 'sparkplug-b' && (format.rebirth ?? true);
    return {
      stray: found === undefined || (secret !== undefined && device === undefined),
      rebirth: seen?.rebirth === true && asks ? spark : undefined,
      input: {
        body,
        envelope: {
          channel: 'subscribe',
          topic: found?.captured.shown ?? host.redact.text(topic),
          ...(device === undefined ? {} : { device: device.id }),
          ...(retain ? { retained: true } : {}),
          ...(dup ? { duplicate: true } : {}),
          ...(properties?.contentType === undefined ? {} : { contentType: properties.contentType }),
          ...(whole.length > most ? { headers: { [LENGTH_HEADER]: String(whole.length) } } : {}),
          ...seen?.envelope,
          // Without rebirths, the last BIRTH that was stored is the best there is.
          ...(spark !== undefined && spark.type.endsWith('DATA') && !asks ? { needs: birthKey(spark) } : {}),
        },
      },
    };
  };
};

const notStored = (thrown: unknown): CaudalError =>
  isCaudalError(thrown)
    ? thrown
    : new CaudalError('transient', 'messages could not be stored; the broker keeps them and sends them again', {
        cause: thrown,
      });

/**
 * One connection under the stable client id, with a session that the broker keeps. A message is acknowledged after the host has stored it; when
 * it could not, the connection is given up, because a broker repeats only at the next one.
 */
export const subscribe = async (parts: Parts, request: Request, opened: Set<Line>): Promise<void> => {
  const { config, routes, host } = parts;
  const { signal, devices } = request;
  if (signal.aborted) return;
  const subscriptions = await subscriptionsOf(routes, devices, host);
  if (subscriptions.all.length === 0)
    throw new CaudalError('config', 'there is nothing to subscribe to: no device has a credential', { sent: 'no' });
  const read = createReader(parts, devices, subscriptions);

  let line: Line | undefined;
  let failure: CaudalError | undefined;
  const giveUp = (reason: CaudalError) => {
    failure ??= reason;
    line?.end();
  };
  const intake = createIntake(
    (records) => request.emit(records),
    config.maxInFlight ?? 200,
    (thrown) => giveUp(notStored(thrown)),
  );
  /** Messages of an earlier session come with the connection, before it is known here. */
  const early: (() => void)[] = [];
  const withLine = (use: (line: Line) => void) => {
    if (line === undefined) early.push(() => line && use(line));
    else use(line);
  };
  let sweep: ((topic: string) => void) | undefined;

  try {
    line = await openLine({
      config,
      host,
      clientId: config.clientId,
      clean: false,
      signal,
      message(packet, next) {
        const { input, stray, rebirth } = read(packet);
        const { messageId, topic, qos } = packet;
        if (stray) withLine(() => sweep?.(topic));
        if (rebirth !== undefined) {
          const command = rebirthCommand(rebirth, host.clock.now());
          withLine(({ client }) => client.publish(command.topic, command.payload));
        }
        const stored = () => {
          if (qos === 1 && messageId !== undefined) withLine((held) => held.acknowledge(messageId));
        };
        intake.take({ input, stored }, next);
      },
    });
    opened.add(line);
    sweep = createSweeper(line.client, subscriptions.all, host);
    for (const run of early) run();
    // What came with the connection may have failed already; then nothing more is read, and no SUBACK either.
    if (failure !== undefined) line.end();
    else if (await subscribeAll(line.client, subscriptions.all, host)) request.connected();
    const reason = await line.over;
    if (signal.aborted) return;
    throw failure ?? reason;
  } catch (thrown) {
    if (signal.aborted) return;
    throw thrown;
  } finally {
    intake.stop();
    if (line !== undefined) {
      line.end();
      opened.delete(line);
    }
  }
};
