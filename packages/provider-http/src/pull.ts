import { CaudalError, type Host, type Json, type PullRequest, type PullResult } from '@caudal/core';
import { type Client, type Device, ownerOf } from './client.ts';
import type { HttpConfig } from './config/config.ts';
import type { DeviceSettings, VariableSettings } from './config/device.ts';
import type { Pull } from './config/pull.ts';
import type { Decoder, Row } from './decode.ts';
import { compilePages } from './pages/pages.ts';
import { type PageState, readPage } from './pages/page.ts';
import { type At, refuse } from './refuse.ts';
import { type CompiledRequest, compileRequest } from './request.ts';
import { placeholdersOf } from './scope.ts';
import type { Values } from './template/values.ts';

/** Defaults of the maxima; also what the capabilities say. */
export const maxima = { limit: 100, variables: 20, devices: 20 } as const;

export type PullCall = PullRequest<DeviceSettings, VariableSettings>;

/** Requests as they are compiled, for `check` too. */
export interface CompiledPull {
  readonly latest: CompiledRequest | undefined;
  pull(call: PullCall): Promise<PullResult>;
}

const unsupported = (message: string): never => {
  throw new CaudalError('unsupported', message, { sent: 'no' });
};

const wrongCall = (message: string): never => {
  throw new CaudalError('config', message, { sent: 'no', scope: 'device' });
};

/** What a page style needs, so that a page that can not be asked for is found at `create`. */
const refuseImpossible = (
  pull: Pull,
  range: CompiledRequest | undefined,
  feed: CompiledRequest | undefined,
  at: At,
) => {
  const { page = { style: 'none' } } = pull;
  const needs = { offset: 'offset', number: 'page', cursor: 'cursor' } as const;
  const paged = feed ?? range;
  const where = feed === undefined ? `${at}/range` : `${at}/feed`;
  if (pull.latest === undefined && paged === undefined) refuse(at, 'needs latest, range or feed');
  if (feed !== undefined && (pull.latest !== undefined || range !== undefined))
    refuse(`${at}/feed`, 'a feed knows no windows: it stands without latest and range');
  if (feed !== undefined && page.style !== 'cursor') refuse(`${at}/page`, 'a feed needs page style cursor');
  if (page.style !== 'none' && paged === undefined)
    refuse(`${at}/page`, 'pages belong to range or feed, and there is none');
  if (paged === undefined) return;
  if (page.style in needs && !paged.has(needs[page.style as keyof typeof needs]))
    refuse(where, `page style ${page.style} needs {${needs[page.style as keyof typeof needs]}} in the request`);
  if (range !== undefined && !range.has('from')) refuse(where, 'a request for a window needs {from:…}');
  if (page.style === 'time' && !range?.has('to')) refuse(where, 'page style time needs {to:…} in the request');
  const saysMore = 'more' in page || 'total' in page || page.style === 'cursor' || page.style === 'none';
  if (!saysMore && !paged.has('limit') && pull.fixedLimit === undefined)
    refuse(
      where,
      `page style ${page.style} needs {limit} in the request, or fixedLimit: else no answer is known to be full`,
    );
};

const longest = (rows: readonly Row[], per: 'answer' | 'variable'): number => {
  if (per === 'answer') return rows.length;
  const counts = new Map<string | undefined, number>();
  for (const { series } of rows) counts.set(series, (counts.get(series) ?? 0) + 1);
  return Math.max(0, ...counts.values());
};

/** @throws CaudalError kind `config` that names the place */
export const compilePull = (
  pull: Pull,
  config: HttpConfig,
  client: Client,
  decoder: Decoder,
  host: Host,
  at: At = '/pull',
): CompiledPull => {
  const { covers = 'device', limitPer = 'answer', maxLimit = maxima.limit } = pull;
  const secrets = new Set(Object.keys(config.secrets ?? {}));
  const pathAuth = config.auth?.find((one) => one.type === 'path');
  const pathCredential = pathAuth?.type === 'path' ? (pathAuth.name ?? 'token') : undefined;
  const compile = (kind: 'latest' | 'range' | 'feed') => {
    const request = pull[kind];
    return request === undefined
      ? undefined
      : compileRequest(
          request,
          { allowed: placeholdersOf(covers, kind, pull), secrets },
          pathCredential,
          `${at}/${kind}`,
        );
  };
  const latest = compile('latest');
  const range = compile('range');
  const feed = compile('feed');
  refuseImpossible(pull, range, feed, at);
  if (covers === 'provider' && client.credentials.perDevice)
    refuse(at, 'a request for several devices can not carry the credential of one');
  const pages = compilePages(pull, `${at}/page`);

  const chosen = (call: PullCall): CompiledRequest => {
    if (feed !== undefined) return feed;
    if (call.window === undefined)
      return latest ?? unsupported('the vendor can not be asked for the latest value: /pull/latest is not set');
    return range ?? unsupported('the vendor can not be asked for a window of time: /pull/range is not set');
  };

  return {
    latest,
    async pull(call) {
      const devices = call.devices as readonly [Device, ...Device[]];
      const [device] = devices;
      const names = [...new Set(devices.flatMap(({ variables }) => variables.map(({ name }) => name)))];
      if (device === undefined || names.length === 0) return wrongCall('a pull names a device and a variable');
      if (covers !== 'provider' && devices.length > 1) return wrongCall('a pull asks for one device');
      if (covers === 'variable' && names.length > 1) return wrongCall('a pull asks for one variable');
      if (
        covers !== 'variable' &&
        devices.some(({ variables }) => variables.some(({ settings }) => settings.credential !== undefined))
      )
        return wrongCall('variables with a credential of their own need /pull/covers "variable"');
      const request = chosen(call);
      const state: PageState = readPage(call.page);
      const window =
        feed !== undefined || call.window === undefined
          ? undefined
          : { from: state.from ?? call.window.from, to: state.to ?? call.window.to };
      const limit = Math.max(1, Math.min(state.limit ?? call.limit, maxLimit));
      const values: Values = {
        ...(covers === 'provider'
          ? { devices: devices.map(({ externalId }) => externalId) }
          : { device: device.externalId }),
        ...(covers === 'variable' ? { variable: names[0] as string } : {}),
        variables: names,
        limit,
        ...window,
        ...pages.values(state),
      };
      const owner =
        covers === 'provider' ? {} : ownerOf(device, covers === 'variable' ? device.variables[0] : undefined);
      const { response, root, empty } = await client.ask(request, values, owner, decoder.parse, call.signal);
      const common = response.serverTime === undefined ? {} : { serverTime: response.serverTime };
      if (empty) return { records: [], ...common };
      const rows = decoder.rows(root, {
        variable: names.length === 1 ? names[0] : undefined,
        zone: covers === 'provider' ? undefined : device.settings.zone,
      });
      const asked = pull.fixedLimit ?? limit;
      const full = longest(rows, limitPer) >= asked && (pull.fixedLimit !== undefined || request.has('limit'));
      if (full && window !== undefined && (pull.page ?? { style: 'none' }).style === 'none')
        host.log.warn(
          { limit: asked },
          'an answer is as long as the limit and /pull/page says no way to go on: rows may be missing',
        );
      const next =
        request === latest
          ? undefined
          : pages.next({ state, rows, root, window, limit: asked, maxLimit: pull.fixedLimit ?? maxLimit, full });
      return {
        records: [
          {
            body: response.body,
            envelope: {
              channel: 'pull',
              ...(devices.length === 1 ? { device: device.id } : {}),
              asked: {
                devices: devices.map(({ externalId }) => externalId),
                variables: names,
                ...(window === undefined ? {} : { window }),
                limit,
                ...(call.page === undefined ? {} : { page: call.page }),
              },
              path: response.path,
              status: response.status,
              headers: response.headers,
              ...(response.contentType === undefined ? {} : { contentType: response.contentType }),
            },
          },
        ],
        ...(next === undefined ? {} : { page: next as unknown as Json }),
        ...common,
      };
    },
  };
};
