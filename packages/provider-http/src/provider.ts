import { configured, defineProvider, type Host, type Plugin, type ProviderInstance } from '@caudal/core';
import { capabilitiesOf } from './capabilities.ts';
import { check } from './check.ts';
import { createClient } from './client.ts';
import { Config, type HttpConfig } from './config/config.ts';
import { DeviceSettings, VariableSettings } from './config/device.ts';
import { compileDecoder } from './decode.ts';
import { compileDiscovery } from './discover.ts';
import { compilePull } from './pull.ts';
import { refuse } from './refuse.ts';
import { compileRequest } from './request.ts';
import { compileSubscribe } from './subscribe.ts';
import { version } from './version.ts';
import { createWebhook } from './webhook.ts';

const checkNames = new Set(['device', 'parameter', 'credential', 'secret']);

/** Which form a body has, by the channel it came through. */
const decodersOf = (config: HttpConfig, errors: Parameters<typeof compileDecoder>[1]) => {
  const compile = (answer: HttpConfig['answer'], at: string) =>
    answer === undefined ? undefined : compileDecoder(answer, errors, at);
  const common = compile(config.answer, '/answer');
  const need = (key: 'pull' | 'subscribe' | 'webhook', own: typeof common) => {
    if (config[key] === undefined) return undefined;
    return own ?? common ?? refuse('/answer', `is required: ${key} has none of its own`);
  };
  return {
    pull: need('pull', undefined),
    subscribe: need('subscribe', compile(config.subscribe?.answer, '/subscribe/answer')),
    webhook: need('webhook', compile(config.webhook?.answer, '/webhook/answer')),
    manual: common,
  };
};

/** Compiles a configuration, so that neither asking nor decoding decides anything twice. @throws CaudalError kind `config` */
const createHttpProvider = ({
  config,
  host,
}: {
  readonly config: HttpConfig;
  readonly host: Host;
}): ProviderInstance<DeviceSettings, VariableSettings> => {
  const { pull, subscribe, webhook, discover } = config;
  if (pull === undefined && subscribe === undefined && webhook === undefined)
    refuse('', 'one of pull, subscribe and webhook is required');
  const asks = pull !== undefined || discover !== undefined || config.check !== undefined;
  if (config.baseUrl === undefined && (asks || config.auth?.some(({ type }) => type === 'login') === true))
    refuse('/baseUrl', 'is required');
  if (config.baseUrl?.includes('{') === true) refuse('/baseUrl', 'has no placeholders; put them into path');
  const client = createClient(config, host);
  const decoders = decodersOf(config, client.errors);
  const pathAuth = config.auth?.find((one) => one.type === 'path');
  const pathCredential = pathAuth?.type === 'path' ? (pathAuth.name ?? 'token') : undefined;
  const compiledPull =
    pull === undefined || decoders.pull === undefined
      ? undefined
      : compilePull(pull, config, client, decoders.pull, host);
  const checkParts = {
    client,
    request:
      config.check === undefined
        ? undefined
        : compileRequest(
            config.check,
            { allowed: checkNames, secrets: new Set(Object.keys(config.secrets ?? {})) },
            pathCredential,
            '/check',
          ),
    pull: compiledPull,
    parse: (body: Uint8Array): unknown => JSON.parse(Buffer.from(body).toString('utf8')),
  };
  const discovery = discover === undefined ? undefined : compileDiscovery(discover, config, client);
  const subscription =
    subscribe === undefined || decoders.subscribe === undefined
      ? undefined
      : compileSubscribe(subscribe, config, client, decoders.subscribe, host);
  return {
    ...(compiledPull === undefined ? {} : { pull: (request) => compiledPull.pull(request) }),
    ...(subscription === undefined ? {} : { subscribe: subscription }),
    ...(webhook === undefined ? {} : { webhook: createWebhook(webhook, config.secrets, host) }),
    ...(discovery === undefined ? {} : { discover: discovery }),
    check: (request) => check(checkParts, request),
    decode(record, context) {
      const decoder = decoders[record.envelope.channel] ?? decoders.manual ?? decoders.webhook ?? decoders.subscribe;
      return (decoder ?? refuse('/answer', 'is required')).decode(record, context);
    },
    close: () => client.http.close(),
  };
};

/** The definition for one configuration: what it can do is what the configuration says. */
export const httpDefinition = (config: HttpConfig) =>
  defineProvider({
    id: 'http',
    version,
    description: 'Any vendor with JSON over HTTP, a WebSocket or a webhook, by configuration alone.',
    config: Config,
    device: DeviceSettings,
    variable: VariableSettings,
    capabilities: capabilitiesOf(config),
    create: createHttpProvider,
  });

/**
 * A vendor by configuration.
 *
 * @example
 * http({
 *   baseUrl: 'https://api.example.com',
 *   secrets: { key: 'env:EXAMPLE_KEY' },
 *   auth: [{ type: 'header', name: 'X-API-Key', use: 'key' }],
 *   pull: { latest: { path: '/telemetry/{device}' } },
 *   answer: { shape: { type: 'object' }, time: { at: 'measured_at', format: 'iso' } },
 * })
 */
export const http = (config: HttpConfig): Plugin<ReturnType<typeof httpDefinition>> =>
  configured(httpDefinition(config), config);
