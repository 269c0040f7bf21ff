import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { checkTable } from '@caudal/testkit';
import { checksPage } from '../../scripts/checks-markdown.ts';

test('ids are unique and every check has a title and one sentence why', () => {
  expect(new Set(checkTable.map(({ id }) => id)).size).toBe(checkTable.length);
  for (const { id, title, why } of checkTable) {
    expect(id).toMatch(/^[APRCNK]-\d\d$/);
    expect(title).not.toMatch(/^$|\.$/);
    expect(why).toMatch(/^[A-Z1-9].*\.$/);
  }
});

test('the committed page is current; run packages/testkit/scripts/checks-page.ts when it is not', async () => {
  expect(await readFile(new URL('../../../../docs/conformance.md', import.meta.url), 'utf8')).toBe(checksPage());
});
