import { expect, test } from 'vitest';
import { hour, type OutboxOptions, start, withOutbox } from './outbox.ts';

const minute = 60_000;
const day = 24 * hour;
const one: OutboxOptions = {
  obligation: () => ({ to: new Date(start + minute).toISOString() }),
  profile: { correction: 'write to the desk' },
};
const tasks = async (outbox: Parameters<Parameters<typeof withOutbox>[1]>[0]) =>
  outbox.operations.taskList({ states: ['open', 'done', 'dismissed'] });

/** Sent, and confirmed. */
const confirmed = async (outbox: Parameters<Parameters<typeof withOutbox>[1]>[0], text = '1.5') => {
  await outbox.put('W1', start - 10 * minute, text);
  await outbox.until(start + 20 * minute);
  expect((await outbox.of('W1', start))?.state).toBe('confirmed');
  expect(await tasks(outbox)).toEqual([]);
};

test('late data nearer to the slot: one task with old and new value, told, counted, and nothing is sent again', () =>
  withOutbox(one, async (outbox) => {
    await confirmed(outbox);
    await outbox.put('W1', start - 5 * minute, '1.7');
    await outbox.step();
    expect(await tasks(outbox)).toMatchObject([
      {
        state: 'open',
        member: 'q',
        held: '1.5',
        value: '1.7',
        cause: 'late-data',
        slot: start,
        how: 'write to the desk',
      },
    ]);
    // The same again, and a restart, make no second.
    await outbox.put('W1', start - 5 * minute, '1.7');
    await outbox.restart();
    await outbox.until(start + 3 * hour);
    expect(await tasks(outbox)).toHaveLength(1);
    expect(outbox.desk.posts).toHaveLength(1);
    await outbox.watch();
    expect((await outbox.alerts()).map(({ event, subject }) => [event, subject])).toContainEqual([
      'submission.correction',
      'obligation:W1',
    ]);
    const status = await outbox.operations.status();
    expect(status.counts.tasks).toEqual({ open: 1, done: 0, dismissed: 0 });
    expect(status.openTasks).toMatchObject([{ member: 'q' }]);
    expect(outbox.services.metrics.text()).toContain('caudal_tasks{state="open"} 1');
  }));

test('what the regulator would be told the same is no correction: digits that are not sent, noise of floats, zeros', () =>
  withOutbox({ ...one, rendersDecimals: 2 }, async (outbox) => {
    await confirmed(outbox, '1.50');
    for (const text of ['1.5', '1.500', '1.5000000000000002', '1.504']) {
      await outbox.put('W1', start - 10 * minute, text);
      await outbox.step();
    }
    expect(await tasks(outbox)).toEqual([]);
    await outbox.put('W1', start - 10 * minute, '1.51');
    await outbox.step();
    expect(await tasks(outbox)).toMatchObject([{ held: '1.50', value: '1.51', cause: 'decoded-anew' }]);
  }));

test.each([
  ['another reading of the same instant', { raw: 'record-9' }, 'other-reading'],
  ['a judgement that takes the value away', { flag: 9 as const }, 'rules'],
])('%s says why', (_name, changed, cause) =>
  withOutbox(one, async (outbox) => {
    await confirmed(outbox);
    await outbox.put('W1', start - 10 * minute, cause === 'rules' ? '1.5' : '1.9', changed);
    await outbox.step();
    expect(await tasks(outbox)).toMatchObject([{ held: '1.5', cause, value: cause === 'rules' ? null : '1.9' }]);
  }),
);

test.each([
  ['binding', { binding: 'b2', meters: [], rules: 'r' }],
  ['meter', { binding: 'b', meters: ['m2'], rules: 'r' }],
  ['rules', { binding: 'b', meters: [], rules: 'r2' }],
])('a new %s is named as the cause', (cause, content) =>
  withOutbox(one, async (outbox) => {
    await outbox.putBasis('old', { binding: 'b', meters: [], rules: 'r' });
    await outbox.putBasis('new', content);
    await outbox.put('W1', start - 10 * minute, '1.5', { basis: 'old' });
    await outbox.until(start + 20 * minute);
    await outbox.put('W1', start - 10 * minute, '15', { basis: 'new' });
    await outbox.step();
    expect(await tasks(outbox)).toMatchObject([
      { cause, held: '1.5', value: '15', detail: { basis: { was: 'old', now: 'new' } } },
    ]);
  }),
);

test('a value that changed before the receipt came is compared when it comes', () =>
  withOutbox(one, async (outbox) => {
    outbox.desk.reply = () => (outbox.desk.posts.length === 0 ? 'lost-answer' : 'accept');
    await outbox.put('W1', start - 10 * minute, '1.5');
    await outbox.until(start + 20 * minute);
    await outbox.put('W1', start - 10 * minute, '1.8');
    await outbox.until(start + hour);
    expect(await tasks(outbox)).toEqual([]);
    outbox.clock.at = start + day;
    await outbox.until(start + day + 20 * minute);
    expect((await outbox.of('W1', start))?.state).toBe('confirmed');
    expect(outbox.desk.posts.map(({ values }) => values['q'])).toEqual(['1.5', '1.5']);
    expect(await tasks(outbox)).toMatchObject([{ held: '1.5', value: '1.8' }]);
  }));

test('done and dismissed by whom, why, with the reference; opened again only by another value', () =>
  withOutbox(one, async (outbox) => {
    await confirmed(outbox);
    const put = async (text: string) => {
      await outbox.put('W1', start - 10 * minute, text);
      await outbox.step();
      return (await tasks(outbox))[0];
    };
    const { id = '' } = (await put('1.7')) ?? {};
    await expect(outbox.operations.endTask({ id, as: 'done', because: ' ' })).rejects.toThrow('why');
    await outbox.operations.endTask({ id, as: 'done', because: 'asked for', reference: 'TICKET-7' });
    expect(await outbox.operations.taskShow(id)).toMatchObject({ state: 'done', reference: 'TICKET-7', actor: 'ana' });
    await expect(outbox.operations.endTask({ id, as: 'dismissed', because: 'again' })).rejects.toThrow('is done');
    await outbox.watch();
    expect((await outbox.alerts()).map(({ event }) => event)).not.toContain('submission.correction');
    // The regulator holds 1.7 now.
    expect(await put('1.70')).toMatchObject({ state: 'done' });
    expect(await put('1.5')).toMatchObject({ state: 'open', held: '1.7', value: '1.5' });
    await outbox.operations.endTask({ id, as: 'dismissed', because: 'within the error of the meter' });
    expect(await put('1.50')).toMatchObject({ state: 'dismissed' });
    expect(await put('1.6')).toMatchObject({ state: 'open', held: '1.7', value: '1.6' });
    // Back to what is held: nothing to ask for.
    expect(await put('1.7')).toMatchObject({ state: 'dismissed', actor: 'comply' });
    const { history } = await outbox.operations.taskShow(id);
    expect(history.map(({ act, actor }) => [act, actor])).toEqual([
      ['opened', 'comply'],
      ['done', 'ana'],
      ['reopened', 'comply'],
      ['dismissed', 'ana'],
      ['reopened', 'comply'],
      ['dismissed', 'comply'],
    ]);
    expect(outbox.desk.posts).toHaveLength(1);
    const row = await outbox.of('W1', start);
    const trail = await outbox.services.store.read.auditTrail({ subject: row?.id ?? '', limit: 50 });
    expect(trail.filter(({ act }) => act === 'correction task')).toHaveLength(6);
  }));

test('a conflict is a task from the start, with what the regulator holds; ending it ends its alert', () =>
  withOutbox(one, async (outbox) => {
    outbox.desk.records.push({ work: 'W1', slot: start, values: { q: '0.01' }, receipt: 'OLD' });
    await outbox.put('W1', start, '1.5');
    await outbox.until(start + 20 * minute);
    expect((await outbox.of('W1', start))?.state).toBe('conflict');
    const [task] = await tasks(outbox);
    expect(task).toMatchObject({ held: '0.01', value: '1.5', cause: 'conflict', state: 'open', steps: 1 });
    expect((await outbox.alerts()).map(({ event }) => event)).toContain('submission.conflict');
    await outbox.operations.endTask({ id: task?.id ?? '', as: 'done', because: 'corrected by the desk' });
    expect((await outbox.alerts()).map(({ event }) => event)).not.toContain('submission.conflict');
  }));

test('a slot without a value: within the lag late data fill it at once, after it they are a task and are never sent', () =>
  withOutbox(
    { works: ['A', 'B'], ...one, profile: { ...one.profile, standards: standardsOf(2 * hour) } },
    async (outbox) => {
      await outbox.until(start + 70 * minute);
      expect(await outbox.states()).toEqual(['missing', 'missing']);
      await outbox.put('A', start, '1.5');
      await outbox.step();
      await outbox.step();
      expect(outbox.desk.posts.map(({ work }) => work)).toEqual(['A']);
      await outbox.until(start + 3 * hour);
      expect((await outbox.of('B', start))?.state).toBe('failed-reported');
      await outbox.put('B', start, '2.5');
      await outbox.until(start + 4 * hour);
      expect(await tasks(outbox)).toMatchObject([{ work: 'B', held: null, value: '2.5', cause: 'after-lag' }]);
      expect(outbox.desk.posts).toHaveLength(1);
    },
  ));

const standardsOf = (lagMs: number) =>
  ({ HOUR: { every: 'hour', dueMs: hour, maxLag: { ms: lagMs }, delivery: 'online' } }) as const;

test('what the regulator held is known at each instant, corrections included, and goes into the evidence', () =>
  withOutbox(one, async (outbox) => {
    await confirmed(outbox);
    outbox.clock.at = start + hour;
    await outbox.put('W1', start - 10 * minute, '1.7');
    await outbox.step();
    const [{ id } = { id: '' }] = await tasks(outbox);
    outbox.clock.at = start + 2 * hour;
    await outbox.operations.endTask({ id, as: 'done', because: 'asked for', reference: 'T-1' });
    const held = async (at: number) =>
      (await outbox.operations.held({ work: 'W1', at, from: start, to: start + 1 }))[0];
    expect(await held(start + 30 * minute)).toMatchObject({ held: 'confirmed', values: { q: '1.5' }, corrections: [] });
    expect((await held(start + 90 * minute))?.corrections).toMatchObject([{ state: 'open', value: '1.7' }]);
    expect((await held(start + 3 * hour))?.corrections).toMatchObject([{ state: 'done', reference: 'T-1' }]);
  }));
