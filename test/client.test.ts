import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { clientSource } from '../scripts/client-source.ts';

const read = (path: string) => readFileSync(new URL(`../packages/${path}`, import.meta.url), 'utf8');

test('packages/client is what openapi.json says; run scripts/openapi.ts when it is not', () => {
  for (const [name, source] of Object.entries(clientSource(read('runtime/openapi.json'))))
    expect(read(`client/src/generated/${name}`), name).toBe(source);
});
