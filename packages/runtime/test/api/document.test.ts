import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openServed, type TestServed } from './served.ts';

let world: TestServed;
beforeAll(async () => {
  world = await openServed({}, false);
});
afterAll(() => world.close());

test('openapi.json is what the server serves; run scripts/openapi.ts when it is not', async () => {
  const committed = readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8');
  expect((await world.ask('GET', '/openapi.json')).text).toBe(committed);
});

test('the page needs no script, asks nobody for anything and names every operation', async () => {
  const page = await world.ask('GET', '/docs');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(page.text).not.toMatch(/<script|https?:\/\/| style="| on[a-z]+="/);
  const { paths } = (await world.ask('GET', '/openapi.json')).json as {
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  for (const { operationId } of Object.values(paths).flatMap((methods) => Object.values(methods)))
    expect(page.text).toContain(`id="${operationId}"`);
  expect((await world.ask('GET', '/docs.css')).headers.get('content-type')).toContain('text/css');
});

test('every operation has its own name, and every object that is taken or given is closed', async () => {
  const document = (await world.ask('GET', '/openapi.json')).json as Record<string, unknown>;
  const open: string[] = [];
  const walk = (value: unknown, path: string) => {
    if (typeof value !== 'object' || value === null) return;
    const { type, properties, additionalProperties } = value as Record<string, unknown>;
    if (type === 'object' && properties !== undefined && additionalProperties !== false) open.push(path);
    for (const [key, child] of Object.entries(value)) walk(child, `${path}/${key}`);
  };
  walk(document['paths'], 'paths');
  walk(document['components'], 'components');
  expect(open).toEqual([]);
  const names = Object.values(document['paths'] as Record<string, Record<string, { operationId: string }>>).flatMap(
    (methods) => Object.values(methods).map(({ operationId }) => operationId),
  );
  expect(new Set(names).size).toBe(names.length);
});
