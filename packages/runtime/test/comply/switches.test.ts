import { expect, test } from 'vitest';
import type { Decision } from '../../src/operate/decide.ts';
import { readReceipts } from '../../src/cli/receipt-file.ts';
import { hour, midnight, start, withOutbox } from './outbox.ts';

const minute = 60_000;
const day = 24 * hour;
const until = (at: number) => () => ({ to: new Date(at).toISOString() });
const one = { obligation: until(start + minute) };

test.each([
  ['all', {}],
  ['target:desk', { target: 'desk' }],
  ['work:desk/A', { target: 'desk', work: 'A' }],
  ['credential:desk/env:A', { target: 'desk', informant: 'env:A' }],
])(
  '%s stopped: nothing of it is sent, over a restart too, deadlines go on, and it is audited and shown',
  (scope, input) =>
    withOutbox({ works: ['A', 'B'], ...one }, async (outbox) => {
      const alone = 'work' in input || 'informant' in input;
      expect(await outbox.operations.pauseSends({ ...input, because: 'inspection' })).toEqual({ scope, changed: true });
      for (const work of ['A', 'B']) await outbox.put(work, start, '1.5');
      await outbox.until(start + 20 * minute);
      await outbox.restart();
      await outbox.until(start + 45 * minute);
      expect(outbox.desk.posts.map(({ work }) => work)).toEqual(alone ? ['B'] : []);
      expect(await outbox.of('A', start)).toMatchObject({ state: 'due', attempts: 0 });
      expect((await outbox.operations.status()).stoppedSends).toMatchObject([
        { scope, actor: 'ana', reason: 'inspection' },
      ]);
      await outbox.watch();
      expect((await outbox.alerts()).map(({ rule, subject }) => [rule, subject])).toContainEqual([
        'submission.deadline',
        'obligation:A',
      ]);
      expect(await outbox.operations.resumeSends(input)).toEqual({ scope, changed: true });
      expect(await outbox.operations.resumeSends(input)).toEqual({ scope, changed: false });
      await outbox.until(start + 55 * minute);
      expect((await outbox.of('A', start))?.state).toBe('confirmed');
      const trail = await outbox.services.store.read.auditTrail({ subject: scope, limit: 9 });
      expect(trail.map(({ act, actor }) => [act, actor])).toEqual([
        ['sends resumed', 'ana'],
        ['sends stopped: inspection', 'ana'],
      ]);
    }),
);

test('a switch of what is not there is refused, and so is one without a reason', () =>
  withOutbox(one, async ({ operations }) => {
    await expect(operations.pauseSends({ target: 'desk', work: 'W9', because: 'x' })).rejects.toThrow('W9');
    await expect(operations.pauseSends({ work: 'W1', because: 'x' })).rejects.toThrow('target');
    await expect(operations.pauseSends({ because: ' ' })).rejects.toThrow('why');
  }));

test('shadow: everything but the socket; the slot ends with its request kept, and is never sent when shadow ends', () =>
  withOutbox({ obligation: () => ({ ...one.obligation(), shadow: true }) }, async (outbox) => {
    await outbox.put('W1', start, '1.5');
    await outbox.until(start + 20 * minute);
    const row = await outbox.of('W1', start);
    expect(row).toMatchObject({ state: 'shadowed', receipt: null, sentAt: null });
    const [attempt] = await outbox.services.store.read.attempts(row?.id ?? '');
    expect(attempt).toMatchObject({ outcome: 'shadowed', artifact: { body: expect.stringContaining('1.5') } });
    await outbox.restart({ obligation: until(start + 2 * hour) });
    await outbox.put('W1', start + hour, '2.5');
    await outbox.until(start + hour + 20 * minute);
    expect(outbox.desk.posts.map(({ slot }) => slot)).toEqual([start + hour]);
  }));

test('a target in shadow sends nothing of any obligation', () =>
  withOutbox({ works: ['A', 'B'], ...one, comply: { shadow: ['desk'] } }, async (outbox) => {
    for (const work of ['A', 'B']) await outbox.put(work, start, '1.5');
    await outbox.until(start + 20 * minute);
    expect(outbox.desk.posts).toEqual([]);
    expect(await outbox.states()).toEqual(['shadowed', 'shadowed']);
  }));

test('day one resends nothing: slots before the cutover are another system’s, and imported receipts are theirs', () => {
  const cutover = new Date(start).toISOString();
  return withOutbox(
    { from: start - 5 * hour, obligation: () => ({ cutover, ...until(start + hour + minute)() }) },
    async (outbox) => {
      for (let slot = start - 5 * hour; slot <= start; slot += hour) await outbox.put('W1', slot, '1.5');
      const receipts = readReceipts(
        [
          'obligation,slot,receipt,sent_at',
          'W1,2026-01-15T04:00:00-04:00,OLD-1,2026-01-15T04:05:00-04:00',
          'W1,2026-01-15T09:00:00Z,"OLD,""2"""',
          'W1,2026-01-15T08:00:00-04:00,OLD-3,',
          'W1,2026-01-15T08:30:00-04:00,OLD-4,',
          'W9,2026-01-15T08:00:00-04:00,OLD-5,',
        ]
          .map((line, index) => (index === 2 ? `${line},` : line))
          .join('\r\n'),
      );
      expect(receipts[1]?.receipt).toBe('OLD,"2"');
      const imported = await outbox.operations.importReceipts({ receipts });
      expect(imported).toMatchObject({ imported: 3, known: 0 });
      expect(imported.refused.map(({ reason }) => reason)).toEqual([
        'the calendar has no slot there',
        'there is no obligation W9',
      ]);
      expect(await outbox.operations.importReceipts({ receipts: receipts.slice(0, 3) })).toEqual({
        imported: 0,
        known: 3,
        refused: [],
      });
      outbox.clock.at = start + hour;
      await outbox.put('W1', start + hour, '2.5');
      await outbox.until(start + 3 * hour);
      expect(outbox.desk.posts.map(({ slot }) => slot)).toEqual([start + hour]);
      expect(await outbox.states()).toEqual([...Array.from({ length: 6 }, () => 'elsewhere'), 'confirmed']);
      expect(await outbox.of('W1', start - 4 * hour)).toMatchObject({
        receipt: 'OLD-1',
        sentAt: start - 4 * hour + 5 * minute,
      });
      const found = await outbox.operations.trace('OLD-3');
      expect(found?.kind === 'submission' && found.submission).toMatchObject({
        state: 'elsewhere',
        status: 'CONFIRMED',
      });
      // What went from here is settled by its own rules.
      const own = await outbox.operations.importReceipts({
        receipts: [{ obligation: 'W1', slot: start + hour, receipt: 'X' }],
      });
      expect(own.refused[0]?.reason).toContain('sent from here');
    },
  );
});

test.each([
  ['obligation,slot\nA,B', 'line 1: the column receipt is missing'],
  ['obligation,slot,receipt,what\n', 'line 1: there is no column what'],
  ['obligation,slot,receipt\nW1,2026-01-15T08:00:00,R', 'line 2: slot 2026-01-15T08:00:00 is no instant with a zone'],
  ['obligation,slot,receipt\n\nW1,2026-01-15T08:00:00Z,', 'line 3: the receipt is empty'],
  ['obligation,slot,receipt\nW1,R', 'line 2: 2 cells, and 3 columns'],
])('a file of receipts is refused with its line: %j', (text, message) => {
  expect(() => readReceipts(text)).toThrow(message);
});

test('a regulator without any rule for silence: parked until a person decides, which is audited', () =>
  withOutbox({ ...one, profile: { resendUnknown: 'never', readBack: false }, dedup: 'doubles' }, async (outbox) => {
    outbox.desk.reply = () => (outbox.desk.posts.length === 0 ? 'silence' : 'accept');
    await outbox.put('W1', start, '1.5');
    await outbox.until(start + 2 * day);
    const { id = '' } = (await outbox.of('W1', start)) ?? {};
    expect(outbox.desk.posts).toHaveLength(1);
    const decide = (input: Decision) => outbox.operations.decideUnknown(input);
    await expect(decide({ submission: id, as: 'send-again', because: '' })).rejects.toThrow('why');
    expect(await decide({ submission: id, as: 'send-again', because: 'the portal has no such row' })).toEqual({
      state: 'retry',
    });
    await outbox.until(start + 2 * day + 10 * minute);
    expect(await outbox.of('W1', start)).toMatchObject({ state: 'accepted-unverified', receipt: 'R1' });
    await expect(decide({ submission: id, as: 'arrived', because: 'x' })).rejects.toThrow('not unknown');
    const trail = await outbox.services.store.read.auditTrail({ subject: id, limit: 20 });
    expect(trail.map(({ act }) => act)).toContain('decided to send again: the portal has no such row');
  }));

test('spacing by informant: the backlog of one informant goes one by one, another informant beside it, fresh data before', () =>
  withOutbox(
    {
      works: ['A', 'B', 'C'],
      profile: { backlogSpacing: { ms: 5 * minute, per: 'informant' } },
      // A and B have one informant.
      obligation: (code) => ({
        ...until(start + 4 * hour)(),
        work: { code, settings: { password: code === 'C' ? 'env:C' : 'env:AB' } },
      }),
    },
    async (outbox) => {
      outbox.clock.at = start + 3 * hour + 15 * minute;
      for (const work of ['A', 'B', 'C'])
        for (let slot = 0; slot < 4; slot += 1) await outbox.put(work, start + slot * hour, '1.5');
      await outbox.until(start + 3 * hour + 50 * minute);
      const { posts } = outbox.desk;
      expect(posts).toHaveLength(12);
      const fresh = posts.filter(({ slot }) => slot === start + 3 * hour);
      expect(fresh.map(({ at }) => at)).toEqual(Array.from({ length: 3 }, () => start + 3 * hour + 15 * minute));
      const gaps = (works: readonly string[]) => {
        const late = posts.filter(({ work, at, slot }) => works.includes(work) && at > slot + hour);
        return late.slice(1).map(({ at }, index) => (at - (late[index]?.at ?? 0)) / minute);
      };
      expect(gaps(['A', 'B'])).toEqual([5, 5, 5, 5, 5]);
      expect(gaps(['C'])).toEqual([5, 5]);
    },
  ));

test('a corrected informant helps a quarantined slot: the value stays, the address is the new one', () =>
  withOutbox(one, async (outbox) => {
    outbox.desk.reply = () => (outbox.desk.posts.length === 0 ? 'mismatch' : 'accept');
    await outbox.put('W1', start, '1.5');
    await outbox.until(start + 20 * minute);
    expect((await outbox.of('W1', start))?.state).toBe('quarantined');
    await outbox.put('W1', start, '7.5');
    await outbox.restart({
      obligation: () => ({ ...one.obligation(), work: { code: 'W1', settings: { password: 'env:OTHER' } } }),
    });
    await outbox.until(start + 30 * minute);
    expect((await outbox.of('W1', start))?.state).toBe('confirmed');
    expect(outbox.desk.posts.map(({ values }) => values['q'])).toEqual(['1.5', '1.5']);
    expect(outbox.desk.posts[1]?.body).toContain('env:OTHER');
  }));

test('owed says how much, by when, what is missing and how long the backlog takes', () =>
  withOutbox({ works: ['A', 'B'], obligation: until(start + 6 * hour) }, async (outbox) => {
    outbox.desk.reply = () => 'refuse';
    await outbox.put('A', start, '1.5');
    await outbox.until(start + 65 * minute);
    const { obligations, slots } = await outbox.operations.owed({ obligation: 'A' });
    expect(obligations).toMatchObject([
      {
        obligation: 'A',
        open: 2,
        states: { retry: 1, expected: 1 },
        oldestSlot: start,
        nextDueAt: start + 2 * hour,
        late: true,
        nearestMaxLagAt: start + 7 * day,
        nextSlot: start + 2 * hour,
      },
    ]);
    expect(slots).toMatchObject([
      { slot: start, state: 'retry', status: 'ERROR', nextAt: midnight, reason: expect.stringContaining('HTTP 500') },
      { slot: start + hour, state: 'expected', status: 'PENDING' },
    ]);
    expect((await outbox.operations.owed({})).obligations).toHaveLength(2);
    await expect(outbox.operations.owed({ obligation: 'C' })).rejects.toThrow('no obligation C');
  }));
