import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstAdminToken } from '../../src/access/users.ts';
import { minute } from '../store/rows.ts';
import { openServed, type TestServed } from './served.ts';

let world: TestServed;
let admin: string;
const password = 'a long enough password';

beforeAll(async () => {
  world = await openServed({ access: { passwordMemoryKiB: 8_192 } }, false);
  const token = await firstAdminToken(world.services);
  const made = await world.ask('POST', '/auth/setup', {
    body: { token, email: ' Ana@Example.org ', name: 'Ana', password },
  });
  expect([made.status, made.text]).toEqual([200, expect.anything()]);
  admin = made.json.accessToken as string;
});
afterAll(() => world.close());

const invite = async (email: string, role = 'viewer', more: object = {}) => {
  const invited = await world.ask('POST', '/users', { token: admin, body: { email, name: email, role, ...more } });
  expect(invited.status, invited.text).toBe(201);
  return invited.json as { token: string; user: { id: string } };
};

const member = async (email: string, role = 'viewer', more: object = {}) => {
  const { token, user } = await invite(email, role, more);
  expect((await world.ask('POST', '/auth/redeem', { body: { token, password } })).status).toBe(204);
  return user.id;
};

const logIn = (email: string, word = password, refresh = 'body') =>
  world.ask('POST', '/auth/login', { body: { email, password: word, refresh } });

test('the first administrator is made with the one-time token, once', async () => {
  expect((await world.ask('GET', '/me', { token: admin })).json).toMatchObject({
    kind: 'user',
    role: 'admin',
    email: 'ana@example.org',
    points: null,
  });
  expect(await firstAdminToken(world.services)).toBeNull();
  const again = await world.ask('POST', '/auth/setup', {
    body: { token: 'setup_aaaaaaaaaaaaaaaaaaaaaaaaa', email: 'x@example.org', name: 'X', password },
  });
  expect(again.status).toBe(422);
});

test('an invited user sets a password and logs in; the invitation is good once', async () => {
  const { token, user } = await invite('ben@example.org');
  expect((await logIn('ben@example.org')).status).toBe(401);
  expect((await world.ask('POST', '/auth/redeem', { body: { token, password: 'short' } })).status).toBe(400);
  expect((await world.ask('POST', '/auth/redeem', { body: { token, password } })).status).toBe(204);
  expect((await world.ask('POST', '/auth/redeem', { body: { token, password } })).status).toBe(422);
  const logged = await logIn('BEN@example.org');
  expect(logged.status).toBe(200);
  expect(logged.json.user).toMatchObject({ id: user.id, role: 'viewer', state: 'active' });
  expect(logged.text).not.toContain('argon2');
});

test('whoever fails is told the same, whether there is such a user or not', async () => {
  await member('cleo@example.org');
  await invite('not-yet@example.org');
  const answers = await Promise.all(
    ['cleo@example.org', 'nobody@example.org', 'not-yet@example.org'].map((email) => logIn(email, 'wrong password')),
  );
  const said = answers.map(({ status, json }) => ({ status, detail: json.detail, title: json.title }));
  expect(said[0]).toMatchObject({ status: 401 });
  expect(said[1]).toEqual(said[0]);
  expect(said[2]).toEqual(said[0]);
});

test('after failures in a row a name waits, longer each time, known or not', async () => {
  await member('dora@example.org');
  for (const email of ['dora@example.org', 'ghost@example.org']) {
    for (let failed = 0; failed < 5; failed += 1) expect((await logIn(email, 'wrong')).status).toBe(401);
    const waits = await logIn(email);
    expect(waits.status).toBe(429);
    expect(waits.headers.get('retry-after')).toBe('2');
    await world.clock.advance(2_001);
    expect((await logIn(email, 'wrong')).status).toBe(401);
    expect((await logIn(email, 'wrong')).headers.get('retry-after')).toBe('4');
    await world.clock.advance(4_001);
  }
  expect((await logIn('dora@example.org')).status).toBe(200);
  expect((await logIn('dora@example.org', 'wrong')).status).toBe(401);
});

test('a refresh token is good once; a spent one that comes back ends the log-in', async () => {
  await member('eva@example.org');
  const first = (await logIn('eva@example.org')).json;
  const refresh = (refreshToken: string) => world.ask('POST', '/auth/refresh', { body: { refreshToken } });
  const second = await refresh(first.refreshToken);
  expect(second.status).toBe(200);
  expect(second.json.refreshToken).not.toBe(first.refreshToken);
  expect((await world.ask('GET', '/me', { token: second.json.accessToken })).status).toBe(200);
  expect((await refresh(first.refreshToken)).status).toBe(401);
  expect((await refresh(second.json.refreshToken)).status).toBe(401);
  expect((await world.ask('GET', '/me', { token: second.json.accessToken })).status).toBe(401);
  expect((await refresh('cr_nothing.aaaa')).status).toBe(401);
  const trail = await world.services.store.read.auditTrail({ limit: 50 });
  expect(trail.some(({ act }) => act.includes('spent refresh token'))).toBe(true);
});

test('a page keeps the refresh token in a cookie that no script sees', async () => {
  await member('fay@example.org');
  const logged = await logIn('fay@example.org', password, 'cookie');
  expect(logged.json.refreshToken).toBeUndefined();
  const cookie = logged.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/^caudal_refresh=cr_[^;]+; /);
  for (const part of ['HttpOnly', 'SameSite=Strict', 'Path=/api/v1/auth']) expect(cookie).toContain(part);
  const headers = { cookie: cookie.split(';', 1)[0] as string };
  const foreign = await world.ask('POST', '/auth/refresh', {
    body: {},
    headers: { ...headers, 'sec-fetch-site': 'cross-site' },
  });
  expect(foreign.status).toBe(403);
  const next = await world.ask('POST', '/auth/refresh', { body: {}, headers });
  expect(next.status).toBe(200);
  expect(next.headers.get('set-cookie')).toMatch(/^caudal_refresh=cr_/);
  expect(next.json.refreshToken).toBeUndefined();
});

test('access tokens end after minutes, and anything that was changed in them opens nothing', async () => {
  await member('gus@example.org');
  const { accessToken } = (await logIn('gus@example.org')).json as { accessToken: string };
  const [head, body, signature] = accessToken.split('.') as [string, string, string];
  const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
  const claims = Buffer.from(body, 'base64url').toString().replace('"caudal"', '"caudal2"');
  for (const forged of [
    `${none}.${body}.`,
    `${head}.${Buffer.from(claims).toString('base64url')}.${signature}`,
    `${head}.${body}.${signature.slice(1)}A`,
    'not-a-token',
  ])
    expect((await world.ask('GET', '/me', { token: forged })).status).toBe(401);
  expect((await world.ask('GET', '/me', { token: accessToken })).status).toBe(200);
  await world.clock.advance(10 * minute + 1_000);
  expect((await world.ask('GET', '/me', { token: accessToken })).status).toBe(401);
  admin = (await logIn('ana@example.org')).json.accessToken;
});

test('sessions are listed and ended one by one; a new password ends the others', async () => {
  await member('hal@example.org');
  const [one, two] = [(await logIn('hal@example.org')).json, (await logIn('hal@example.org')).json];
  const list = (await world.ask('GET', '/me/sessions', { token: two.accessToken })).json.items;
  expect(list.map(({ current }: { current: boolean }) => current).toSorted()).toEqual([false, true]);
  const other = list.find(({ current }: { current: boolean }) => !current);
  expect((await world.ask('DELETE', `/me/sessions/${other.id}`, { token: two.accessToken })).status).toBe(204);
  expect((await world.ask('GET', '/me', { token: one.accessToken })).status).toBe(401);
  const third = (await logIn('hal@example.org')).json;
  const change = (current: string) =>
    world.ask('POST', '/me/password', {
      token: two.accessToken,
      body: { current, password: 'another long password' },
    });
  expect((await change('wrong')).status).toBe(422);
  expect((await change(password)).status).toBe(204);
  expect((await world.ask('GET', '/me', { token: two.accessToken })).status).toBe(200);
  expect((await world.ask('GET', '/me', { token: third.accessToken })).status).toBe(401);
  expect((await logIn('hal@example.org')).status).toBe(401);
  expect((await world.ask('POST', '/auth/logout', { token: two.accessToken })).status).toBe(204);
  expect((await world.ask('GET', '/me', { token: two.accessToken })).status).toBe(401);
});

test('a change of rights holds at once, is of the version that was read, and leaves an administrator', async () => {
  const id = await member('ida@example.org');
  const { accessToken } = (await logIn('ida@example.org')).json as { accessToken: string };
  const read = await world.ask('GET', `/users/${id}`, { token: admin });
  const etag = read.headers.get('etag') as string;
  const change = (body: object, version?: string, of = id) =>
    world.ask('PATCH', `/users/${of}`, {
      token: admin,
      body,
      headers: version === undefined ? {} : { 'if-match': version },
    });
  expect((await change({ role: 'operator' })).status).toBe(428);
  expect((await change({ role: 'operator' }, '"v99"')).status).toBe(412);
  expect((await change({ role: 'owner' }, etag)).status).toBe(422);
  const changed = await change({ role: 'operator' }, etag);
  expect(changed.status).toBe(200);
  expect((await change({ role: 'viewer' }, etag)).status).toBe(412);
  expect((await world.ask('GET', '/me', { token: accessToken })).json.permissions).toContain('alerts:write');
  expect((await change({ state: 'disabled' }, changed.headers.get('etag') as string)).status).toBe(200);
  expect((await world.ask('GET', '/me', { token: accessToken })).status).toBe(401);
  expect((await logIn('ida@example.org')).status).toBe(401);
  const me = (await world.ask('GET', '/me', { token: admin })).json;
  const own = (await world.ask('GET', `/users/${me.id}`, { token: admin })).headers.get('etag') as string;
  expect((await change({ role: 'viewer' }, own, me.id)).status).toBe(422);
});

test('a reset is handed out by an administrator and sets a new password', async () => {
  const id = await member('jon@example.org');
  const reset = await world.ask('POST', `/users/${id}/reset`, { token: admin });
  expect(reset.status).toBe(200);
  expect(reset.json.link).toBe(`/#/redeem/${reset.json.token}`);
  expect((await logIn('jon@example.org')).status).toBe(200);
  await world.ask('POST', '/auth/redeem', { body: { token: reset.json.token, password: 'a third long password' } });
  expect((await logIn('jon@example.org')).status).toBe(401);
  expect((await logIn('jon@example.org', 'a third long password')).status).toBe(200);
});

test('nothing that opens a door is in the database or the log', async () => {
  const { accessToken, refreshToken } = (await logIn('ana@example.org')).json;
  const { token } = (await world.ask('POST', '/keys', { token: admin, body: { name: 'k', role: 'viewer' } })).json;
  const invited = await invite('kim@example.org');
  for (const file of ['caudal.db', 'caudal.db-wal', 'caudal.log']) {
    const bytes = readFileSync(join(world.folder, file)).toString('latin1');
    for (const secret of [password, accessToken, refreshToken, token, invited.token])
      expect(bytes.includes(secret as string), file).toBe(false);
  }
});
