import { type Call, type Discovered, isJsonObject, parseSpelledJson, SpelledNumber } from '@caudal/core';
import { type Client, type Device, ownerOf } from './client.ts';
import type { HttpConfig } from './config/config.ts';
import type { Discover } from './config/discover.ts';
import type { Row } from './decode.ts';
import { compilePages } from './pages/pages.ts';
import type { PageState } from './pages/page.ts';
import { compilePath, type Finder, type Place } from './path.ts';
import { refuse } from './refuse.ts';
import { compileRequest } from './request.ts';
import { compileReader } from './time/read-time.ts';

type Listed = Discovered['devices'][number];
type Variable = Discovered['variables'][number];

/** Lists what the vendor has. */
export type Discovery = (request: Call & { readonly devices: readonly Device[] }) => Promise<Discovered>;

const placeOf = (item: unknown, root: unknown): Place => ({
  item,
  root,
  headers: {},
  device: undefined,
  variable: undefined,
});

const textOf = (value: unknown): string | undefined => {
  const text = value instanceof SpelledNumber ? value.text : value;
  return typeof text === 'string' && text !== '' ? text : undefined;
};

const parse = (body: Uint8Array) => parseSpelledJson(body);

const optional = (path: string | undefined, at: string): Finder =>
  path === undefined ? () => undefined : compilePath(path, at);

const allowed = ['secret', 'limit', 'page', 'offset', 'cursor'];

const compileDevices = (given: NonNullable<Discover['devices']>, config: HttpConfig, client: Client, at: string) => {
  const { limit = 100, maxPages = 100, page } = given;
  if (page?.style === 'time') refuse(`${at}/page`, 'a list of devices has no times');
  if (client.credentials.perDevice) refuse(at, 'listing devices needs a credential of the provider, not of a device');
  const rules = { allowed: new Set(allowed), secrets: new Set(Object.keys(config.secrets ?? {})) };
  const request = compileRequest(given.request, rules, undefined, `${at}/request`);
  const pages = compilePages(page === undefined ? {} : { page }, `${at}/page`);
  const items = compilePath(given.items ?? '', `${at}/items`);
  const idOf = compilePath(given.id, `${at}/id`);
  const nameOf = optional(given.name, `${at}/name`);
  const contactOf = optional(given.lastContact?.at, `${at}/lastContact/at`);
  const readContact =
    given.lastContact === undefined
      ? undefined
      : compileReader(given.lastContact.format, given.lastContact.zone, `${at}/lastContact/format`);
  const describe = (item: unknown, root: unknown): Listed | undefined => {
    const place = placeOf(item, root);
    const externalId = textOf(idOf(place));
    if (externalId === undefined) return undefined;
    const name = textOf(nameOf(place));
    const contact = contactOf(place);
    const lastContact = contact === undefined || contact === null ? undefined : readContact?.(contact, undefined);
    return {
      externalId,
      ...(name === undefined ? {} : { name }),
      ...(typeof lastContact === 'number' ? { lastContact } : {}),
    };
  };
  return async ({ signal }: Call): Promise<Listed[]> => {
    const found = new Map<string, Listed>();
    let state: PageState | undefined = {};
    for (let count = 0; count < maxPages && state !== undefined; count += 1) {
      const { root } = await client.ask(request, { limit, ...pages.values(state) }, {}, parse, signal);
      const list = items(placeOf(root, root));
      const before = found.size;
      const entries: readonly unknown[] = Array.isArray(list) ? list : [];
      for (const one of entries.map((item) => describe(item, root)))
        if (one !== undefined) found.set(one.externalId, one);
      // A page without a new device ends the list, whatever else it says.
      if (found.size === before) break;
      const rows: readonly Row[] = entries.map(() => ({ series: undefined, at: undefined }));
      state = pages.next({ state, rows, root, window: undefined, limit, maxLimit: limit, full: rows.length >= limit });
    }
    return [...found.values()];
  };
};

const compileVariables = (
  given: NonNullable<Discover['variables']>,
  config: HttpConfig,
  client: Client,
  at: string,
) => {
  const rules = {
    allowed: new Set(['device', 'parameter', 'credential', 'secret']),
    secrets: new Set(Object.keys(config.secrets ?? {})),
  };
  const path = config.auth?.find((one) => one.type === 'path');
  const request = compileRequest(
    given.request,
    rules,
    path?.type === 'path' ? (path.name ?? 'token') : undefined,
    `${at}/request`,
  );
  const items = compilePath(given.items ?? '', `${at}/items`);
  const nameOf = given.name === undefined ? undefined : compilePath(given.name, `${at}/name`);
  const unitOf = optional(given.unit, `${at}/unit`);
  return async (device: Device, { signal }: Call): Promise<Variable[]> => {
    const { root } = await client.ask(request, { device: device.externalId }, ownerOf(device), parse, signal);
    const list = items(placeOf(root, root));
    const entries: readonly (readonly [string | undefined, unknown])[] = Array.isArray(list)
      ? list.map((item) => [undefined, item] as const)
      : isJsonObject(list)
        ? Object.entries(list)
        : [];
    const found = new Map<string, Variable>();
    for (const [key, item] of entries) {
      const place = placeOf(item, root);
      const name = nameOf === undefined ? (key ?? textOf(item)) : textOf(nameOf(place));
      if (name === undefined) continue;
      const unit = textOf(unitOf(place));
      found.set(name, { device: device.externalId, name, ...(unit === undefined ? {} : { unit }) });
    }
    return [...found.values()];
  };
};

/** @throws CaudalError kind `config` that names the place */
export const compileDiscovery = (given: Discover, config: HttpConfig, client: Client): Discovery => {
  const devicesOf =
    given.devices === undefined ? undefined : compileDevices(given.devices, config, client, '/discover/devices');
  const variablesOf =
    given.variables === undefined
      ? undefined
      : compileVariables(given.variables, config, client, '/discover/variables');
  return async (request) => {
    const devices = (await devicesOf?.(request)) ?? [];
    const variables: Variable[] = [];
    if (variablesOf !== undefined)
      for (const device of request.devices) variables.push(...(await variablesOf(device, request)));
    return { devices, variables };
  };
};
