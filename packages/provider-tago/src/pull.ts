import { CaudalError, type Json, type PullRequest, type PullResult } from '@caudal/core';
import type { Query } from '@caudal/http';
import type { TagoClient } from './client.ts';
import type { TagoDeviceSettings, TagoVariableSettings } from './config.ts';
import { after, type Group, groupsOf, missingFrom, type Page, readPage } from './page.ts';
import { maxItems } from './plans.ts';

type Request = PullRequest<TagoDeviceSettings, TagoVariableSettings>;

const iso = (instant: number) => new Date(instant).toISOString();

const refuse = (message: string): never => {
  throw new CaudalError('config', message, { sent: 'no', scope: 'device' });
};

/** The page that begins the next group of variables, if there is one. */
const nextGroup = (groups: readonly Group[], index: number): Page | undefined => {
  const next = groups[index + 1];
  return next === undefined ? undefined : { group: index + 1, token: next.token };
};

/** TagoIO's `end_date` includes its instant and a window does not, so it ends a millisecond before. */
const rangeQuery = (from: number, to: number, limit: number, skip: number): Query => ({
  start_date: iso(from),
  end_date: iso(to - 1),
  ordination: 'ascending',
  qty: limit,
  skip: skip === 0 ? undefined : skip,
});

/**
 * One `GET /data`. Without a window: `query=last_item`; TagoIO does not say whether it gives one item for each of several
 * variables or one in all, so those an answer lacks are asked one by one on the pages that follow. With a window: ascending,
 * continued by key-set.
 */
export const pull = async (client: TagoClient, request: Request): Promise<PullResult> => {
  const [device] = request.devices;
  if (device === undefined || request.devices.length > 1) return refuse('a pull asks for one device');
  const groups = groupsOf(device);
  const page = readPage(request.page) ?? { group: 0, token: groups[0]?.token ?? 'device' };
  const group = groups[page.group] ?? refuse('a pull names at least one variable');
  const { window, signal } = request;
  const limit = Math.max(1, Math.min(request.limit, maxItems));
  const from = page.from ?? window?.from ?? 0;
  const skip = page.skip ?? 0;
  const variables = page.alone === undefined ? group.variables : page.alone.slice(0, 1);

  const { response, answer } = await client.data(
    { externalId: device.externalId, credential: group.credential },
    {
      ...(variables.length === 1 ? { variable: variables[0] } : { 'variable[]': variables }),
      ...(window === undefined ? { query: 'last_item' } : rangeQuery(from, window.to, limit, skip)),
    },
    signal,
  );
  const items: readonly unknown[] = Array.isArray(answer['result']) ? answer['result'] : [];

  const next = (): Page | undefined => {
    const same = { group: page.group, token: group.token };
    if (window !== undefined) {
      const place = after(items, { from, skip, limit });
      return place === undefined ? nextGroup(groups, page.group) : { ...same, ...place };
    }
    const alone = page.alone?.slice(1) ?? missingFrom(items, variables);
    return alone.length === 0 ? nextGroup(groups, page.group) : { ...same, alone };
  };
  const following = next();

  return {
    records: [
      {
        body: response.body,
        envelope: {
          channel: 'pull',
          device: device.id,
          asked: {
            devices: [device.externalId],
            variables,
            ...(window === undefined ? {} : { window, limit }),
            page: { ...page },
          },
          path: response.path,
          status: response.status,
          headers: response.headers,
          ...(response.contentType === undefined ? {} : { contentType: response.contentType }),
        },
      },
    ],
    ...(following === undefined ? {} : { page: following as unknown as Json }),
    ...(response.serverTime === undefined ? {} : { serverTime: response.serverTime }),
  };
};
