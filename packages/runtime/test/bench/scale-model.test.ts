import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withModel } from '../../bench/scale/model.ts';

test('the tables of docs/scale.md are those that the model computes; npm run scale:model -- --write makes them anew', () => {
  const page = readFileSync(new URL('../../../../docs/scale.md', import.meta.url), 'utf8');
  expect(withModel(page)).toBe(page);
});
