import { CaudalError, type Call, type Host, type RawInput } from '@caudal/core';
import { assertSocketNetwork, runSocket } from '@caudal/http';
import type { Owner } from './auth.ts';
import { type Client, type Device, ownerOf } from './client.ts';
import type { HttpConfig } from './config/config.ts';
import type { Subscribe } from './config/subscribe.ts';
import type { Decoder } from './decode.ts';
import { compileConditions, type Seen } from './error-rules.ts';
import { refuse } from './refuse.ts';
import { compileJson, type JsonTemplate } from './template/json-template.ts';
import { compileTemplate, type TemplateRules } from './template/template.ts';
import type { Values } from './template/values.ts';

export type SubscribeCall = Call & {
  readonly devices: readonly Device[];
  connected(): void;
  emit(records: readonly RawInput[]): Promise<void>;
};

const textOf = (message: JsonTemplate, values: Values): string => {
  const rendered = message.render(values) ?? null;
  return typeof rendered === 'string' ? rendered : JSON.stringify(rendered);
};

/** `/api/ws` stands for the same path at the base URL's host, with `ws` for `http`. */
const absolute = (url: string, baseUrl: string | undefined): string => {
  if (/^wss?:\/\//.test(url)) return url;
  const origin = /^http(s?:\/\/[^/]+)/.exec(baseUrl ?? '')?.[1];
  return url.startsWith('/') && origin !== undefined
    ? `ws${origin}${url}`
    : refuse('/subscribe/url', 'must start with ws:// or wss://, or with / where there is a baseUrl');
};

/**
 * A vendor's WebSocket: what is sent first and for each device, which message says that the stream flows, which are data, what
 * acknowledges them, and what keeps it alive.
 *
 * @throws CaudalError kind `config` that names the place
 */
export const compileSubscribe = (
  given: Subscribe,
  config: HttpConfig,
  client: Client,
  decoder: Decoder,
  host: Host,
) => {
  const at = '/subscribe';
  const { per = 'device', readyMs = 30_000, maxMessageBytes = 1_048_576, maxWaiting = 1000, silenceMs } = given;
  const secrets = new Set(Object.keys(config.secrets ?? {}));
  const shared = ['secret', ...(client.credentials.login === undefined ? [] : ['login'])];
  const forDevice = [...shared, 'device', 'variables', 'parameter', 'credential'];
  const rules = (names: readonly string[]): TemplateRules => ({ allowed: new Set(names), secrets });
  const connection = rules(per === 'device' ? forDevice : shared);
  const place = absolute(given.url, config.baseUrl);
  const url = compileTemplate(place, connection, `${at}/url`);
  const messages = (list: readonly unknown[] | undefined, key: string, names: TemplateRules) =>
    (list ?? []).map((one, index) => compileJson(one, names, `${at}/${key}/${index}`));
  const first = messages(given.first, 'first', connection);
  const each = messages(given.subscribe, 'subscribe', rules(forDevice));
  const beat =
    given.heartbeat === undefined
      ? undefined
      : compileJson(given.heartbeat.message, connection, `${at}/heartbeat/message`);
  const acknowledge =
    given.acknowledge === undefined
      ? undefined
      : compileJson(
          given.acknowledge,
          { ...connection, allowed: new Set([...connection.allowed, 'message']) },
          `${at}/acknowledge`,
        );
  const isReady = given.ready === undefined ? undefined : compileConditions(given.ready, `${at}/ready`);
  const isData = given.data === undefined ? undefined : compileConditions(given.data, `${at}/data`);
  const used = [
    url,
    ...first,
    ...each,
    ...(beat === undefined ? [] : [beat]),
    ...(acknowledge === undefined ? [] : [acknowledge]),
  ].flatMap(({ placeholders }) => placeholders);
  const named = [...new Set(used.flatMap(({ secret }) => (secret === undefined ? [] : [secret])))];
  const needsLogin = used.some(({ name }) => name === 'login');

  const valuesOf = async (device: Device | undefined, signal: AbortSignal): Promise<Values> => {
    const owner: Owner = ownerOf(device);
    const { login } = client.credentials;
    return {
      ...(device === undefined
        ? {}
        : {
            device: device.externalId,
            variables: device.variables.map(({ name }) => name),
            parameters: device.settings.parameters ?? {},
          }),
      secrets: await client.secrets(
        device === undefined ? named.filter((name) => name !== 'credential') : named,
        owner,
      ),
      ...(needsLogin && login !== undefined ? { login: await client.http.token(login(owner), signal) } : {}),
    };
  };

  const seenOf = (body: Uint8Array): Seen => {
    let root: unknown;
    try {
      root = decoder.parse(body);
    } catch {
      // No JSON: conditions on the text may still hold.
    }
    return { root, text: () => Buffer.from(body).toString('utf8') };
  };

  return async (call: SubscribeCall): Promise<void> => {
    const { devices } = call;
    assertSocketNetwork(place, host);
    const [device] = devices;
    if (device === undefined || (per === 'device' && devices.length > 1))
      throw new CaudalError('config', 'a subscription is for one device; set /subscribe/per to instance for several', {
        sent: 'no',
      });
    const owner = per === 'device' ? ownerOf(device) : {};
    const values = await valuesOf(per === 'device' ? device : undefined, call.signal);
    const address = url.render(values) ?? '';
    const headers: Record<string, string> = {};
    const { auth, headers: more } = client.credentials.placed(owner);
    const placed =
      typeof auth === 'object' && auth.type === 'header'
        ? [{ name: auth.name, prefix: auth.prefix ?? '', reference: auth.secret }, ...more]
        : more;
    for (const { name, prefix, reference } of placed) headers[name] = prefix + (await client.secret(reference));
    if (typeof auth === 'object' && auth.type === 'bearer')
      headers['authorization'] = `Bearer ${await client.secret(auth.secret)}`;
    if (!URL.canParse(address))
      throw new CaudalError('config', 'the address of the WebSocket is no URL', { sent: 'no' });

    const asked = {
      devices: devices.map(({ externalId }) => externalId),
      variables: [...new Set(devices.flatMap(({ variables }) => variables.map(({ name }) => name)))],
    };
    const store = async (body: Uint8Array) => {
      const named = devices.length === 1 ? { device: device.id } : {};
      await call.emit([{ body, envelope: { channel: 'subscribe', ...named, asked } }]);
      return acknowledge === undefined ? undefined : textOf(acknowledge, { ...values, message: seenOf(body).root });
    };
    await runSocket({
      url: address,
      headers,
      host,
      signal: call.signal,
      readyMs,
      maxMessageBytes,
      maxWaiting: { messages: maxWaiting },
      silence: silenceMs === undefined ? undefined : { afterMs: silenceMs },
      heartbeat:
        beat === undefined || given.heartbeat === undefined
          ? undefined
          : { everyMs: given.heartbeat.everyMs, text: textOf(beat, values) },
      async opened(send) {
        for (const message of first) send(textOf(message, values));
        for (const one of devices) {
          const own = per === 'device' ? values : await valuesOf(one, call.signal);
          for (const message of each) send(textOf(message, own));
        }
        return isReady === undefined;
      },
      connected: () => call.connected(),
      hear(body) {
        const seen = seenOf(body);
        const error = client.errors.judgeMessage(seen);
        if (error !== undefined) throw error;
        const flows = isReady?.(seen) ?? false;
        const isReading = isData === undefined ? !flows : isData(seen);
        return { flows, store: isReading ? () => store(body) : undefined };
      },
    });
  };
};
