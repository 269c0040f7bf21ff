import { randomUUID } from 'node:crypto';
import { CaudalError, type RawInput } from '@caudal/core';
import type { DeviceInfo } from '../config/domain.ts';
import type { StreamNotes } from '../observe/streams.ts';
import type { ProviderEntry } from '../plugins.ts';
import type { Services } from '../services.ts';
import type { LeaseClaim } from '../store/rows.ts';
import type { Backlog } from './backlog.ts';
import { untilAborted } from './deadline.ts';
import { planGap } from './gap.ts';
import { keepRaw, refOf } from './read.ts';

/** A plugin that does not end when told to is no longer waited for after this long. */
const graceMs = 10_000;

export interface StreamInput {
  readonly provider: ProviderEntry;
  readonly devices: readonly DeviceInfo[];
  readonly lease: LeaseClaim;
  readonly notes: StreamNotes;
  readonly backlog: Backlog;
  /** What was missed before this connection is planned to be read. */
  readonly onGapsPlanned: () => void;
  /** Aborted: the plugin is to end its stream. The reason is what the stream ended with. */
  readonly end: AbortController;
  /** Aborted: the plugin is no longer waited for. */
  readonly give: AbortSignal;
}

const ended = () =>
  new CaudalError('transient', 'the stream has ended: nothing of it is stored any more', { sent: 'no' });

/**
 * Runs one stream of a plugin until it ends. What it emits is on disk, under the lease, before `emit` resolves; the gap before a
 * connection is planned before anything of the connection is stored, because what comes then moves the newest decoded instant.
 *
 * @throws what the plugin rejected with, or the reason with which it was told to end
 */
export const runStream = async (services: Services, input: StreamInput): Promise<void> => {
  const { clock, options } = services;
  const { provider, devices, lease, notes, backlog, end, give } = input;
  const underWay = new Set<Promise<void>>();
  let bytesUnderWay = 0;
  let planned = Promise.resolve();
  let flows = false;
  let closed = false;

  const planGaps = async (before: Promise<void>) => {
    await before;
    for (const device of devices) await planGap(services, provider, device);
    services.wake('collect');
  };

  const connected = () => {
    if (closed) return;
    flows = true;
    notes.turn('connected');
    // So many may be opened at a time: here is room for the next.
    services.wake('subscribe');
    planned = planGaps(planned);
    planned.then(input.onGapsPlanned, (thrown: unknown) => end.abort(thrown));
  };

  const store = async (records: readonly RawInput[], receivedAt: number) => {
    await planned;
    await backlog.room(end.signal);
    await keepRaw(
      services,
      records.map(({ body, envelope }) => ({
        id: randomUUID(),
        instance: provider.name,
        lane: 'live' as const,
        receivedAt,
        envelope,
        body,
      })),
      { lease },
    );
    notes.heard();
  };

  const emit = async (records: readonly RawInput[]): Promise<void> => {
    if (closed) throw ended();
    if (records.length === 0) return;
    if (!flows) connected();
    const bytes = records.reduce((sum, { body }) => sum + body.byteLength, 0);
    const { emitsUnderWay, emitBytesUnderWay } = options.collect;
    if (underWay.size >= emitsUnderWay || (underWay.size > 0 && bytesUnderWay + bytes > emitBytesUnderWay)) {
      throw new CaudalError('transient', `${provider.name} sends faster than it is stored`, { sent: 'no' });
    }
    bytesUnderWay += bytes;
    const done = store(records, clock.now());
    underWay.add(done);
    try {
      await done;
    } finally {
      underWay.delete(done);
      bytesUnderWay -= bytes;
    }
  };

  const giveUp = new AbortController();
  const over = new AbortController();
  const onEnd = () =>
    void clock.sleep(graceMs, AbortSignal.any([give, over.signal])).then(
      () => giveUp.abort(end.signal.reason),
      () => giveUp.abort(end.signal.reason),
    );
  end.signal.addEventListener('abort', onEnd, { once: true });
  try {
    // A plugin may wait for the signal to change.
    end.signal.throwIfAborted();
    const call = async () => {
      if (provider.instance.subscribe === undefined)
        throw new CaudalError('unsupported', `${provider.name} has no stream`, { sent: 'no' });
      await provider.instance.subscribe({
        devices: devices.map((device) => refOf(device, device.wanted)),
        connected,
        emit,
        signal: end.signal,
      });
    };
    await untilAborted(call(), AbortSignal.any([giveUp.signal, give]));
  } finally {
    end.signal.removeEventListener('abort', onEnd);
    // A timer left behind would hold the process for as long when it stops.
    over.abort();
    closed = true;
    await Promise.allSettled(underWay);
  }
  end.signal.throwIfAborted();
  throw new CaudalError('transient', `the stream of ${provider.name} ended`, { scope: 'device' });
};
