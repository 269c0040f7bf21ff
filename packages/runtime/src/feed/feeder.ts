import type { Consumption } from '@caudal/kafka';
import { toCaudalError } from '@caudal/core';
import type { Services } from '../services.ts';
import type { Stage } from '../stage.ts';
import type { Feed } from './feed.ts';
import { createStallWatch, type Look, type Stall } from './stalls.ts';
import { createBatchStore } from './store-batch.ts';

const rule = 'kafka.stalled';
/** That are looked at, those of former topics among them. */
const mostAlerts = 10_000;

/** Takes raw records from Kafka into the database, and watches that they move. */
export const createFeeder = (services: Services, feed: Feed): Stage => {
  const { store, clock, metrics } = services;
  const { options } = feed;
  const { topic } = options;
  const log = services.log.stream('telemetry', { stage: 'feed' });
  const watch = createStallWatch(options.stallSeconds * 1000);
  let consumption: Consumption | undefined;
  let joining: Promise<void> | undefined;
  /** Consumers that were given up and have not ended yet. */
  const leaving = new Set<Promise<void>>();
  const over = new AbortController();
  let held = false;
  let broken: string | null = null;
  /** Partitions that stood still when it was looked last. */
  let stood: ReadonlySet<number> = new Set();
  const subjectOf = (partition: number) => `kafka:${topic}/${partition}`;

  const join = async () => {
    const bus = await feed.bus();
    const batches = createBatchStore(services, feed, bus);
    const joined = await bus.consume({
      group: options.group,
      topics: [topic],
      sessionTimeoutMs: options.sessionSeconds * 1000,
      maxBatchBytes: options.batchBytes,
      signal: over.signal,
      handle: (batch) => batches.take(batch),
      onAssigned: (partitions) => {
        batches.forget();
        log.info({ partitions: partitions.map(({ partition }) => partition) }, 'partitions were given out');
      },
    });
    consumption = joined;
    broken = null;
    if (held) joined.pause();
    joined.ended.then(
      () => undefined,
      (thrown: unknown) => {
        broken = toCaudalError(thrown).message;
        log.warn({}, `the consumer broke and is made anew: ${broken}`);
        if (consumption === joined) consumption = undefined;
        leave(joined);
        services.wake('feed');
      },
    );
  };

  /** Not waited for: a group hands out partitions when the last of its members has answered, and what stands still has to be named meanwhile. */
  const begin = () => {
    joining ??= join()
      .catch((thrown: unknown) => {
        if (over.signal.aborted) return;
        broken = toCaudalError(thrown).message;
        log.warn({}, `the group ${options.group} could not be joined; it is tried again: ${broken}`);
      })
      .finally(() => {
        joining = undefined;
      });
  };

  const leave = (left: Consumption) => {
    const end = left.stop().finally(() => leaving.delete(end));
    leaving.add(end);
  };

  const sentence = ({ partition, behind, since, holder, anew }: Stall): string => {
    const here = consumption?.assigned.some((one) => one.partition === partition) === true;
    const who = here ? feed.holder : (holder ?? 'nobody');
    return anew
      ? `partition ${partition} of ${topic} ends before what is stored of it: the topic was made anew, see docs/kafka.md`
      : `partition ${partition} of ${topic} stands still since ${new Date(since).toISOString()}: ${behind} records wait; ${here ? 'it is read by' : 'last stored by'} ${who}${broken === null ? '' : ` (${broken})`}`;
  };

  /** Subjects of open alerts, whichever instance opened them, also one that is gone. */
  const openAlerts = async (now: number): Promise<ReadonlySet<string>> => {
    const rows = await store.read.alertsOfRules({ rules: [rule], since: now, limit: mostAlerts });
    return new Set(rows.filter(({ closedAt }) => closedAt === null).map(({ subject }) => subject));
  };

  const changeAlerts = async ({ lag, stalls, well }: Look, now: number) => {
    const alerted = await openAlerts(now);
    const open = stalls
      .filter(({ partition }) => !alerted.has(subjectOf(partition)))
      .map((stall) => ({
        event: 'system',
        rule,
        subject: subjectOf(stall.partition),
        point: null,
        severity: 'critical' as const,
        openedAt: now,
        facts: { reason: sentence(stall) },
      }));
    const close = [...lag.keys()]
      .filter((partition) => well.has(partition) && alerted.has(subjectOf(partition)))
      .map((partition) => ({ rule, subject: subjectOf(partition), at: now }));
    if (open.length === 0 && close.length === 0) return;
    await store.write.changeAlerts({ open, close });
    services.wake('notify');
  };

  const tell = async (look: Look, now: number) => {
    const { stalls } = look;
    feed.stalled = stalls.map(sentence);
    metrics.set('caudal_kafka_stalled', {}, stalls.length);
    const fresh = stalls.filter(({ partition }) => !stood.has(partition));
    for (const stall of fresh) log.error({ partition: stall.partition }, sentence(stall));
    await changeAlerts(look, now);
    stood = new Set(stalls.map(({ partition }) => partition));
    // Once for each stall: what does not help the first time is somebody's to look at. What another instance has, that one makes anew.
    const assigned = new Set(consumption?.assigned.map(({ partition }) => partition));
    const isOurs = ({ anew, partition }: Stall) => !anew && (assigned.size === 0 || assigned.has(partition));
    if (fresh.some(isOurs) && consumption !== undefined) {
      const stuck = consumption;
      consumption = undefined;
      leave(stuck);
    }
  };

  const hold = async () => {
    const { raw, parkedRaw } = await store.read.counts();
    const full = raw.PENDING - parkedRaw > services.options.collect.pendingRawLimit;
    if (full === held) return;
    held = full;
    log.warn(
      { pending: raw.PENDING },
      full ? 'Kafka keeps what comes until the processor has caught up' : 'it goes on',
    );
    if (full) consumption?.pause();
    else consumption?.resume();
  };

  return {
    name: 'feed',
    restMs: options.tickMs,
    async step() {
      const now = clock.now();
      const ends = await feed.ends().catch(() => undefined);
      if (ends === undefined) {
        // Readiness and the log have it.
        watch.interrupted();
        return false;
      }
      await hold();
      const look = watch.look(ends, await store.read.feedPositions(topic), now, held);
      const lags = [...look.lag.values()];
      metrics.set(
        'caudal_kafka_lag',
        {},
        lags.reduce((sum, one) => sum + one, 0),
      );
      metrics.set('caudal_kafka_lag_max', {}, Math.max(0, ...lags));
      await tell(look, now);
      if (consumption === undefined && !over.signal.aborted) begin();
      return false;
    },
    async finish() {
      over.abort();
      await joining;
      const last = consumption;
      consumption = undefined;
      if (last !== undefined) leave(last);
      await Promise.all(leaving);
    },
  };
};
