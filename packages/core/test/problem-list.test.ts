import { createProblemList } from '@caudal/core';
import { expect, test } from 'vitest';

test('a body that is broken all over tells a hundred problems and how many more there were', () => {
  const problems = createProblemList('items');
  expect(problems.all()).toEqual([]);
  problems.tell('the body is short');
  for (let index = 0; index < 149; index += 1) problems.tell('no number', `/${index}`);
  const all = problems.all();
  expect(all).toHaveLength(101);
  expect(all.slice(0, 2)).toEqual([{ reason: 'the body is short' }, { reason: 'no number', at: '/0' }]);
  expect(all.at(-1)).toEqual({ reason: '50 more items could not be read' });
});
