import { afterAll, beforeAll, expect, test } from 'vitest';
import { permissions, type RoleName, roleNames, roles } from '../../src/access/roles.ts';
import { faultsOf, type Operation, operations } from './document.ts';
import { openServed, type TestServed } from './served.ts';
import { openSessions } from './sessions.ts';

/** Role × permission once more, by hand: what docs/access.md promises. */
const promised: Readonly<Record<RoleName, string>> = {
  admin:
    'account points:read values:read compliance:read alerts:read alerts:write values:write compliance:write raw:read system:read audit:read config:read config:write users:write',
  operator:
    'account points:read values:read compliance:read alerts:read alerts:write values:write compliance:write raw:read system:read audit:read config:read',
  viewer: 'account points:read values:read compliance:read alerts:read system:read',
  owner: 'account points:read values:read compliance:read alerts:read',
  ingest: 'ingest',
};

let world: TestServed;
let sessions: Awaited<ReturnType<typeof openSessions>>;
beforeAll(async () => {
  world = await openServed();
  sessions = await openSessions(world);
});
afterAll(() => world.close());

test('the roles are what is promised', () => {
  for (const role of roleNames) expect([...roles[role].may].toSorted()).toEqual(promised[role].split(' ').toSorted());
  expect(
    operations.map(({ permission }) => permission).filter((one) => one !== undefined && !(one in permissions)),
  ).toEqual([]);
});

/** A request that reaches the handler and changes nothing: of things that are not there, or with a body that does not fit. */
const ask = async ({ method, path, body, parameters, stream }: Operation, token: string | undefined) => {
  const abort = new AbortController();
  const query = parameters.some(({ in: where }) => where === 'query') ? '?nonsense=1' : '';
  const at = path.replaceAll(/\{\w+\}/g, 'nothing-here');
  if (stream) {
    const answer = await fetch(`${world.url}${at}`, {
      signal: abort.signal,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    const asked = {
      status: answer.status,
      headers: answer.headers,
      text: '',
      json: answer.status < 400 ? undefined : await answer.json(),
    };
    abort.abort();
    return asked;
  }
  return world.ask(method, `${at}${query}`, {
    ...(token === undefined ? {} : { token }),
    ...(body === undefined ? {} : { body: { nonsense: 1 } }),
  });
};

const callers: readonly (readonly [name: string, token: () => Promise<string | undefined>, role: RoleName | null])[] = [
  ['nobody', async () => undefined, null],
  ['a token that opens nothing', async () => 'ck_nothing', null],
  ...roleNames
    .filter((role) => !roles[role].keysOnly)
    .map((role) => [`user ${role}`, () => sessions.token(role), role] as const),
  ...roleNames.map(
    (role) =>
      [
        `key ${role}`,
        () => world.key({ role, ...(role === 'owner' ? { points: ['well-north'] } : {}) }),
        role,
      ] as const,
  ),
];

test('every cell of callers × routes: who may gets through, who may not is told so, and nobody gets an answer', async () => {
  let cells = 0;
  for (const [name, token, role] of callers) {
    const may = role === null ? [] : promised[role].split(' ');
    for (const operation of operations) {
      const asked = await ask(operation, await token());
      const { permission } = operation;
      // A key has no account.
      const allowed =
        permission === undefined || (may.includes(permission) && !(permission === 'account' && name.startsWith('key')));
      const cell = `${name}: ${operation.method} ${operation.path} (${permission ?? 'open'})`;
      expect(faultsOf(operation, asked), cell).toEqual([]);
      if (!allowed) expect(asked.status, cell).toBe(role === null ? 401 : 403);
      else if (permission === undefined) expect(asked.status, cell).not.toBe(403);
      else expect([401, 403], cell).not.toContain(asked.status);
      cells += 1;
    }
  }
  console.log(`${cells} cells of ${callers.length} callers × ${operations.length} routes`);
}, 120_000);
