import { describe, expect, it } from 'vitest';
import { endingOf, stepOf, taskId } from '../../src/comply/task-steps.ts';
import { type Open, withStore } from './files.ts';
import { hour, minute, processed, submission, t0, value } from './rows.ts';

const of = { id: 's', obligation: 'well-1/dga', target: 'dga', work: 'OB-0101-1', slot: t0 };
const wanted = (text: string) => ({ held: '1.5', value: text, cause: 'late-data' as const, detail: { now: null } });

export const taskSuite = (open: Open): void => {
  describe('tasks', () => {
    it('open once for a submission and member, and take steps in order', () =>
      withStore(open, async ({ write, read }) => {
        await write.expectSubmissions([submission('s', t0)]);
        const first = stepOf(of, 'caudal', undefined, wanted('1.7'), t0);
        expect(await write.putTasks({ steps: [first], settled: [] })).toEqual([taskId('s', 'caudal')]);
        expect(await write.putTasks({ steps: [first], settled: [] })).toEqual([]);
        const task = (await read.task(taskId('s', 'caudal'))) ?? undefined;
        expect(task).toMatchObject({ state: 'open', held: '1.5', value: '1.7', steps: 1, detail: { now: null } });
        if (task === undefined) return;
        const done = endingOf(task, { act: 'done', actor: 'ana', at: t0 + 1, reason: 'asked', reference: 'T-1' });
        expect(await write.putTasks({ steps: [done], settled: [] })).toEqual([task.id]);
        // Who saw the task as it was before takes no step, and leaves no entry.
        expect(await write.putTasks({ steps: [done], settled: [] })).toEqual([]);
        expect(await read.task(task.id)).toMatchObject({ state: 'done', actor: 'ana', reference: 'T-1', steps: 2 });
        expect((await read.taskSteps(task.id)).map(({ act, step }) => [step, act])).toEqual([
          [1, 'opened'],
          [2, 'done'],
        ]);
        expect((await read.chainOf('s')).map(({ entry }) => (JSON.parse(entry) as { act: string }).act)).toEqual([
          'correction task',
          'correction task',
        ]);
        expect((await read.counts()).tasks).toEqual({ open: 0, done: 1, dismissed: 0 });
        expect(await read.openTasks()).toEqual([]);
      }));

    it('are listed by slot, a page at a time', () =>
      withStore(open, async ({ write, read }) => {
        const slots = [2, 0, 1].map((index) => t0 + index * hour);
        await write.expectSubmissions(slots.map((slot) => submission(`s${slot}`, slot)));
        await write.putTasks({
          steps: slots.map((slot) => stepOf({ ...of, id: `s${slot}`, slot }, 'caudal', undefined, wanted('2'), t0)),
          settled: [],
        });
        const [first] = await read.taskList({ limit: 1 });
        const rest = await read.taskList({ after: first ?? { slot: 0, id: '' }, states: ['open'], limit: 9 });
        expect([first, ...rest].map((task) => task?.slot)).toEqual(slots.toSorted((a, b) => a - b));
        expect(await read.openTasks()).toEqual([{ obligation: of.obligation, count: 3, oldestSlot: t0 }]);
        expect(await read.tasksOf([`s${t0}`])).toMatchObject([{ slot: t0 }]);
      }));

    it('are looked for where slots took values, and nowhere else', () =>
      withStore(open, async ({ write, read }) => {
        const put = (at: number, text: string) =>
          write.commitProcessed(processed({ values: [value(at, Number(text), { series: 'well-1/flow', text })] }));
        await put(t0, '1');
        expect(await read.rechecks(9)).toEqual([]);
        await write.expectSubmissions([submission('s', t0)]);
        await write.changeSubmissions([{ id: 's', epoch: 0, state: 'missing', nextAt: t0, watched: ['well-1/flow'] }]);
        await put(t0 + minute, '2');
        await put(t0, '1');
        expect(await read.rechecks(9)).toEqual([]);
        await put(t0, '3');
        const [noted] = await read.rechecks(9);
        expect(noted).toMatchObject({ about: 'values', series: 'well-1/flow', from: t0, to: t0 });
        await write.putTasks({ steps: [], settled: [noted?.serial ?? 0] });
        expect(await read.rechecks(9)).toEqual([]);
      }));
  });
};
