import { type CaudalError, type ErrorKind, toCaudalError } from '@caudal/core';
import type { OutletEntry } from '../plugins.ts';
import type { Services } from '../services.ts';
import type { Outgoing, OutletRow } from '../store/outgoing.ts';
import { addressed, kindsOf } from './address.ts';
import { messageOf } from './message.ts';

/** Kinds that do not pass by waiting: somebody has to change something. */
const lasting: ReadonlySet<ErrorKind> = new Set(['config', 'auth', 'unsupported', 'rejected']);

/** The longest pause between two tries. */
const mostRestMs = 60_000;
const leastRestMs = 500;

/** One outlet: brings it what it has not acknowledged. */
export interface Pump {
  readonly outlet: OutletEntry;
  /** Begins to bring it what there is, unless it is under way, or rests after a failure. Not waited for. */
  begin(row: OutletRow): void;
  /** Begins no further request, waits for the one under way until `limit` is aborted, and lets go of the broker. */
  end(limit: AbortSignal): Promise<void>;
}

export const createPump = (services: Services, outlet: OutletEntry): Pump => {
  const { store, clock, metrics, outletTroubles } = services;
  const { name, use, instance } = outlet;
  const log = services.log.stream('system', { outlet: name });
  const wants: ReadonlySet<string> = new Set(kindsOf(outlet));
  const over = new AbortController();
  const cut = new AbortController();
  let running: Promise<void> | undefined;
  let failures = 0;
  let failingSince = 0;
  let restUntil = -Infinity;

  const isOurs = ({ kind, outlet: only }: Outgoing) => (only === null || only === name) && wants.has(kind);

  /** Of the series whose values the broker keeps. */
  const newestOf = async (changes: readonly Outgoing[]) => {
    if (use.values?.retain !== true) return undefined;
    const series = changes.flatMap((one) =>
      one.kind === 'value' || one.kind === 'provisional' ? [one.content.series] : [],
    );
    return store.read.newestOutgoing([...new Set(series)], use.values.status === 'any');
  };

  /** What does not heed the signal is not waited for: it is closed before anything is tried again. */
  const heeded = async (work: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    const signal = AbortSignal.any([cut.signal, AbortSignal.timeout(use.timeoutMs)]);
    const aborted = Promise.withResolvers<never>();
    const onAbort = () =>
      aborted.reject(new Error(cut.signal.aborted ? 'it was ended' : `no acknowledgement within ${use.timeoutMs} ms`));
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await Promise.race([work(signal), aborted.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  };

  const publish = async (changes: readonly Outgoing[]): Promise<void> => {
    if (changes.length === 0) return;
    const newest = await newestOf(changes);
    const { domain } = services;
    const unitOf = (series: string) => domain.series.get(series)?.unit;
    const messages = changes.map((change) => addressed(outlet, messageOf(change, unitOf), newest));
    // Whoever stood still would bring, after its successor, what that one has brought already.
    await services.assertHeld();
    await heeded((signal) => instance.publish({ messages, signal }));
    metrics.add('caudal_published_total', { outlet: name }, messages.length);
  };

  const worked = () => {
    if (failures === 0) return;
    log.info(
      { tries: failures, seconds: Math.round((clock.now() - failingSince) / 1000) },
      `outlet ${name} takes messages again`,
    );
    failures = 0;
    restUntil = -Infinity;
    outletTroubles.delete(name);
  };

  const failed = ({ kind, message }: CaudalError) => {
    const now = clock.now();
    if (failures === 0) failingSince = now;
    // What is wrong may change while it lasts.
    const isNew = failures === 0 || (lasting.has(kind) && outletTroubles.get(name) !== message);
    failures += 1;
    restUntil = now + Math.min(mostRestMs, leastRestMs * 2 ** Math.min(failures, 8));
    outletTroubles.set(name, message);
    metrics.add('caudal_publish_failures_total', { outlet: name });
    if (isNew)
      log[lasting.has(kind) ? 'error' : 'warn']({ kind }, `outlet ${name} takes no messages, which wait: ${message}`);
  };

  const drain = async (row: OutletRow): Promise<void> => {
    let { next, filling } = row;
    while (!over.signal.aborted) {
      let changes = await store.read.outgoing({ from: next, limit: use.batchMessages });
      if (changes.length < use.batchMessages && filling) {
        filling = (await store.write.fillOutlet({ name, limit: use.batchMessages })).more;
        changes = await store.read.outgoing({ from: next, limit: use.batchMessages });
        if (changes.length === 0) continue;
      }
      const last = changes.at(-1);
      if (last === undefined) return;
      const ours = changes.filter(isOurs);
      try {
        await publish(ours);
      } catch (thrown) {
        await Promise.resolve(instance.close?.()).catch(() => undefined);
        if (!cut.signal.aborted) failed(toCaudalError(thrown));
        return;
      }
      // Nothing for us says nothing of the broker.
      if (ours.length > 0) worked();
      await store.write.advanceOutlet({ name, from: next, to: last.serial + 1 });
      next = last.serial + 1;
    }
  };

  return {
    outlet,
    begin(row) {
      if (over.signal.aborted || clock.now() < restUntil) return;
      running ??= drain(row)
        // The position is another's, or the database is away: what is right is read anew.
        .catch((thrown: unknown) => {
          if (!over.signal.aborted)
            log.warn({ error: toCaudalError(thrown) }, `outlet ${name} could not go on; it is tried again`);
        })
        .finally(() => {
          running = undefined;
        });
    },
    async end(limit) {
      over.abort();
      const onLimit = () => cut.abort();
      if (limit.aborted) onLimit();
      else limit.addEventListener('abort', onLimit, { once: true });
      await running;
      limit.removeEventListener('abort', onLimit);
      await Promise.resolve(instance.close?.()).catch(() => undefined);
    },
  };
};
