import { randomUUID } from 'node:crypto';
import { CaudalError, toCaudalError } from '@caudal/core';
import type { DeviceInfo } from '../config/domain.ts';
import { type StreamNotes, streamStates } from '../observe/streams.ts';
import type { ProviderEntry } from '../plugins.ts';
import { createInFlight } from '../schedule/in-flight.ts';
import type { Services } from '../services.ts';
import type { Stage } from '../stage.ts';
import type { LeaseClaim } from '../store/rows.ts';
import { createBacklog } from './backlog.ts';
import { isRead } from '../config/is-read.ts';
import { createPauses, type Paused } from './pauses.ts';
import { runStream } from './stream.ts';
import { createTroubles } from './troubles.ts';

/** A stream that has flowed this long works for good: what it was paused for is over, and what it may be cut for begins anew. */
const steadyMs = 60_000;

/** How often it is noted up to when streams have flowed. */
const notedMs = 15_000;

interface Stream {
  readonly key: string;
  readonly provider: ProviderEntry;
  readonly devices: readonly DeviceInfo[];
  readonly who: Paused;
  readonly notes: StreamNotes;
  steady: boolean;
  notBefore: number;
  open?: { readonly lease: LeaseClaim; readonly end: AbortController; gapsPlanned: boolean };
  notedAt: number;
}

const changed = () => new CaudalError('transient', 'the data of its devices changed', { sent: 'no' });

const streamsOf = ({ plugins, domain, streams }: Services): Stream[] =>
  [...plugins.providers.values()].flatMap((provider) => {
    const { subscribe } = provider.capabilities;
    if (subscribe === undefined) return [];
    const devices = [...domain.devices.values()].filter(
      (device) => device.provider === provider.name && isRead(domain, device),
    );
    const stream = (id: string, own: readonly DeviceInfo[], credential?: DeviceInfo['credential']): Stream => ({
      key: `${provider.name} ${id}`,
      provider,
      devices: own,
      who: { provider: provider.name, id, ...(credential === undefined ? {} : { credential }) },
      notes: streams.of(provider.name, id),
      steady: false,
      notBefore: 0,
      notedAt: 0,
    });
    if (subscribe.per === 'device') return devices.map((device) => stream(device.id, [device], device.credential));
    return devices.length === 0 ? [] : [stream('', devices)];
  });

/** Holds the vendors' streams open, each under a lease, so that one process at most writes for it. */
export const createSubscriber = (services: Services): Stage | undefined => {
  const { store, options, clock } = services;
  if ([...services.plugins.providers.values()].every(({ capabilities }) => capabilities.subscribe === undefined))
    return undefined;
  let { domain } = services;
  let all: readonly Stream[] = streamsOf(services);
  /** Of devices that are gone or others by now: told to end, and renewed until they have. */
  const leaving = new Set<Stream>();
  const log = services.log.stream('telemetry', { stage: 'subscribe' });
  const holder = randomUUID();
  const leaseMs = options.collect.leaseSeconds * 1000;
  const restMs = Math.min(options.collect.tickMs, Math.floor(leaseMs / 3));
  const pauses = createPauses(clock, () => services.random());
  const troubles = createTroubles(services, 'subscribe', pauses);
  const backlog = createBacklog();
  const flight = createInFlight(
    () => services.wake('subscribe'),
    (thrown) => log.error({ error: toCaudalError(thrown) }, 'a stream failed in an unforeseen way'),
  );
  let stopping = false;
  const over = new AbortController();

  /** Looks again when a pause that is shorter than the stage's rest has passed. */
  const lookAfter = (stream: Stream) => {
    const wait = Math.ceil(pauses.until(stream.who) - clock.now());
    if (wait >= restMs) return;
    clock.sleep(Math.max(0, wait), over.signal).then(
      () => services.wake('subscribe'),
      () => undefined,
    );
  };

  /** Asks for the lease; null when another process has it. */
  const take = async ({ who }: Stream): Promise<LeaseClaim | null> => {
    const of = { instance: who.provider, device: who.id };
    const epoch = await store.write.takeLease({ ...of, holder, until: clock.now() + leaseMs });
    return epoch === null ? null : { ...of, epoch };
  };

  const run = async (stream: Stream, give: AbortSignal) => {
    const lease = await take(stream);
    if (lease === null) {
      stream.notBefore = clock.now() + leaseMs / 2;
      stream.notes.failed('another process has this stream');
      return;
    }
    const end = new AbortController();
    const open = { lease, end, gapsPlanned: false };
    stream.open = open;
    stream.steady = false;
    stream.notes.turn('opening');
    const openedAt = clock.now();
    if (stopping) end.abort(new CaudalError('transient', 'the runtime stops', { sent: 'no' }));
    if (leaving.has(stream)) end.abort(changed());
    const { provider, devices, notes } = stream;
    let outcome = 'stopped';
    try {
      await runStream(services, {
        provider,
        devices,
        lease,
        notes,
        backlog,
        onGapsPlanned: () => {
          open.gapsPlanned = true;
        },
        end,
        give,
      });
    } catch (thrown) {
      if (stopping || leaving.has(stream)) return;
      const error = toCaudalError(thrown, `the stream of ${stream.key}`);
      outcome = error.kind;
      notes.failed(services.redact.text(error.message));
      const worked = stream.steady || (notes.report.lastMessageAt ?? -1) >= openedAt;
      await troubles.failed(stream.who, error, worked);
      lookAfter(stream);
    } finally {
      delete stream.open;
      leaving.delete(stream);
      notes.turn('waiting');
      services.metrics.add('caudal_stream_ends_total', { instance: provider.name, outcome });
      // Polling takes over.
      services.wake('collect');
      await store.write.dropLease(lease);
    }
  };

  /** Streams whose devices are the same go on; the others end, and those that take their place pull the gap when they connect. */
  const replan = () => {
    if (services.domain === domain) return;
    ({ domain } = services);
    const before = new Map(all.map((stream) => [stream.key, stream]));
    all = streamsOf(services).map((stream) => {
      const old = before.get(stream.key);
      const same =
        old !== undefined &&
        old.devices.length === stream.devices.length &&
        old.devices.every((device, index) => device === stream.devices[index]);
      if (same) before.delete(stream.key);
      return same ? old : stream;
    });
    for (const old of before.values()) {
      if (!flight.has(old.key)) continue;
      leaving.add(old);
      old.open?.end.abort(changed());
    }
  };

  const renew = async (now: number) => {
    const held = [...all, ...leaving].flatMap(({ open }) => open ?? []);
    if (held.length === 0) return;
    const renewed = await store.write.renewLeases(
      held.map(({ lease }) => lease),
      now + leaseMs,
    );
    const kept = new Set(renewed.map(({ instance, device, epoch }) => `${instance} ${device} ${epoch}`));
    for (const { lease, end } of held)
      if (!kept.has(`${lease.instance} ${lease.device} ${lease.epoch}`))
        end.abort(
          new CaudalError('transient', 'another process has taken this stream', { sent: 'no', scope: 'device' }),
        );
  };

  const watch = async (stream: Stream, now: number) => {
    const { open, notes } = stream;
    if (open === undefined) return;
    const { state, since } = notes.report;
    if (state === 'opening' && now - since > options.collect.requestTimeoutMs)
      open.end.abort(new CaudalError('timeout', `${stream.key} did not connect in time`, { scope: 'device' }));
    if (state === 'connected' && !stream.steady && now - since >= steadyMs) {
      stream.steady = true;
      await troubles.worked(stream.who);
    }
  };

  /** What streams that flow have brought up to now. One that can not be asked for what it missed sends that first: it is given time. */
  const note = async (now: number) => {
    const flowing = all.filter(({ open, notes: { report }, provider, notedAt }) => {
      const { pull } = provider.capabilities;
      const isWhole = pull?.by === 'time' && pull.range ? open?.gapsPlanned === true : now - report.since >= steadyMs;
      return open !== undefined && report.state === 'connected' && isWhole && now - notedAt >= notedMs;
    });
    if (flowing.length === 0) return;
    for (const stream of flowing) stream.notedAt = now;
    await store.write.noteReads({
      asked: flowing.flatMap(({ devices }) =>
        devices.map(({ id }) => ({ device: id, variable: '', to: now, endedAt: now })),
      ),
    });
  };

  /** By instance: how many streams are being opened. */
  const openings = () => {
    const count = new Map<string, number>();
    for (const { key, provider, notes } of all)
      if (flight.has(key) && notes.report.state !== 'connected')
        count.set(provider.name, (count.get(provider.name) ?? 0) + 1);
    return count;
  };

  const mayOpen = (stream: Stream, now: number) =>
    !flight.has(stream.key) && stream.notBefore <= now && pauses.until(stream.who) <= now;

  const gauge = () => {
    const groups = Map.groupBy(all, ({ provider }) => provider.name);
    for (const [instance, own] of groups)
      for (const state of streamStates) {
        const count = own.filter(({ notes }) => notes.report.state === state).length;
        services.metrics.set('caudal_streams', { instance, state }, count);
      }
  };

  return {
    name: 'subscribe',
    restMs,
    async step() {
      const now = clock.now();
      replan();
      await renew(now);
      const { raw, parkedRaw } = await store.read.counts();
      backlog.turn(raw.PENDING - parkedRaw > options.collect.pendingRawLimit || (services.feed?.down ?? null) !== null);
      const opening = openings();
      for (const stream of all) {
        await watch(stream, now);
        const { name, capabilities } = stream.provider;
        const already = opening.get(name) ?? 0;
        if (stopping || backlog.full || !mayOpen(stream, now)) continue;
        if (already >= (capabilities.concurrency?.perInstance ?? 4)) continue;
        opening.set(name, already + 1);
        flight.start(stream.key, [name], (give) => run(stream, give));
      }
      if (!backlog.full) await note(now);
      gauge();
      return false;
    },
    async finish(signal) {
      stopping = true;
      over.abort();
      for (const { open } of [...all, ...leaving])
        open?.end.abort(new CaudalError('transient', 'the runtime stops', { sent: 'no' }));
      await flight.finish(signal);
    },
  };
};
