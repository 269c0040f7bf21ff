import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ShownTask } from '../../src/operate/tasks.ts';
import { hour, openWorld, type TestWorld, work } from '../pipeline/world.ts';
import { commandsOf } from './called.ts';

let world: TestWorld;
let caudal: ReturnType<typeof commandsOf>;
let stop: () => Promise<void>;
let ids: readonly string[];
const shown = ({ out }: { readonly out: string }) => JSON.parse(out) as readonly ShownTask[];

beforeAll(async () => {
  world = await openWorld();
  caudal = commandsOf(world);
  // The regulator keeps another value than it was sent, of two slots: each is a correction.
  world.regulator.behave({ post: { next: ['store-wrong', 'store-wrong'] } });
  const runtime = await world.run();
  stop = () => runtime.stop();
  await world.clock.advance(3 * hour);
  ids = (await runtime.query.taskList({})).map(({ id }) => id);
}, 120_000);
afterAll(() => world.close());

test('list shows what is open, as lines and as JSON, and others when asked for', async () => {
  expect(ids).toHaveLength(2);
  const lines = await caudal('tasks', 'list');
  expect(lines).toMatchObject({ code: 0, err: '' });
  expect(lines.out.split('\n')).toHaveLength(ids.length);
  expect(lines.out).toMatch(
    new RegExp(
      `^${ids[0]} {2}open {2}dga ${work} {2}2026-01-15T12:00:00.000Z {2}\\w+: held .+, should be .+ {2}\\(conflict\\)$`,
      'm',
    ),
  );
  const json = await caudal('tasks', 'list', '--json', '--obligation', 'dga-well');
  expect(shown(json).map(({ id, state }) => [id, state])).toEqual(ids.map((id) => [id, 'open']));
  expect(await caudal('tasks', 'list', '--state', 'done,dismissed')).toEqual({ code: 0, out: 'none', err: '' });
  expect(await caudal('tasks', 'list', '--obligation', 'other', '--json')).toEqual({ code: 0, out: '[]', err: '' });
});

test('show has everything that happened', async () => {
  const { code, out } = await caudal('tasks', 'show', ids[0] ?? '');
  expect(code).toBe(0);
  expect(out).toMatch(/^submission [0-9a-f]+ of dga-well$/m);
  expect(out).toMatch(/^how .+$/m);
  expect(out).toMatch(/^ {2}2026-01-15T1\d:\d\d:\d\d\.\d{3}Z opened by comply: held .+ \(conflict\)$/m);
  const json = await caudal('tasks', 'show', ids[0] ?? '', '--json');
  expect(JSON.parse(json.out)).toMatchObject({ id: ids[0], history: [{ act: 'opened', step: 1 }] });
});

test('done is said once, with a reason', async () => {
  const id = ids[0] ?? '';
  expect(await caudal('tasks', 'done', id)).toEqual({
    code: 1,
    out: '',
    err: 'caudal tasks: --because is missing',
  });
  const done = await caudal('tasks', 'done', id, '--because', 'asked for by mail', '--reference', 'TICKET-77');
  expect(done).toEqual({ code: 0, out: `${id} is done`, err: '' });
  expect((await caudal('tasks', 'show', id)).out).toMatch(/ done by .+; asked for by mail; reference TICKET-77$/m);
  expect(await caudal('tasks', 'dismiss', id, '--because', 'no')).toEqual({
    code: 1,
    out: '',
    err: `caudal tasks: ${id} is done`,
  });
  expect(shown(await caudal('tasks', 'list', '--state', 'done', '--json')).map((task) => task.id)).toEqual([id]);
  expect(shown(await caudal('tasks', 'list', '--json'))).toHaveLength(ids.length - 1);
});

test('what is wrong is one sentence and an exit code', async () => {
  const usage = { code: 2, out: '', err: 'caudal tasks: list, show <id>, done <id> or dismiss <id>.' };
  for (const words of [[], ['close'], ['show'], ['done', 'a', 'b'], ['constructor']])
    expect(await caudal('tasks', ...words)).toEqual(usage);
  expect(await caudal('tasks', 'show', 'nothing')).toEqual({
    code: 1,
    out: '',
    err: 'caudal tasks: there is no task nothing',
  });
  expect(await caudal('tasks', 'list', '--state', 'closed')).toMatchObject({
    code: 1,
    err: 'caudal tasks: a task is open, done, dismissed; not closed',
  });
  expect(await caudal('tasks', 'list', '--all')).toMatchObject({ code: 2 });
});

test('the same where nothing runs', async () => {
  await stop();
  const open = shown(await caudal('tasks', 'list', '--json'));
  expect(open).toHaveLength(ids.length - 1);
  const id = open[0]?.id ?? '';
  expect(await caudal('tasks', 'dismiss', id, '--because', 'within the error of the meter')).toMatchObject({
    code: 0,
    out: `${id} is dismissed`,
  });
  expect(shown(await caudal('tasks', 'list', '--state', 'dismissed', '--json'))).toMatchObject([
    { id, reason: 'within the error of the meter', actor: 'cli' },
  ]);
});
