import { readFileSync } from 'node:fs';
import { manualDefinition } from '@caudal/provider-manual';
import { refreshTables } from '@caudal/testkit';
import { expect, test } from 'vitest';

test('the tables of the README are those of the schemas', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const { config, device } = manualDefinition;
  expect(refreshTables(readme, { config, device })).toBe(readme);
});
