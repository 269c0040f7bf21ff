import { expect, test } from 'vitest';
import { createPollQueue, type Turn } from '../../src/collect/poll-queue.ts';
import type { DeviceInfo } from '../../src/config/domain.ts';

const device = (id: string, provider = 'north') => ({ id, provider }) as DeviceInfo;

/** Gives turns at `now`; answers who had one. */
const turns = (queue: ReturnType<typeof createPollQueue>, now: number, turn: (id: string) => Turn = () => 'done') => {
  const had: string[] = [];
  queue.begin(now, ({ id }) => {
    had.push(id);
    return turn(id);
  });
  return had;
};

test('a look holds until the next, not for a clock that was set back, and not once it was cleared', () => {
  const queue = createPollQueue();
  expect(queue.holds(0)).toBe(false);
  queue.refill([], 100, 110);
  expect([99, 100, 109, 110].map((now) => queue.holds(now))).toEqual([false, true, true, false]);
  queue.clear();
  expect(queue.holds(100)).toBe(false);
});

test('what comes due between two looks has its turn then, once; what comes after is left to the next look', () => {
  const queue = createPollQueue();
  queue.refill([device('a')], 100, 110);
  for (const [id, at] of Object.entries({ late: 110, second: 105, first: 103, third: 105 })) queue.put(device(id), at);
  expect(turns(queue, 102)).toEqual(['a']);
  expect(turns(queue, 104)).toEqual(['first']);
  expect(turns(queue, 109)).toEqual(['second', 'third']);
  expect(turns(queue, 200)).toEqual([]);
});

test('the one that waits longest goes first, of whichever instance; one that is full keeps only its own', () => {
  const queue = createPollQueue();
  queue.refill([device('n1'), device('s1', 'south'), device('n2'), device('s2', 'south'), device('n3')], 0, 10);
  let places = 2;
  const one = (): Turn => ((places -= 1) >= 0 ? 'done' : 'none');
  expect(turns(queue, 0, one)).toEqual(['n1', 's1', 'n2']);
  // A place at a time: no instance has all of them because it stands first.
  expect([3, 4].map(() => ((places = 1), turns(queue, 0, one).at(0)))).toEqual(['n2', 's2']);
  queue.refill([device('n1'), device('s1', 'south'), device('n2'), device('s2', 'south')], 0, 10);
  expect(turns(queue, 0, (id) => (id.startsWith('n') ? 'full' : 'done'))).toEqual(['n1', 's1', 's2']);
  expect(turns(queue, 0)).toEqual(['n1', 'n2']);
});

test('what is set apart lets the others go on, and comes first as soon as it may, each line in its order', () => {
  const queue = createPollQueue();
  queue.refill(
    ['x1', 'y1', 'x2', 'z', 'x3'].map((id) => device(id)),
    0,
    10,
  );
  const apart =
    (kept: string) =>
    (id: string): Turn =>
      kept.includes(id[0] ?? '') ? { aside: id[0] ?? '' } : 'done';
  expect(turns(queue, 0, apart('xy'))).toEqual(['x1', 'y1', 'x2', 'z', 'x3']);
  queue.put(device('late'), 1);
  // The first of a line stands for it.
  expect(turns(queue, 1, apart('x'))).toEqual(['x1', 'y1', 'late']);
  // It waits for something else by now: those behind it need not.
  expect(turns(queue, 1, (id) => (id === 'x1' ? { aside: 'other' } : 'done'))).toEqual(['x1', 'x2', 'x3']);
  expect(turns(queue, 1, () => 'none')).toEqual(['x1']);
  expect(turns(queue, 1, () => 'full')).toEqual(['x1']);
  expect(turns(queue, 1)).toEqual(['x1']);
  expect(turns(queue, 1)).toEqual([]);
});

test('everybody has a turn, once, however many thousands wait', () => {
  const queue = createPollQueue();
  const all = Array.from({ length: 5_000 }, (_, index) => `d${index}`);
  queue.refill(
    all.map((id) => device(id)),
    0,
    10,
  );
  const had: string[] = [];
  while (had.length < all.length) {
    let places = 7;
    const before = had.length;
    queue.begin(0, ({ id }) => {
      if ((places -= 1) < 0) return 'full';
      had.push(id);
      return 'done';
    });
    expect(had.length).toBeGreaterThan(before);
  }
  expect(had).toEqual(all);
});
