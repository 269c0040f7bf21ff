import { toCaudalError } from '@caudal/core';
import type { DeviceInfo } from '../config/domain.ts';
import type { ProviderEntry } from '../plugins.ts';
import { isFeedTrouble } from '../feed/feed.ts';
import { settled } from '../feed/settled.ts';
import { createInFlight } from '../schedule/in-flight.ts';
import { createSlots, runSlots } from '../schedule/slots.ts';
import type { Services } from '../services.ts';
import type { Stage } from '../stage.ts';
import { isTrouble } from '../store/trouble.ts';
import type { PlannedRead } from '../store/store.ts';
import { isRead } from '../config/is-read.ts';
import { askedTo } from './asked-to.ts';
import { createLimiter, type Limiter } from './limits.ts';
import { createPauses } from './pauses.ts';
import { createPlaces, type Lacking } from './places.ts';
import { createPollQueue, type Turn } from './poll-queue.ts';
import { planDevice, plannedRead, planWindow } from './plan.ts';
import { askedBy, read } from './read.ts';
import { createTroubles } from './troubles.ts';

const minute = 60_000;
const plannedAtOnce = 200;

/** Who waits while a device has no place. */
const turnOf: Readonly<Record<Lacking, (device: DeviceInfo) => Turn>> = {
  together: () => 'none',
  instance: () => 'full',
  failing: () => ({ aside: 'failing' }),
  credential: ({ credential }) => ({ aside: `credential ${credential ?? ''}` }),
};

/** Reads vendors: decides what is due, keeps to their limits, and puts every answer on disk before anything is made of it. */
export const createCollector = (services: Services): Stage => {
  const { store, options, clock, plugins } = services;
  const log = services.log.stream('telemetry', { stage: 'collect' });
  const pauses = createPauses(clock, () => services.random());
  const troubles = createTroubles(services, 'collect', pauses);
  const limiters = new Map<string, Limiter>(
    [...plugins.providers].map(([name, { capabilities }]) => [name, createLimiter(capabilities.limits, clock)]),
  );
  /** From when a device waits, and for how long; absent: as long as its pace says, whatever that is by then. */
  const polled = new Map<string, { readonly at: number; readonly waitMs?: number }>();
  const over = new AbortController();
  /** Whether a read ended since the last step: then it may be that alone which this stage was woken for. */
  let readEnded = false;
  const flight = createInFlight(
    () => {
      readEnded = true;
      services.wake('collect');
    },
    (thrown) => log.error({ error: toCaudalError(thrown) }, 'a read failed in an unforeseen way'),
  );

  const places = createPlaces(flight, clock, options.collect.concurrency);
  const mayRead = (provider: ProviderEntry, device: DeviceInfo, now: number) =>
    !flight.has(device.id) &&
    pauses.until(device) <= now &&
    places.lacking(provider, device, pauses.failing(device)) === null;

  const queue = createPollQueue();
  let queuedOf = services.domain;
  let steppedAt = -Infinity;
  const dueAt = (device: DeviceInfo) => {
    const { at, waitMs = device.pollMs } = polled.get(device.id) ?? { at: 0, waitMs: 0 };
    return at + waitMs;
  };
  const wait = (device: DeviceInfo, from: { readonly at: number; readonly waitMs?: number }) => {
    polled.set(device.id, from);
    queue.put(device, dueAt(device));
  };

  const readDevice = async (provider: ProviderEntry, device: DeviceInfo, signal: AbortSignal) => {
    const { pull } = provider.capabilities;
    if (pull === undefined) return;
    const now = clock.now();
    const [known, asked] = await Promise.all([store.read.watermarks([device.id]), store.read.asked([device.id])]);
    const firstReadMs = options.collect.firstReadHours * 60 * minute;
    const before = askedTo(asked, device.wanted);
    const planned = planDevice(pull, {
      device,
      variables: device.wanted,
      decodedTo: new Map(known.map(({ variable, decodedTo }) => [variable, decodedTo])),
      askedTo: before,
      now,
      overlapMs: options.collect.overlapMinutes * minute,
      firstReadMs,
    });
    // The first read goes back from its first try, however long it takes until one works.
    const first = device.wanted.filter((variable) => !before.has(variable));
    if (first.length > 0)
      await store.write.noteReads({
        asked: first.map((variable) => ({ device: device.id, variable, to: now - firstReadMs, endedAt: now })),
      });
    const cursorKey = `cursor ${provider.name} ${device.id}`;
    for (const { read: plan, gaps } of planned) {
      const cursor = pull.by === 'cursor' ? await store.read.recall(cursorKey) : null;
      const beganAt = clock.now();
      const end = await read(
        services,
        provider,
        limiters.get(provider.name) as Limiter,
        cursor === null ? plan : { ...plan, page: cursor },
        signal,
      );
      await settled(services, AbortSignal.any([signal, over.signal]));
      if (pull.by === 'cursor' && end.page !== undefined)
        await store.write.remember([{ key: cursorKey, value: end.page }]);
      if (end.waitMs > 0) wait(device, { at: clock.now(), waitMs: end.waitMs });
      else {
        const endedAt = clock.now();
        const rest =
          end.page !== undefined && plan.window !== undefined
            ? [{ ...plannedRead(device, plan.variables, plan.window, plan.lane, endedAt), page: end.page }]
            : [];
        // Together: what was asked moves where the next read begins, and what is left to ask must not be forgotten by that.
        if (end.complete || rest.length > 0)
          await store.write.noteReads({ asked: askedBy(plan, beganAt, endedAt), planned: [...gaps, ...rest] });
      }
    }
  };

  const readPlanned = async (provider: ProviderEntry, device: DeviceInfo, plan: PlannedRead, signal: AbortSignal) => {
    const end = await read(
      services,
      provider,
      limiters.get(provider.name) as Limiter,
      {
        devices: [device],
        variables: plan.variables,
        window: { from: plan.from, to: plan.to },
        lane: plan.lane,
        ...(plan.page === null ? {} : { page: plan.page }),
      },
      signal,
    );
    await settled(services, AbortSignal.any([signal, over.signal]));
    const endedAt = clock.now();
    await store.write.noteReads({
      asked: plan.variables.map((variable) => ({ device: device.id, variable, to: null, endedAt })),
      changed: [
        end.page === undefined && end.waitMs === 0
          ? { id: plan.id, state: 'done' }
          : { id: plan.id, state: 'open', page: end.page ?? null, nextAt: endedAt + end.waitMs },
      ],
    });
  };

  const guarded = (device: DeviceInfo, work: (signal: AbortSignal) => Promise<void>) => async (signal: AbortSignal) => {
    try {
      await work(signal);
      await troubles.worked(device);
    } catch (thrown) {
      // A full disk is no failure of the vendor: nothing of it is paused.
      if (!signal.aborted && !isTrouble(thrown) && !isFeedTrouble(thrown))
        await troubles.failed(device, toCaudalError(thrown, `reading ${device.id}`));
    }
  };

  const isOn = (device: DeviceInfo) => services.domain.switches.get(device.provider)?.mode !== 'off';

  const startPlanned = async (now: number) => {
    for (const plan of await store.read.dueReads(now, plannedAtOnce)) {
      const device = services.domain.devices.get(plan.device);
      const provider = plugins.providers.get(plan.instance);
      if (device === undefined || provider === undefined) {
        await store.write.changeReads([
          { id: plan.id, state: 'failed', reason: 'its device or provider is no longer configured' },
        ]);
      } else if (isOn(device) && mayRead(provider, device, now)) {
        places.take(
          device,
          guarded(device, (signal) => readPlanned(provider, device, plan, signal)),
        );
      }
    }
  };

  /** Devices whose stream is connected and brings what they measure: they need not be asked. */
  const streaming = async (now: number): Promise<ReadonlySet<string>> => {
    const connected = [...services.domain.devices.values()].flatMap((device) => {
      const since = options.collect.pollWhileStreaming
        ? undefined
        : services.streams.connectedSince(device.provider, device.id);
      return since === undefined ? [] : [{ device, since }];
    });
    if (connected.length === 0) return new Set();
    const heard = new Map((await store.read.contacts()).map(({ device, at }) => [device, at]));
    return new Set(
      connected
        .filter(({ device, since }) => now - Math.max(since, heard.get(device.id) ?? 0) <= 1.5 * device.intervalMs)
        .map(({ device }) => device.id),
    );
  };

  /** The one that waits longest first, and behind it what comes due before the next look. */
  const findDue = async (now: number) => {
    const resting = await streaming(now);
    queuedOf = services.domain;
    const until = now + options.collect.tickMs;
    const soon = [...services.domain.devices.values()]
      .filter((device) => dueAt(device) < until && !resting.has(device.id) && isRead(services.domain, device))
      .toSorted((a, b) => dueAt(a) - dueAt(b));
    const later = soon.findIndex((device) => dueAt(device) > now);
    queue.refill(later < 0 ? soon : soon.slice(0, later), now, until);
    if (later >= 0) for (const device of soon.slice(later)) queue.put(device, dueAt(device));
  };

  const startPolls = async (now: number): Promise<number> => {
    // What was noted by a clock that has been set back since would keep devices waiting for as long.
    if (now < steppedAt - options.collect.tickMs) polled.clear();
    steppedAt = now;
    const onlyEnded = readEnded;
    readEnded = false;
    if (!onlyEnded || queuedOf !== services.domain || !queue.holds(now)) await findDue(now);
    let started = 0;
    queue.begin(now, (device) => {
      const provider = plugins.providers.get(device.provider);
      if (provider?.capabilities.pull === undefined || dueAt(device) > now) return 'done';
      if (flight.has(device.id)) return { aside: `device ${device.id}` };
      const pausedUntil = pauses.until(device);
      if (pausedUntil > now) {
        queue.put(device, pausedUntil);
        return 'done';
      }
      const lacking = places.lacking(provider, device, pauses.failing(device));
      if (lacking !== null) return turnOf[lacking](device);
      started += 1;
      wait(device, { at: now });
      places.take(
        device,
        guarded(device, (signal) => readDevice(provider, device, signal)),
      );
      return 'done';
    });
    return started;
  };

  const polls = createSlots(services, 'sync-telemetry-sources');
  /** Since the last slot of the schedule: a device has a pace of its own. */
  let begun = 0;
  const poll = async (now: number) => {
    const taken = await polls.take(now);
    if (taken?.askedBy != null) {
      polled.clear();
      queue.clear();
    }
    if (options.schedules['sync-telemetry-sources'].enabled) begun += await startPolls(now);
    if (taken === undefined) return;
    await polls.end(taken, { reads: begun });
    begun = 0;
  };

  const rereads = createSlots(services, 'reread-telemetry');
  /** Loggers upload late, and a hole stays a hole otherwise. */
  const planReread = async (now: number) => {
    const plans = [...services.domain.devices.values()]
      .filter((device) => isRead(services.domain, device))
      .flatMap((device) => {
        const pull = plugins.providers.get(device.provider)?.capabilities.pull;
        const window = { from: now - options.collect.rereadHours * 60 * minute, to: now };
        return pull?.range === true && pull.by === 'time'
          ? planWindow(device, device.wanted, window, pull, 'gap', now)
          : [];
      });
    if (plans.length > 0) await store.write.planReads(plans);
    return { reads: plans.length };
  };

  return {
    name: 'collect',
    restMs: options.collect.tickMs,
    async step() {
      const now = clock.now();
      const { raw, parkedRaw } = await store.read.counts();
      services.metrics.set('caudal_raw_pending', {}, raw.PENDING);
      if (raw.PENDING - parkedRaw > options.collect.pendingRawLimit) {
        log.warn({ pending: raw.PENDING }, 'reads pause until the processor has caught up');
        return false;
      }
      const { feed } = services;
      if (feed !== undefined && feed.down !== null) {
        // Its outage is told once, by itself.
        await feed.ends().catch(() => undefined);
        if (feed.down !== null) return false;
      }
      await poll(now);
      if (options.collect.rereadHours > 0) await runSlots(rereads, now, () => planReread(now));
      await startPlanned(now);
      return false;
    },
    finish(signal) {
      over.abort();
      return flight.finish(signal);
    },
  };
};
