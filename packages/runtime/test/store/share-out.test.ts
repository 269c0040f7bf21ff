import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toLeave } from '../../src/store/postgres/share-out.ts';

const roles = ['process', 'comply', 'collect', 'notify', 'maintain'];

/** Lets instances that want everything leave claims to one another until nobody does any more; answers how many each has. */
const settle = (start: readonly number[]) => {
  const holds = start.map((count, index) => {
    const before = start.slice(0, index).reduce((sum, one) => sum + one, 0);
    return roles.slice(before, before + count).map((role) => ({ role, epoch: 1 }));
  });
  const instances = holds.map((_, index) => ({ id: `i${index}`, roles }));
  for (let moves = 0; ; moves += 1) {
    const held = new Map(holds.map((own, index) => [`i${index}`, own.length]));
    const moved = holds.some((own, index) => {
      const left = toLeave(`i${index}`, own, instances, held);
      if (left === undefined) return false;
      own.splice(own.indexOf(left.claim), 1);
      holds[Number(left.by.slice(1))]?.push(left.claim);
      return true;
    });
    if (!moved) return { counts: holds.map((own) => own.length), moves };
  }
};

test('equal instances come to equal shares, and then leave one another alone', () => {
  expect(settle([5, 0, 0])).toEqual({ counts: [2, 2, 1], moves: 3 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 7 }), fc.nat(), (instances, seed) => {
      const start = Array.from({ length: instances }, () => 0);
      for (let role = 0; role < roles.length; role += 1)
        start[(seed >> role) % instances] = (start[(seed >> role) % instances] ?? 0) + 1;
      const { counts, moves } = settle(start);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      expect(moves).toBeLessThanOrEqual(roles.length);
    }),
  );
});

test('only what the other one does is left to it, the heaviest first', () => {
  const holds = ['process', 'comply', 'collect'].map((role) => ({ role, epoch: 3 }));
  const leave = (...wants: string[]) => toLeave('a', holds, [{ id: 'b', roles: wants }], new Map([['a', 3]]));
  expect(leave('collect', 'process')).toEqual({ claim: { role: 'process', epoch: 3 }, by: 'b' });
  expect(leave('collect')?.claim.role).toBe('collect');
  expect(leave('notify')).toBeUndefined();
});
