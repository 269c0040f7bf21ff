import { systemClock } from '@caudal/core';
import { mulberry32 } from '@caudal/simulators';
import { expect, test } from 'vitest';
import type { Reply } from '../comply/desk.ts';
import { day, hour, type OutboxOptions, start, withOutbox } from '../comply/outbox.ts';

const minute = 60_000;
const seed = Number(process.env['CAUDAL_RIG_SEED'] ?? systemClock.now() % 1_000_000);
const works = ['A', 'B', 'C'];
const slots = 4;

/** How a regulator treats a key that comes twice, what the sender may therefore do, and what it can promise. */
const profiles: Readonly<Record<string, Pick<OutboxOptions, 'profile' | 'dedup'> & { readonly parks?: true }>> = {
  'replays the first answer': {
    dedup: 'replays',
    profile: { duplicateMeans: 'received', resend: 'immediately', resendUnknown: 'immediately' },
  },
  'keeps the first, resend calendar': { dedup: 'first-wins', profile: { resend: 'next-calendar-day' } },
  'keeps the last': {
    dedup: 'last-wins',
    profile: { duplicateMeans: 'replaced', resend: 'immediately', resendUnknown: 'immediately' },
  },
  'keeps both, can be asked by key': {
    dedup: 'doubles',
    profile: {
      duplicateMeans: 'doubled',
      readBack: false,
      resend: 'immediately',
      resendUnknown: 'immediately',
      lookUp: { afterMs: 2 * minute },
    },
  },
  'keeps both, can not be asked': {
    dedup: 'doubles',
    profile: { duplicateMeans: 'doubled', readBack: false, resend: 'immediately', resendUnknown: 'never' },
    parks: true,
  },
};

const troubles: readonly Reply[] = ['lost-answer', 'silence', 'down', 'refuse', 'no-outcome'];

test.each(Object.entries(profiles))(
  `a regulator that %s: one record a key, whatever happens (seed ${seed})`,
  (_name, { parks, ...given }) =>
    withOutbox(
      { ...given, works, obligation: () => ({ to: new Date(start + (slots - 1) * hour + minute).toISOString() }) },
      async (outbox) => {
        const random = mulberry32(seed);
        const tries = new Map<string, number>();
        outbox.desk.visibleAfterMs = given.profile?.lookUp?.afterMs ?? 0;
        outbox.desk.reply = (work, slot) => {
          const key = `${work} ${slot}`;
          const count = (tries.get(key) ?? 0) + 1;
          tries.set(key, count);
          return count <= 2 && random() < 0.6 ? (troubles[Math.floor(random() * troubles.length)] as Reply) : 'accept';
        };
        for (let slot = 0; slot < slots; slot += 1) {
          outbox.clock.at = start + slot * hour;
          for (const work of works) await outbox.put(work, outbox.clock.at, `${slot + 1}.5`);
          await outbox.until(outbox.clock.at + 40 * minute);
        }
        // By the regulator's days, an hour of each.
        for (let count = 0; count < 4; count += 1) {
          outbox.clock.at = Date.UTC(2026, 0, 16 + count, 4);
          await outbox.until(outbox.clock.at + hour);
        }
        const keys = new Set(outbox.desk.records.map(({ work, slot }) => `${work} ${slot}`));
        expect(outbox.desk.records).toHaveLength(keys.size);
        for (const { slot, values } of outbox.desk.records)
          expect(values).toEqual({ q: `${(slot - start) / hour + 1}.5` });
        const states = await outbox.states();
        if (parks !== true) {
          expect(keys.size).toBe(works.length * slots);
          expect(new Set(states)).toEqual(new Set(['confirmed']));
        } else {
          // What may have arrived waits for a person; all else arrived once.
          expect(states.filter((state) => state !== 'accepted-unverified' && state !== 'unknown')).toEqual([]);
          expect(keys.size).toBeGreaterThanOrEqual(states.filter((state) => state === 'accepted-unverified').length);
        }
      },
    ),
);

test('a regulator that holds other values: every slot ends in conflict, none is confirmed, none is sent twice', () =>
  withOutbox(
    { works, obligation: () => ({ to: new Date(start + (slots - 1) * hour + minute).toISOString() }) },
    async (outbox) => {
      for (const work of works)
        for (let slot = 0; slot < slots; slot += 1) {
          outbox.desk.records.push({
            work,
            slot: start + slot * hour,
            values: { q: '0.01' },
            receipt: `${work}${slot}`,
          });
          await outbox.put(work, start + slot * hour, '12.5');
        }
      await outbox.until(start + slots * hour);
      expect(await outbox.states()).toEqual(Array.from({ length: works.length * slots }, () => 'conflict'));
      outbox.clock.at = start + 3 * day;
      await outbox.step();
      expect(outbox.desk.posts).toHaveLength(works.length * slots);
    },
  ));
