import { type CaudalError, toCaudalError } from '@caudal/core';
import type { DeviceInfo } from '../config/domain.ts';
import type { ProviderEntry } from '../plugins.ts';
import { createInFlight } from '../schedule/in-flight.ts';
import type { Services } from '../services.ts';
import type { Stage } from '../stage.ts';
import type { PlannedRead } from '../store/store.ts';
import { createLimiter, type Limiter } from './limits.ts';
import { createPauses } from './pauses.ts';
import { planDevice, plannedRead, planWindow } from './plan.ts';
import { read } from './read.ts';

const minute = 60_000;
const day = 86_400_000;
const plannedAtOnce = 200;

/** Reads vendors: decides what is due, keeps to their limits, and puts every answer on disk before anything is made of it. */
export const createCollector = (services: Services): Stage => {
  const { store, domain, options, clock, plugins } = services;
  const log = services.log.stream('telemetry', { stage: 'collect' });
  const pauses = createPauses(clock, () => services.random());
  const limiters = new Map<string, Limiter>(
    [...plugins.providers].map(([name, { capabilities }]) => [name, createLimiter(capabilities.limits, clock)]),
  );
  const nextPoll = new Map<string, number>();
  const flight = createInFlight(
    () => services.wake('collect'),
    (thrown) => log.error({ error: toCaudalError(thrown) }, 'a read failed in an unforeseen way'),
  );

  /** Devices of points that are read: an INACTIVE point is not; a device that feeds no point yet is, for its unclaimed readings. */
  const isRead = (device: DeviceInfo) => {
    const bindings = [...(domain.bindings.get(device.id)?.values() ?? [])].flat();
    return (
      device.wanted.length > 0 &&
      (bindings.length === 0 || bindings.some(({ series }) => stateOf(series) !== 'INACTIVE'))
    );
  };
  const stateOf = (series: string) => domain.points.get(domain.series.get(series)?.point ?? '')?.state;

  const groupsOf = (device: DeviceInfo) => [device.provider, `${device.provider} ${device.credential ?? ''}`];

  const free = ({ capabilities }: ProviderEntry, device: DeviceInfo) => {
    const [instance, credential] = groupsOf(device) as [string, string];
    const { perInstance = 4, perCredential = Infinity } = capabilities.concurrency ?? {};
    return (
      flight.size < options.collect.concurrency &&
      flight.count(instance) < perInstance &&
      flight.count(credential) < perCredential
    );
  };

  const trouble = async (device: DeviceInfo, error: CaudalError) => {
    const subject = pauses.failed(device, error);
    log.warn(
      { instance: device.provider, device: device.id, kind: error.kind, paused: subject, detail: error.detail },
      error.message,
    );
    if (error.kind === 'rate-limit') return;
    const person = error.kind === 'auth' || error.kind === 'config' || error.kind === 'quota';
    if (!person) return;
    await store.write.changeAlerts({
      open: [
        {
          event: 'system',
          rule: `collect.${error.kind}`,
          subject,
          point: null,
          severity: 'critical',
          openedAt: clock.now(),
          facts: { device: device.id, reason: services.redact.text(error.message) },
        },
      ],
      close: [],
    });
    services.wake('notify');
  };

  const recovered = async (device: DeviceInfo) => {
    const subjects = pauses.worked(device);
    if (subjects.length === 0) return;
    log.info({ instance: device.provider, device: device.id, subjects }, 'reads work again');
    await store.write.changeAlerts({
      open: [],
      close: subjects.flatMap((subject) =>
        ['auth', 'config', 'quota'].map((kind) => ({ rule: `collect.${kind}`, subject, at: clock.now() })),
      ),
    });
  };

  const readDevice = async (provider: ProviderEntry, device: DeviceInfo, signal: AbortSignal) => {
    const { pull } = provider.capabilities;
    if (pull === undefined) return;
    const now = clock.now();
    const known = await store.read.watermarks([device.id]);
    const { reads, gaps } = planDevice(pull, {
      device,
      variables: device.wanted,
      decodedTo: new Map(known.map(({ variable, decodedTo }) => [variable, decodedTo])),
      now,
      overlapMs: options.collect.overlapMinutes * minute,
      firstReadMs: options.collect.firstReadHours * 60 * minute,
    });
    if (gaps.length > 0) await store.write.planReads(gaps);
    const cursorKey = `cursor ${provider.name} ${device.id}`;
    for (const plan of reads) {
      const cursor = pull.by === 'cursor' ? await store.read.recall(cursorKey) : null;
      const end = await read(
        services,
        provider,
        limiters.get(provider.name) as Limiter,
        cursor === null ? plan : { ...plan, page: cursor },
        signal,
      );
      if (pull.by === 'cursor' && end.page !== undefined)
        await store.write.remember([{ key: cursorKey, value: end.page }]);
      if (end.waitMs > 0) nextPoll.set(device.id, clock.now() + end.waitMs);
      else if (end.page !== undefined && plan.window !== undefined)
        await store.write.planReads([
          { ...plannedRead(device, plan.variables, plan.window, plan.lane, clock.now()), page: end.page },
        ]);
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
    await store.write.changeReads([
      end.page === undefined && end.waitMs === 0
        ? { id: plan.id, state: 'done' }
        : { id: plan.id, state: 'open', page: end.page ?? null, nextAt: clock.now() + end.waitMs },
    ]);
  };

  const guarded = (device: DeviceInfo, work: (signal: AbortSignal) => Promise<void>) => async (signal: AbortSignal) => {
    try {
      await work(signal);
      await recovered(device);
    } catch (thrown) {
      if (!signal.aborted) await trouble(device, toCaudalError(thrown, `reading ${device.id}`));
    }
  };

  const startPlanned = async (now: number) => {
    for (const plan of await store.read.reads({ state: 'open', limit: plannedAtOnce })) {
      const device = domain.devices.get(plan.device);
      const provider = plugins.providers.get(plan.instance);
      if (device === undefined || provider === undefined) {
        await store.write.changeReads([
          { id: plan.id, state: 'failed', reason: 'its device or provider is no longer configured' },
        ]);
      } else if (
        plan.nextAt <= now &&
        pauses.until(device) <= now &&
        free(provider, device) &&
        !flight.has(device.id)
      ) {
        flight.start(
          device.id,
          groupsOf(device),
          guarded(device, (signal) => readPlanned(provider, device, plan, signal)),
        );
      }
    }
  };

  /** Once a day the last days are read again: loggers upload late, and a hole stays a hole otherwise. */
  const planReread = async (now: number) => {
    const slot = Math.floor(now / day) * day;
    if (
      options.collect.rereadHours === 0 ||
      (await store.read.lastSlot('reread')) === slot ||
      !(await store.write.claimSlot('reread', slot, now))
    )
      return;
    const plans = [...domain.devices.values()].filter(isRead).flatMap((device) => {
      const pull = plugins.providers.get(device.provider)?.capabilities.pull;
      const window = { from: now - options.collect.rereadHours * 60 * minute, to: now };
      return pull?.range === true && pull.by === 'time'
        ? planWindow(device, device.wanted, window, pull, 'gap', now)
        : [];
    });
    if (plans.length > 0) await store.write.planReads(plans);
  };
  let rereadFrom: number | undefined;

  return {
    name: 'collect',
    restMs: options.collect.tickMs,
    stallMs: Math.max(60_000, 3 * options.collect.tickMs),
    async step() {
      const now = clock.now();
      const { raw } = await store.read.counts();
      services.metrics.set('caudal_raw_pending', {}, raw.PENDING);
      if (raw.PENDING > options.collect.pendingRawLimit) {
        log.warn({ pending: raw.PENDING }, 'reads pause until the processor has caught up');
        return false;
      }
      for (const device of domain.devices.values()) {
        const provider = plugins.providers.get(device.provider);
        if (provider?.capabilities.pull === undefined || !isRead(device) || flight.has(device.id)) continue;
        if ((nextPoll.get(device.id) ?? 0) > now || pauses.until(device) > now || !free(provider, device)) continue;
        nextPoll.set(device.id, now + device.pollMs);
        flight.start(
          device.id,
          groupsOf(device),
          guarded(device, (signal) => readDevice(provider, device, signal)),
        );
      }
      // The first day of a new runtime needs no second look: everything has just been read.
      rereadFrom ??= now + day / 24;
      if (now >= rereadFrom) await planReread(now);
      await startPlanned(now);
      return false;
    },
    finish: (signal) => flight.finish(signal),
  };
};
