import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withVendorsTable } from '../scripts/vendors-table.ts';

const root = new URL('../', import.meta.url);
const page = readFileSync(new URL('docs/vendors.md', root), 'utf8');

test('docs/vendors.md says what the definitions say; run scripts/vendors-page.ts when it does not', () => {
  expect(page).toBe(withVendorsTable(page));
});

test('docs/vendors.md names every provider', () => {
  const providers = readdirSync(new URL('packages/', root)).filter((name) => name.startsWith('provider-'));
  expect(providers.filter((name) => !page.includes(`(../packages/${name})`))).toEqual([]);
});
