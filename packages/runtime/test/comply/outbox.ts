import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ComplianceProfile, DataFile, Json } from '@caudal/core';
import type { RuntimeConfig } from '@caudal/runtime';
import { createComplier } from '../../src/comply/complier.ts';
import { createOperations } from '../../src/operate/operations.ts';
import { createMaintainer } from '../../src/schedule/maintainer.ts';
import type { ValueRow } from '../../src/store/rows.ts';
import { openServices } from '../process/services.ts';
import { processed, value } from '../store/rows.ts';
import { type Dedup, openDesk } from './desk.ts';

const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** 08:00 at the regulator. */
export const start = Date.UTC(2026, 0, 15, 12);
/** Its next midnight. */
export const midnight = Date.UTC(2026, 0, 16, 4);

export interface OutboxOptions {
  readonly profile?: Partial<ComplianceProfile>;
  readonly dedup?: Dedup;
  /** In the place of the desk. */
  readonly plugin?: NonNullable<RuntimeConfig['targets']>[string];
  /** Codes of works, each with one hourly obligation of the same name. Default one. */
  readonly works?: readonly string[];
  /** Changes an obligation. */
  readonly obligation?: (code: string) => object;
  readonly comply?: RuntimeConfig['comply'];
  readonly providers?: RuntimeConfig['providers'];
  /** Devices and bindings of them. */
  readonly data?: Pick<DataFile, 'devices' | 'bindings'>;
  readonly from?: number;
  /** Digits after the point that the desk is sent. Default: as they are. */
  readonly rendersDecimals?: number;
}

const dataOf = ({ works = ['W1'], obligation = () => ({}), from = start, data = {} }: OutboxOptions): DataFile => ({
  ...data,
  points: works.map((id) => ({ id, name: id, kind: 'well', series: { flow: {} } })),
  obligations: works.map((code) => ({
    id: code,
    target: 'desk',
    work: { code, settings: { password: `env:${code}` } },
    standard: 'HOUR',
    from: new Date(from).toISOString(),
    members: { q: { series: `${code}/flow` } },
    ...obligation(code),
  })),
});

/** The sender, its real store and a desk, moved by hand: a step looks at everything and waits for what it began. */
export const withOutbox = async (
  options: OutboxOptions,
  test: (outbox: Awaited<ReturnType<typeof openOutbox>>) => Promise<void>,
): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'caudal-outbox-'));
  const outbox = await openOutbox(folder, options);
  try {
    await test(outbox);
  } finally {
    await outbox.close();
    await rm(folder, { recursive: true, force: true });
  }
};

const never = new AbortController().signal;

const openOutbox = async (folder: string, options: OutboxOptions) => {
  const clock = { at: start, now: () => clock.at, sleep: () => Promise.resolve() };
  const desk = openDesk(() => clock.at, options.profile, options.dedup);
  const open = (changed: OutboxOptions) =>
    openServices(join(folder, 'store'), dataOf({ ...options, ...changed }), clock, {
      targets: { desk: options.plugin ?? desk.plugin() },
      ...(options.comply === undefined ? {} : { comply: options.comply }),
      ...(options.providers === undefined ? {} : { providers: options.providers }),
    });
  desk.decimals = options.rendersDecimals;
  let services = await open({});
  let complier = createComplier(services);
  const outbox = {
    clock,
    desk,
    get services() {
      return services;
    },
    get operations() {
      return createOperations(services, 'ana');
    },
    /** A value of a work. */
    put: (work: string, at: number, text: string | null, some: Partial<ValueRow> = {}) =>
      services.store.write.commitProcessed(
        processed({
          values: [
            value(at, text === null ? null : Number(text), {
              series: `${work}/flow`,
              text,
              rawText: text ?? 'ERR',
              ...some,
            }),
          ],
        }),
      ),
    putBasis: (id: string, content: Json) =>
      services.store.write.commitProcessed(processed({ basis: [{ id, content }] })),
    /** One look, and what it began; `wait: false` leaves that under way. */
    async step({ wait = true } = {}) {
      await complier.step(never);
      if (wait) await complier.finish?.(never);
    },
    finish: async () => complier.finish?.(never),
    /** To `at`, a look every five minutes, and two more for what follows from the last. */
    async until(at: number) {
      for (; clock.at < at; clock.at = Math.min(at, clock.at + 5 * minute)) await outbox.step();
      await outbox.step();
      await outbox.step();
    },
    /** What looks at deadlines. */
    watch: async () => {
      await createMaintainer(services).step(never);
    },
    /** The program dies, whatever it was doing, and starts again, perhaps with another configuration. */
    async restart(changed: OutboxOptions = {}) {
      await services.close();
      services = await open(changed);
      complier = createComplier(services);
    },
    of: (work: string, slot: number) => services.store.read.submissionBy({ obligation: work, slot }),
    async states() {
      const rows = await services.store.read.submissionList({ limit: 10_000 });
      return rows.toSorted((a, b) => a.slot - b.slot || (a.id < b.id ? -1 : 1)).map(({ state }) => state);
    },
    alerts: () => services.store.read.openAlerts({ limit: 100 }),
    close: () => services.close(),
  };
  return outbox;
};

export type Outbox = Awaited<ReturnType<typeof openOutbox>>;
