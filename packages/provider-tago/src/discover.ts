import {
  type Call,
  CaudalError,
  type Discovered,
  parseInstant,
  isJsonObject,
  type JsonObject,
  SpelledNumber,
} from '@caudal/core';
import type { TagoClient } from './client.ts';
import type { TagoDevice } from './page.ts';

const amount = 100;

/** An account with more devices than this is listed in part. */
const maxPages = 100;

/** Newest items of a device that are looked at for variables; each counts against the monthly Data Output. */
const newestItems = 200;

const listed = (answer: JsonObject): readonly JsonObject[] =>
  Array.isArray(answer['result']) ? answer['result'].filter(isJsonObject) : [];

const describe = (device: JsonObject): Discovered['devices'][number] | undefined => {
  const { id, name, last_input: lastInput } = device;
  if (typeof id !== 'string') return undefined;
  const lastContact = typeof lastInput === 'string' ? parseInstant(lastInput) : undefined;
  return {
    externalId: id,
    ...(typeof name === 'string' ? { name } : {}),
    ...(lastContact === undefined ? {} : { lastContact }),
  };
};

/** Every device of the account, page by page, until a page brings no new one. */
const accountDevices = async (client: TagoClient, { signal }: Call) => {
  const found = new Map<string, Discovered['devices'][number]>();
  for (let page = 1; page <= maxPages; page += 1) {
    const devices = listed((await client.devices(page, amount, signal)).answer);
    const before = found.size;
    for (const device of devices.map(describe)) if (device !== undefined) found.set(device.externalId, device);
    if (devices.length < amount || found.size === before) break;
  }
  return [...found.values()];
};

/** With a token of its own a device can at least name itself. */
const ownDevices = async (client: TagoClient, devices: readonly TagoDevice[], { signal }: Call) => {
  const found: Discovered['devices'][number][] = [];
  for (const device of devices) {
    const { result } = (await client.device(device, signal)).answer;
    const described = isJsonObject(result) ? describe(result) : undefined;
    if (described !== undefined) found.push(described);
  }
  return found;
};

/** The variables among a device's newest items, each with its newest value: one request, and seldom ones may be missed. */
const variablesOf = async (client: TagoClient, device: TagoDevice, { signal }: Call) => {
  const newest = new Map<string, Discovered['variables'][number]>();
  for (const item of listed((await client.data(device, { qty: newestItems }, signal)).answer)) {
    const { variable, unit, time, value } = item;
    if (typeof variable !== 'string') continue;
    const at = typeof time === 'string' ? parseInstant(time) : undefined;
    const known = newest.get(variable);
    if (known !== undefined && (at === undefined || at <= (known.last?.at ?? -Infinity))) continue;
    const raw = value instanceof SpelledNumber ? value.text : typeof value === 'string' ? value : undefined;
    newest.set(variable, {
      device: device.externalId,
      name: variable,
      ...(typeof unit === 'string' && unit !== '' ? { unit } : {}),
      ...(at === undefined || raw === undefined ? {} : { last: { at, raw } }),
    });
  }
  return [...newest.values()];
};

/**
 * The account's devices (or, without an account token, those given), and the variables of the devices given.
 * @throws CaudalError kind `config` when there is neither an account token nor a device
 */
export const discover = async (
  client: TagoClient,
  request: Call & { readonly devices: readonly TagoDevice[] },
): Promise<Discovered> => {
  if (!client.hasAccount && request.devices.length === 0)
    throw new CaudalError('config', 'listing devices needs an account token', { sent: 'no' });
  const devices = client.hasAccount
    ? await accountDevices(client, request)
    : await ownDevices(client, request.devices, request);
  const variables: Discovered['variables'][number][] = [];
  for (const device of request.devices) variables.push(...(await variablesOf(client, device, request)));
  return { devices, variables };
};
