import { expect, test } from 'vitest';
import { expectSlots, nothingKnown, owedBy, uncreated } from '../../src/comply/expect.ts';
import { submission } from '../store/rows.ts';
import { hour, type Outbox, start, withOutbox } from './outbox.ts';

const minute = 60_000;
const by = { author: 'ana', reason: 'test' };
const one = () => ({ to: new Date(start + minute).toISOString() });

const owes = (id: string, work: string, more: object = {}) => ({
  kind: 'obligations' as const,
  id,
  content: {
    target: 'desk',
    work: { code: work, settings: { password: 'env:W1' } },
    standard: 'HOUR',
    from: new Date(start).toISOString(),
    members: { q: { series: 'W1/flow' } },
    ...more,
  },
});

const slotsOf = async (outbox: Outbox, obligation: string) =>
  (await outbox.services.store.read.submissionList({ obligation, limit: 100 }))
    .map(({ slot }) => (slot - start) / hour)
    .toReversed();

test('nothing is owed until the next hour: an obligation that is kept meanwhile is looked at, and one that ends owes nothing more', () =>
  withOutbox({}, async (outbox) => {
    outbox.clock.at = start + minute;
    await outbox.step();
    await outbox.step();
    await outbox.services.kept.put(owes('late', 'W9'), by);
    await outbox.step();
    expect(await slotsOf(outbox, 'late')).toEqual([0]);
    await outbox.services.kept.put(owes('late', 'W9', one()), by);
    outbox.clock.at = start + 2 * hour;
    await outbox.step();
    expect(await slotsOf(outbox, 'late')).toEqual([0]);
    expect(await slotsOf(outbox, 'W1')).toEqual([0, 1, 2]);
  }));

test('the clock goes forward and back: each slot has one row, and what a clock ahead found owed nothing is owed all the same', () =>
  withOutbox({ obligation: () => ({ to: new Date(start + 3 * hour).toISOString() }) }, async (outbox) => {
    // Beyond all that is looked back to: nothing is owed, for ever.
    for (const at of [start + 400 * 24 * hour, start + minute, start + 2 * hour, start + minute, start + 2.5 * hour]) {
      outbox.clock.at = at;
      await outbox.step();
      await outbox.step();
    }
    expect(await slotsOf(outbox, 'W1')).toEqual([0, 1, 2]);
  }));

test('another instance creates the rows: whoever looks at deadlines no longer counts them, and nobody creates them again', () =>
  withOutbox({}, async ({ services, clock }) => {
    const owed = owedBy(services);
    const [watching, creating] = [nothingKnown(), nothingKnown()];
    const counts = async () => (await uncreated(services, owed, watching)).map(({ count }) => count);
    clock.at = start + minute;
    expect(await counts()).toEqual([1]);
    expect(await expectSlots(services, owed)).toBe(1);
    expect(await counts()).toEqual([]);
    expect(await expectSlots(services, owed, creating)).toBe(0);
    clock.at = start + 2 * hour;
    expect(await counts()).toEqual([2]);
    expect(await expectSlots(services, owed)).toBe(2);
    expect(await counts()).toEqual([]);
    expect(await expectSlots(services, owed, creating)).toBe(0);
    clock.at = start + 3 * hour;
    expect(await expectSlots(services, owed, creating)).toBe(1);
    expect(await counts()).toEqual([]);
  }));

/** Of two works one is being sent, and the other was found and waits for its place. */
const withOneWaiting = (then: (outbox: Outbox, first: string, second: string) => Promise<void>) =>
  withOutbox({ works: ['A', 'B'], obligation: one, comply: { concurrency: 1 } }, async (outbox) => {
    for (const work of ['A', 'B']) await outbox.put(work, start, '1.5');
    outbox.clock.at = start + 20 * minute;
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    outbox.desk.during = () => {
      begun.resolve();
      return gate.promise;
    };
    await outbox.step({ wait: false });
    await begun.promise;
    const first = outbox.desk.posts[0]?.work ?? '';
    const second = first === 'A' ? 'B' : 'A';
    const release = outbox.finish;
    outbox.finish = async () => {
      gate.resolve();
      await release();
    };
    await then(outbox, first, second);
  });

const posts = ({ desk }: Outbox) => desk.posts.map(({ work }) => work);

test('what was found to be sent, and somebody else took meanwhile, is not sent', () =>
  withOneWaiting(async (outbox, first, second) => {
    const { id = '', epoch = 0 } = (await outbox.of(second, start)) ?? {};
    const reason = 'its receipt was imported';
    await outbox.services.store.write.changeSubmissions([{ id, epoch, state: 'elsewhere', nextAt: start, reason }]);
    await outbox.finish();
    await outbox.step();
    await outbox.step();
    expect(posts(outbox)).toEqual([first]);
    expect(await outbox.of(second, start)).toMatchObject({ state: 'elsewhere', attempts: 0 });
  }));

test('what was found to be sent is stopped before its turn: it goes when it may again', () =>
  withOneWaiting(async (outbox, first, second) => {
    await outbox.operations.pauseSends({ target: 'desk', work: second, because: 'inspection' });
    await outbox.finish();
    await outbox.step();
    await outbox.step();
    expect(posts(outbox)).toEqual([first]);
    await outbox.operations.resumeSends({ target: 'desk', work: second });
    await outbox.step();
    expect(posts(outbox)).toEqual([first, second]);
  }));

test('what was found to be sent is sent once, by whichever start, clock or data it is found again', () =>
  withOneWaiting(async (outbox, first, second) => {
    await outbox.services.kept.put(
      { kind: 'points', id: 'new', content: { name: 'new', kind: 'well', series: { flow: {} } } },
      by,
    );
    await outbox.finish();
    outbox.clock.at = start + 10 * minute;
    await outbox.step();
    outbox.clock.at = start + 21 * minute;
    await outbox.step();
    await outbox.step();
    await outbox.restart();
    await outbox.step();
    expect(posts(outbox).toSorted()).toEqual([first, second].toSorted());
  }));

test('a work with more receipts to read back than one look finds hides no other', () =>
  withOutbox({ works: ['A', 'B'], obligation: one }, async (outbox) => {
    const rows = [
      ...Array.from({ length: 501 }, (_, index) => ({
        id: `a${index}`,
        work: 'A',
        slot: start - (600 - index) * hour,
      })),
      { id: 'b', work: 'B', slot: start - 2 * hour },
    ].map(({ id, work, slot }) => submission(id, slot, { obligation: work, target: 'desk', work }));
    const { write } = outbox.services.store;
    await write.expectSubmissions(rows);
    await write.changeSubmissions(
      rows.map(({ id, work, slot }) => ({
        id,
        epoch: 0,
        state: 'manual',
        nextAt: start,
        report: {
          work: { code: work, settings: {} },
          members: { q: {} },
          submissions: [{ id, slot, values: { q: { value: '1.5', at: slot, flag: 1 } } }],
        },
      })),
    );
    await write.changeSubmissions(
      rows.map(({ id }) => ({ id, epoch: 1, state: 'accepted', nextAt: start, receipt: `R-${id}` })),
    );
    const read: string[] = [];
    const gate = Promise.withResolvers<void>();
    outbox.desk.reading = (work) => {
      read.push(work);
      return gate.promise;
    };
    await outbox.step({ wait: false });
    await outbox.step({ wait: false });
    gate.resolve();
    await outbox.finish();
    expect(read.toSorted()).toEqual(['A', 'B']);
  }));
