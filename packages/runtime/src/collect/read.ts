import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { CaudalError, type DeviceRef, type Json, toCaudalError, type Window } from '@caudal/core';
import type { DeviceInfo } from '../config/domain.ts';
import type { ProviderEntry } from '../plugins.ts';
import type { Services } from '../services.ts';
import type { Asked, Lane, NewRaw } from '../store/rows.ts';
import type { RawCondition } from '../store/store.ts';
import { within } from './deadline.ts';
import type { Limiter } from './limits.ts';

/** One thing to ask a vendor, of one or more pages. */
export interface Read {
  readonly devices: readonly DeviceInfo[];
  /** Of each device; the host splits them by the vendor's maxima before. */
  readonly variables: readonly string[];
  /** Absent: the latest values, or whatever the cursor says. */
  readonly window?: Window;
  readonly page?: Json;
  readonly lane: Lane;
}

/** How a read ended. `page` is where to go on: when it was cut short, and always for a cursor. */
export interface ReadEnd {
  readonly page: Json | undefined;
  /** Wait this long before going on: the vendor's limit is used up. */
  readonly waitMs: number;
  /** Whether the vendor had nothing more. */
  readonly complete: boolean;
}

/** What a read that ended has asked for: everything up to the end of its window, or up to when it began where there is none. */
export const askedBy = ({ devices, variables, window }: Read, beganAt: number, endedAt: number): Asked[] =>
  devices.flatMap(({ id }) =>
    variables.map((variable) => ({
      device: id,
      variable,
      to: Math.min(beganAt, (window?.to ?? Infinity) - 1),
      endedAt,
    })),
  );

/** A device as a call names it. */
export const refOf = (device: DeviceInfo, variables: readonly string[]): DeviceRef => ({
  id: device.id,
  externalId: device.externalId,
  ...(device.credential === undefined ? {} : { credential: device.credential }),
  settings: device.settings ?? {},
  variables: variables.map((name) => ({ name, settings: device.variables?.[name] ?? {} })),
});

/**
 * Puts bodies on disk as they came, or into Kafka where there is one. Resolves when they are synced, or all in-sync replicas have them.
 *
 * @param askedAt when the vendor was asked; default: nobody was, they came by themselves
 */
export const keepRaw = async (
  services: Services,
  rows: readonly NewRaw[],
  given?: RawCondition,
  askedAt?: number,
): Promise<readonly string[]> => {
  if (rows.length === 0) return [];
  const instance = (rows[0] as NewRaw).instance;
  services.metrics.add('caudal_raw_received_total', { instance }, rows.length);
  const { feed } = services;
  // What has to stand beside an entry of the audit is written with it.
  if (feed !== undefined && given?.audit === undefined && rows.every((row) => feed.fits(row))) {
    const published = feed.publish(rows).then(() => ({ stored: rows.map(({ id }) => id), repeated: [] }));
    const { stored } = await services.flow.during(instance, rows.length, published);
    services.traces?.collected(rows, stored, askedAt ?? (rows[0] as NewRaw).receivedAt);
    return stored;
  }
  const { stored, repeated } = await services.flow.during(
    instance,
    rows.length,
    services.store.write.appendRaw(rows, given),
  );
  services.metrics.add('caudal_raw_stored_total', { instance }, stored.length);
  services.metrics.add('caudal_raw_repeated_total', { instance }, repeated.length);
  services.events.emit('raw', { instance, stored: stored.length, repeated: repeated.length });
  services.traces?.collected(rows, stored, askedAt ?? (rows[0] as NewRaw).receivedAt);
  if (stored.length > 0) services.wake('process');
  return stored;
};

/**
 * Reads page after page until the window is empty, storing each answer before the next is asked for.
 *
 * @throws CaudalError as the plugin classified it; pages read before are on disk
 */
export const read = async (
  services: Services,
  provider: ProviderEntry,
  limiter: Limiter,
  plan: Read,
  signal: AbortSignal,
): Promise<ReadEnd> => {
  const { clock, metrics, options } = services;
  const { pull } = provider.capabilities;
  if (pull === undefined || provider.instance.pull === undefined) {
    throw new CaudalError('unsupported', `provider ${provider.name} can not be asked for data`, { sent: 'no' });
  }
  const call = provider.instance.pull.bind(provider.instance);
  const device = plan.devices[0] as DeviceInfo;
  let page = plan.page;
  for (let count = 0; count < options.collect.maxPages; count += 1) {
    const wait = limiter.take({ credential: device.credential ?? '', device: device.id });
    if (wait > 0) return { page, waitMs: wait, complete: false };
    const askedAt = clock.now();
    let outcome = 'ok';
    try {
      const answer = await within(clock, options.collect.requestTimeoutMs, `reading ${device.id}`, signal, (limited) =>
        call({
          devices: plan.devices.map((one) => refOf(one, plan.variables)),
          ...(plan.window === undefined ? {} : { window: plan.window }),
          limit: pull.maxLimit,
          ...(page === undefined ? {} : { page }),
          signal: limited,
        }),
      );
      const receivedAt = clock.now();
      const request = `${plan.devices.map((one) => one.id).join(',')} ${plan.variables.join(',')} ${plan.lane} ${count}`;
      await keepRaw(
        services,
        answer.records.map((record, index): NewRaw => ({
          id: randomUUID(),
          instance: provider.name,
          lane: plan.lane,
          receivedAt,
          envelope: record.envelope,
          body: record.body,
          request: `${request} ${index}`,
        })),
        undefined,
        askedAt,
      );
      // A cursor is a position, not a rest: it stays when there is nothing more, and the next read goes on from it.
      const more = pull.by !== 'cursor' || (answer.records.length > 0 && !isDeepStrictEqual(answer.page, page));
      page = answer.page ?? (pull.by === 'cursor' ? page : undefined);
      if (answer.page === undefined || !more) return { page, waitMs: 0, complete: true };
    } catch (thrown) {
      const error = toCaudalError(thrown, `provider ${provider.name}`);
      outcome = error.kind;
      throw error;
    } finally {
      metrics.add('caudal_requests_total', { instance: provider.name, outcome });
      metrics.observe('caudal_request_seconds', { instance: provider.name }, (clock.now() - askedAt) / 1000);
    }
  }
  return { page, waitMs: 0, complete: false };
};
