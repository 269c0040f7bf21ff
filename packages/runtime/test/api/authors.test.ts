import { afterAll, beforeAll, expect, test } from 'vitest';
import { openServed, type TestServed } from './served.ts';
import { openSessions } from './sessions.ts';

const because = 'a test wants it';

let world: TestServed;
let key: { id: string; token: string };
/** An administrator, named for the role, and the session's token. */
let user: { id: string; token: string };

beforeAll(async () => {
  world = await openServed();
  const token = await (await openSessions(world)).token('admin');
  user = { id: (await world.ask('GET', '/me', { token })).json.id, token };
  const made = await world.ask('POST', '/keys', { token, body: { name: 'SCADA bridge', role: 'admin' } });
  key = { id: made.json.key.id, token: made.json.token };
});
afterAll(() => world.close());

const ask = async (method: string, path: string, token: string, body?: object, headers = {}) => {
  const asked = await world.ask(method, path, { token, headers, ...(body === undefined ? {} : { body }) });
  expect([path, asked.status < 300, asked.text]).toEqual([path, true, expect.anything()]);
  return asked.json;
};

test('who did something is named beside their id wherever it is shown, also after their key was revoked', async () => {
  const from = '2026-01-01T00:00:00Z';
  await ask('POST', '/sends/pause', key.token, { target: 'dga', because });
  await ask('POST', '/holds', key.token, { point: 'well-north', from, because });
  await ask('POST', '/silences', key.token, { rule: 'device.*', minutes: 9, because });
  await ask('POST', '/keys', key.token, { name: 'another', role: 'viewer' });
  await ask('POST', '/schedules/cleanup-old-data/run', key.token);
  const [alert] = (await ask('GET', '/alerts?open=true', key.token)).items;
  await ask('POST', `/alerts/${alert.id}/ack`, key.token, {});
  await ask('POST', '/data/people', key.token, { id: 'p-1', content: { name: 'One', addresses: {} }, because });
  await ask('DELETE', `/keys/${key.id}`, user.token);

  const actor = `key:${key.id}`;
  const by = 'SCADA bridge';
  const first = async (path: string) => (await ask('GET', path, user.token)).items[0];
  expect(await first('/sends/stopped')).toMatchObject({ actor, by });
  expect(await first('/holds')).toMatchObject({ actor, by });
  expect(await first('/silences')).toMatchObject({ actor, by });
  expect((await ask('GET', '/keys', user.token)).items).toContainEqual(
    expect.objectContaining({ name: 'another', createdBy: actor, by }),
  );
  expect(await first('/schedules/cleanup-old-data/slots')).toMatchObject({ askedBy: actor, by });
  expect((await ask('GET', `/alerts/${alert.id}`, user.token)).acknowledged).toMatchObject({ by });
  expect(await ask('GET', '/data/people/p-1', user.token)).toMatchObject({ author: actor, by });
  expect(await first('/data/people?origin=kept')).toMatchObject({ author: actor, by });
  expect(await first('/data/people/p-1/history')).toMatchObject({ author: actor, by });

  const trail = (await ask('GET', '/audit?limit=200', user.token)).items as {
    actor: string;
    by: string;
    act: string;
  }[];
  expect(trail[0]).toMatchObject({
    actor: `user:${user.id}`,
    by: 'admin',
    act: 'key revoked',
    subject: actor,
    detail: { name: by },
  });
  expect(trail.filter((entry) => entry.actor === actor).map((entry) => entry.by)).toEqual(expect.arrayContaining([by]));
  expect(trail.filter((entry) => entry.actor === actor && entry.by !== by)).toEqual([]);
  expect(trail.filter(({ actor: who, by: name }) => !/^(user|key):/.test(who) && name !== who)).toEqual([]);
});

test('what was changed meanwhile says by whom, by name', async () => {
  const { version } = await ask('POST', '/data/people', user.token, {
    id: 'p-2',
    content: { name: 'Two', addresses: {} },
    because,
  });
  await ask(
    'PUT',
    '/data/people/p-2',
    user.token,
    { content: { id: 'p-2', name: 'Dos', addresses: {} }, because },
    { 'if-match': `"${version}"` },
  );
  const late = await world.ask('PUT', '/data/people/p-2', {
    token: user.token,
    body: { content: { id: 'p-2', name: 'Deux', addresses: {} }, because },
    headers: { 'if-match': `"${version}"` },
  });
  expect(late.status).toBe(412);
  expect(late.json.detail).toContain('was changed meanwhile by admin; look at it again');
});
