import { CaudalError, type DeviceRef, type Host, type SecretReference } from '@caudal/core';
import { createHttp, type Http, type HttpResponse } from '@caudal/http';
import { compileCredentials, type Credentials, type Owner } from './auth.ts';
import type { HttpConfig } from './config/config.ts';
import type { DeviceSettings, VariableSettings } from './config/device.ts';
import { compileErrorRules, type ErrorRules, type Seen } from './error-rules.ts';
import type { CompiledRequest } from './request.ts';
import type { Values } from './template/values.ts';

export type Device = DeviceRef<DeviceSettings, VariableSettings>;

/** An answer that is data, or says that there is none. */
export interface Answer {
  readonly response: HttpResponse;
  /** Undefined: the vendor said that it has no data. */
  readonly root: unknown;
  readonly empty: boolean;
}

/** Requests of one instance, with credentials, errors and redaction. */
export interface Client {
  readonly http: Http;
  readonly errors: ErrorRules;
  readonly credentials: Credentials;
  /** @throws CaudalError as the rules and the HTTP client classify it */
  ask(
    request: CompiledRequest,
    values: Values,
    owner: Owner,
    parse: (body: Uint8Array) => unknown,
    signal: AbortSignal,
  ): Promise<Answer>;
  /** Secrets by their names in templates. */
  secrets(names: readonly string[], owner: Owner): Promise<Record<string, string>>;
  secret(reference: SecretReference): Promise<string>;
}

/** Whose request it is: the variable's own credential goes before that of the device. */
export const ownerOf = (device: Device | undefined, variable?: { readonly settings: VariableSettings }): Owner =>
  device === undefined
    ? {}
    : {
        externalId: device.externalId,
        credential: variable?.settings.credential ?? device.credential,
        parameters: device.settings.parameters,
      };

/** Everything of a configuration that is the same for every request. Does no I/O. @throws CaudalError kind `config` */
export const createClient = (config: HttpConfig, host: Host): Client => {
  const errors = compileErrorRules(config.errors ?? [], '/errors');
  const credentials = compileCredentials(config);
  const http = createHttp({
    host,
    // Checked where requests are compiled: without any, the address is never used.
    baseUrl: config.baseUrl ?? 'http://localhost',
    keepHeaders: errors.headers,
    ...(config.headers === undefined ? {} : { headers: config.headers }),
    ...(config.timeoutMs === undefined ? {} : { timeoutMs: config.timeoutMs }),
    ...(config.maxBodyBytes === undefined ? {} : { maxBodyBytes: config.maxBodyBytes }),
  });

  const secret = async (reference: SecretReference): Promise<string> => {
    const text = await host.secret(reference);
    host.redact.add(text);
    return text;
  };
  const secrets = async (names: readonly string[], owner: Owner) => {
    const found: Record<string, string> = {};
    for (const name of names) found[name] = await secret(credentials.reference(name, owner));
    return found;
  };

  return {
    http,
    errors,
    credentials,
    secret,
    secrets,
    async ask(request, values, owner, parse, signal) {
      for (const name of config.redact ?? []) host.redact.add(owner.parameters?.[name] ?? '');
      const { auth, headers } = credentials.placed(owner);
      const resolved = await secrets(request.secrets, owner);
      const rendered = request.render({ ...values, parameters: owner.parameters ?? {}, secrets: resolved });
      const more: Record<string, string> = {};
      for (const { name, prefix, reference } of headers) more[name] = prefix + (await secret(reference));
      const response = await http.send({ ...rendered, headers: { ...rendered.headers, ...more }, auth, signal });
      let root: unknown;
      let broken: unknown;
      try {
        root = parse(response.body);
      } catch (thrown) {
        broken = thrown;
      }
      const seen: Seen = { root, text: () => Buffer.from(response.body).toString('utf8') };
      const judged = errors.judge(http, response, seen);
      if (judged === 'no-data') return { response, root: undefined, empty: true };
      if (judged !== undefined) throw withCredential(judged, request, owner, credentials);
      if (broken !== undefined) {
        http.json(response);
        throw broken;
      }
      return { response, root, empty: false };
    },
  };
};

/** A secret in a body or header of its own is what a refusal is about, where the HTTP client placed none. */
const withCredential = (
  error: CaudalError,
  request: CompiledRequest,
  owner: Owner,
  { reference }: Credentials,
): CaudalError => {
  const [name] = request.secrets;
  if (error.kind !== 'auth' || error.credential !== undefined || name === undefined) return error;
  return new CaudalError('auth', error.message, {
    scope: 'credential',
    credential: reference(name, owner),
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    ...(error.status === undefined ? {} : { status: error.status }),
  });
};
