import type { ComplianceProfile } from '@caudal/core';
import { type RegistryOptions, type RegistrySimulator, startRegistry } from '@caudal/simulators';
import { expect, test } from 'vitest';
import { day, hour, start, withOutbox } from './outbox.ts';
import { registryTarget } from './registry-target.ts';

const minute = 60_000;

/** What goes wrong with the first send of a work, one work each. */
const faults = {
  STORED_RESET: 'store-then-reset',
  RESET: 'reset',
  STORED_SILENT: 'store-then-hang',
  SILENT: 'hang',
  CUT: 'cut',
  NO_RECEIPT: 'no-receipt',
  ERROR_IN_200: 'error-in-200',
  OTHER_KEY: 'other-key',
  PAGE: 'html-200',
  SERVER_ERROR: 'status-503',
} as const;
const works = Object.keys(faults);

interface Case {
  readonly registry: Omit<RegistryOptions, 'clock' | 'token'>;
  readonly profile: Partial<ComplianceProfile>;
  /** Ends that leave a key to a person. */
  readonly left?: readonly string[];
}

const atOnce = { resend: 'immediately', resendUnknown: 'immediately' } as const;

/** The five ways in which a regulator can treat a key that comes twice. */
const profiles: Readonly<Record<string, Case>> = {
  'replays the first answer to the same key': { registry: { second: 'replays' }, profile: atOnce },
  'keeps the first, found by its receipt alone, next day': { registry: { second: 'first-wins' }, profile: {} },
  'keeps the last': { registry: { second: 'last-wins' }, profile: { ...atOnce, duplicateMeans: 'replaced' } },
  'keeps both, can be asked': {
    registry: { second: 'doubles', askable: true, readBack: false, visibleAfterMs: 2 * minute },
    profile: { ...atOnce, duplicateMeans: 'doubled', readBack: false, lookUp: { afterMs: 2 * minute } },
  },
  'keeps both, can not be asked': {
    registry: { second: 'doubles', readBack: false },
    profile: { duplicateMeans: 'doubled', readBack: false, resend: 'never', resendUnknown: 'never' },
    left: ['unknown', 'rejected'],
  },
};

/** Rules that no profile may break. A resend over an idempotency key, or onto what is replaced, is how these regulators want it. */
const always = ['format', 'key-reuse', 'early-question', 'unasked-resend'] as const;

test.each(Object.entries(profiles))(
  'a regulator that %s: no key twice, and none lost',
  async (_name, { registry, profile, left = [] }) => {
    let now = () => start;
    const clock = { now: () => now(), sleep: () => Promise.resolve() };
    const regulator: RegistrySimulator = await startRegistry({ clock, token: 'key', ...registry });
    try {
      await withOutbox(
        {
          plugin: registryTarget(regulator.url, profile),
          works,
          obligation: () => ({ to: new Date(start + minute).toISOString() }),
          comply: { requestTimeoutMs: 3_000, concurrency: works.length },
        },
        async (outbox) => {
          now = outbox.clock.now;
          for (const work of works) await outbox.put(work, start, '1.50');
          regulator.behave({ record: { only: faults } });
          outbox.clock.at = start + 15 * minute;
          await outbox.step();
          expect(regulator.ledger.requests.filter(({ kind }) => kind === 'record')).toHaveLength(works.length);
          regulator.behave({ record: { only: Object.fromEntries(works.map((work) => [work, null])) } });
          await outbox.until(start + 2 * hour);
          // By the regulator's days, an hour of each.
          for (const days of [1, 2]) {
            outbox.clock.at = Date.UTC(2026, 0, 15 + days, 4);
            await outbox.until(outbox.clock.at + hour);
          }
          outbox.clock.at = start + 3 * day;
          await outbox.until(outbox.clock.at + 10 * minute);
          for (const work of works) {
            const held = regulator.ledger.of(work, '2026-01-15T12:00:00Z');
            const state = (await outbox.of(work, start))?.state ?? '';
            expect(held.length, `${work} is there ${held.length} times`).toBeLessThanOrEqual(1);
            if (left.includes(state)) continue;
            expect(['confirmed', 'accepted-unverified'], work).toContain(state);
            expect(
              held.map(({ values }) => values),
              work,
            ).toEqual([{ q: '1.50' }]);
          }
          const broken = regulator.ledger.violations.map(({ kind }) => kind);
          expect(broken.filter((kind) => (always as readonly string[]).includes(kind))).toEqual([]);
        },
      );
    } finally {
      await regulator.close();
    }
  },
);
