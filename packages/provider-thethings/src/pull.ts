import {
  CaudalError,
  type Json,
  type PullRequest,
  type PullResult,
  type RawEnvelope,
  isJsonObject,
} from '@caudal/core';
import type { Answered, ThingsClient } from './client.ts';
import type { TheThingsDeviceSettings, TheThingsVariableSettings } from './config.ts';
import { itemsOf } from './item.ts';
import { after, boundsOf, type Page, readPage, type TheThingsDevice } from './page.ts';

type Request = PullRequest<TheThingsDeviceSettings, TheThingsVariableSettings>;

const iso = (instant: number) => new Date(instant).toISOString();

const refuse = (message: string): never => {
  throw new CaudalError('config', message, { sent: 'no', scope: 'device' });
};

const tokenOf = (device: TheThingsDevice, key: string) =>
  device.variables.find(({ name }) => name === key)?.settings.token ?? device.credential;

const resultOf = (
  { response }: Answered,
  device: TheThingsDevice,
  asked: NonNullable<RawEnvelope['asked']>,
  next: Page | undefined,
): PullResult => ({
  records: [
    {
      body: response.body,
      envelope: {
        channel: 'pull',
        device: device.id,
        asked: { devices: [device.externalId], ...asked },
        path: response.path,
        status: response.status,
        headers: response.headers,
        ...(response.contentType === undefined ? {} : { contentType: response.contentType }),
      },
    },
  ],
  ...(next === undefined ? {} : { page: next as unknown as Json }),
  ...(response.serverTime === undefined ? {} : { serverTime: response.serverTime }),
});

const itemsIn = ({ body }: Answered): readonly unknown[] => (body === undefined ? [] : itemsOf(body));

const pageOf = (rest: readonly string[]): Page | undefined => (rest.length === 0 ? undefined : { rest });

/** Latest values of all keys that share the thing's token; those the answer lacks are asked alone on the pages that follow. */
const pullAll = async (client: ThingsClient, device: TheThingsDevice, call: Request): Promise<PullResult> => {
  const shared = device.variables.filter(({ settings }) => settings.token === undefined).map(({ name }) => name);
  const answered = await client.allResources(device.credential, 1, call);
  const found = new Set(
    itemsIn(answered)
      .filter(isJsonObject)
      .map((item) => item['key']),
  );
  const rest = device.variables.map(({ name }) => name).filter((name) => !shared.includes(name) || !found.has(name));
  return resultOf(answered, device, { variables: shared, page: { all: true } }, pageOf(rest));
};

/**
 * One request for one key: the newest item, or a page of a window, newest first. With several variables the others follow on
 * pages of their own.
 */
export const pull = async (
  client: ThingsClient,
  options: { readonly pageSize: number; readonly all: boolean },
  request: Request,
): Promise<PullResult> => {
  const [device] = request.devices;
  if (device === undefined || request.devices.length > 1) return refuse('a pull asks for one device');
  const { window } = request;
  const page = readPage(request.page);
  if (options.all && window === undefined && page === undefined) return pullAll(client, device, request);
  const { rest, seen = [], until } = page ?? { rest: device.variables.map(({ name }) => name) };
  const [key = refuse('a pull names at least one variable')] = rest;
  const others = rest.slice(1);
  const asked = { variables: [key], page: { rest: [...rest], ...(page === undefined ? {} : page) } as unknown as Json };
  if (window === undefined) {
    const answered = await client.resource(tokenOf(device, key), key, { limit: 1 }, request);
    return resultOf(answered, device, asked, pageOf(others));
  }
  const limit = Math.max(1, Math.min(request.limit, options.pageSize));
  const { start, end } = boundsOf(window);
  const query = { limit, startDate: iso(start), endDate: iso(until ?? end) };
  const answered = await client.resource(tokenOf(device, key), key, query, request);
  const place = after(itemsIn(answered), { start, until: until ?? end, seen, limit }, device.settings.zone);
  const next = place === undefined ? pageOf(others) : { rest, ...place };
  return resultOf(answered, device, { ...asked, window, limit }, next);
};
