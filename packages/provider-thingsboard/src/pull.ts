import { CaudalError, type Json, type PullRequest, type PullResult } from '@caudal/core';
import type { Query } from '@caudal/http';
import type { ThingsBoardClient } from './client.ts';
import type { ThingsBoardDeviceSettings, ThingsBoardVariableSettings } from './config.ts';
import { readPage, remaining, type Span } from './page.ts';

type Request = PullRequest<ThingsBoardDeviceSettings, ThingsBoardVariableSettings>;

const refuse = (message: string): never => {
  throw new CaudalError('config', message, { sent: 'no', scope: 'device' });
};

/** How one instance asks for a range. */
export interface RangeWords {
  /** The dialect's way to ask for the oldest first; servers that do not know it answer newest first, which is read as well. */
  readonly ascending: Query;
  /** Most samples in one answer. */
  readonly maxLimit: number;
}

/** A comma separates names in `keys`, and ThingsBoard has no way to write one that belongs to a name. */
const keysOf = (variables: Request['devices'][number]['variables']): string[] => {
  const keys = [...new Set(variables.map(({ name }) => name))];
  if (keys.length === 0) refuse('a pull names at least one variable');
  const comma = keys.find((key) => key.includes(','));
  if (comma !== undefined) refuse(`ThingsBoard can not be asked for the key ${JSON.stringify(comma)}: it has a comma`);
  return keys;
};

/** The samples wanted are shared out among the keys, because ThingsBoard's `limit` counts for each. */
const firstSpan = (keys: readonly string[], window: { from: number; to: number }, limit: number): Span => ({
  ...window,
  keys,
  limit: Math.max(1, Math.floor(limit / keys.length)),
});

/** One request: the newest sample of each key, or a page of a window for all keys that are not read to its end. */
export const pull = async (client: ThingsBoardClient, words: RangeWords, request: Request): Promise<PullResult> => {
  const [device] = request.devices;
  if (device === undefined || request.devices.length > 1) return refuse('a pull asks for one device');
  const { window, signal } = request;
  const limit = Math.max(1, Math.min(request.limit, words.maxLimit));
  const keys = keysOf(device.variables);
  const [span, ...later] =
    window === undefined ? [] : (readPage(request.page) ?? [firstSpan(keys, { ...window }, limit)]);
  const asked = span?.keys ?? keys;
  const query: Query = {
    keys: asked.join(),
    ...(span === undefined ? {} : { startTs: span.from, endTs: span.to, limit: span.limit, ...words.ascending }),
  };
  const { response, telemetry } = await client.samples(device, query, signal);
  const spans = span === undefined ? [] : [...remaining(span, telemetry, words.maxLimit), ...later];
  return {
    records: [
      {
        body: response.body,
        envelope: {
          channel: 'pull',
          device: device.id,
          asked: {
            devices: [device.externalId],
            variables: asked,
            ...(window === undefined ? {} : { window, limit }),
            ...(request.page === undefined ? {} : { page: request.page }),
          },
          path: response.path,
          status: response.status,
          headers: response.headers,
          ...(response.contentType === undefined ? {} : { contentType: response.contentType }),
        },
      },
    ],
    ...(spans.length === 0 ? {} : { page: { spans } as unknown as Json }),
    ...(response.serverTime === undefined ? {} : { serverTime: response.serverTime }),
  };
};
