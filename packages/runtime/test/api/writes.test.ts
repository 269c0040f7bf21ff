import { afterAll, beforeAll, expect, test } from 'vitest';
import { openServed, type TestServed } from './served.ts';

let world: TestServed;
let token: string;
let actor: string;
beforeAll(async () => {
  world = await openServed();
  token = await world.key({ role: 'admin' });
  actor = `key:${(await world.ask('GET', '/me', { token })).json.id}`;
});
afterAll(() => world.close());

const because = 'a test wants it';
const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  world.ask('POST', path, { token, body, headers });

const newest = async () => {
  const [entry] = (await world.ask('GET', '/audit?limit=1', { token })).json.items;
  return entry as { seq: number; actor: string; act: string; subject: string };
};

test('every act is in the audit under who did it', async () => {
  const acts: readonly (readonly [string, string, object, number])[] = [
    ['POST', '/points/well-north/backfill', { from: '2026-01-01T00:00:00Z', to: '2026-01-01T01:00:00Z' }, 200],
    ['POST', '/reprocess', { device: 'logger-north' }, 200],
    ['POST', '/sends/pause', { target: 'dga', because }, 200],
    ['POST', '/sends/resume', { target: 'dga', because }, 200],
    ['POST', '/holds', { point: 'well-north', from: '2026-01-01T00:00:00Z', because }, 201],
    [
      'POST',
      '/receipts',
      { receipts: [{ obligation: 'dga-south', slot: '2026-01-01T01:00:00Z', receipt: 'R-1' }] },
      200,
    ],
    ['POST', '/users', { email: 'new@example.org', name: 'New', role: 'viewer' }, 201],
    ['POST', '/keys', { name: 'key', role: 'ingest', instances: ['tago'] }, 201],
    ['POST', '/data/people', { id: 'ben', content: { id: 'ben', name: 'Ben', addresses: {} }, because }, 201],
    ['POST', '/providers/tago/mode', { mode: 'testing', because }, 200],
  ];
  let { seq } = await newest();
  for (const [method, path, body, status] of acts) {
    const asked = await world.ask(method, path, { token, body });
    expect([path, asked.status, asked.text]).toEqual([path, status, expect.anything()]);
    const entry = await newest();
    expect(entry.seq, path).toBeGreaterThan(seq);
    expect(entry.actor, path).toBe(actor);
    ({ seq } = entry);
  }
  const entered = await post('/entries', {
    instance: 'manual',
    device: 'nobody',
    mediaType: 'text/csv',
    base64: 'YQ==',
    note: 'typed',
  });
  expect(entered.status).toBe(422);
});

test('data are changed by the version that was read, and what stands in a file is read only', async () => {
  const made = await post('/data/people', {
    id: 'cleo',
    content: { id: 'cleo', name: 'Cleo', addresses: {} },
    because,
  });
  expect([made.status, made.headers.get('etag')]).toEqual([201, `"${made.json.version}"`]);
  const path = '/data/people/cleo';
  const put = (name: string, version?: string) =>
    world.ask('PUT', path, {
      token,
      body: { content: { id: 'cleo', name, addresses: {} }, because },
      headers: version === undefined ? {} : { 'if-match': `"${version}"` },
    });
  expect((await put('C')).status).toBe(428);
  expect((await put('C', 'v99')).status).toBe(412);
  const changed = await put('Cleo C', made.json.version);
  expect(changed.json.content.name).toBe('Cleo C');
  expect((await put('C', made.json.version)).status).toBe(412);
  const wrong = await world.ask('PUT', path, {
    token,
    body: { content: { id: 'cleo', nmae: 'x', addresses: {} }, because },
    headers: { 'if-match': `"${changed.json.version}"` },
  });
  expect([wrong.status, wrong.json.issues.length > 0]).toEqual([422, true]);
  const history = (await world.ask('GET', `${path}/history`, { token })).json.items;
  expect(history.map(({ content }: { content: { name: string } }) => content.name)).toEqual(['Cleo C', 'Cleo']);
  const file = await world.ask('GET', '/data/points/well-north', { token });
  expect(file.json).toMatchObject({ origin: 'provisioned', content: { kind: 'well' } });
  const readOnly = await world.ask('PUT', '/data/points/well-north', {
    token,
    body: { content: file.json.content, because },
    headers: { 'if-match': file.headers.get('etag') as string },
  });
  expect(readOnly.status).toBe(409);
  const preview = await post('/data-preview', {
    changes: [{ kind: 'points', id: 'p', content: { id: 'p', name: 'P', kind: 'lake', series: {} } }],
  });
  expect(preview.json.mistakes).toMatchObject([{ severity: 'error' }]);
  const gone = (version: string) =>
    world.ask('DELETE', `${path}?because=x`, { token, headers: { 'if-match': `"${version}"` } });
  expect((await gone(made.json.version)).status).toBe(412);
  expect((await gone(changed.json.version)).status).toBe(204);
  expect((await world.ask('GET', path, { token })).status).toBe(404);
});

test('a write with a key is done once, and its answer is given again', async () => {
  const body = { point: 'well-south', from: '2026-01-01T00:00:00Z', because };
  const headers = { 'idempotency-key': 'hold-1' };
  const [one, two] = await Promise.all([post('/holds', body, headers), post('/holds', body, headers)]);
  // Whoever comes second is told to wait, or gets the first answer.
  expect(Math.min(one.status, two.status)).toBe(201);
  const again = await post('/holds', body, headers);
  const first = one.status === 201 ? one : two;
  expect([again.status, again.json, again.headers.get('idempotency-replayed')]).toEqual([201, first.json, 'true']);
  const holds = (await world.ask('GET', '/holds', { token })).json.items;
  expect(holds.filter(({ about }: { about: string }) => about === 'point:well-south')).toHaveLength(1);
  expect((await post('/holds', { ...body, because: 'else' }, headers)).status).toBe(422);
  expect((await post('/holds', { ...body, point: 'nowhere' }, { 'idempotency-key': 'h2' })).status).toBe(422);
  // What was refused may be tried again under its key.
  expect((await post('/holds', body, { 'idempotency-key': 'h2' })).status).toBe(201);
  expect((await post('/holds', body, { 'idempotency-key': ' ' })).status).not.toBe(201);
});

test('every answer carries what a browser needs to be careful', async () => {
  const { headers } = await world.ask('GET', '/points', { token });
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('x-frame-options')).toBe('DENY');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('access-control-allow-origin')).toBeNull();
  expect(headers.get('strict-transport-security')).toBeNull();
});

test('rates are limited by who asks, log-ins by address; other origins and proxies are those that are named', async () => {
  const strict = await openServed({
    http: {
      requestsPerMinute: 5,
      logInsPerMinute: 2,
      corsOrigins: ['https://page.example.org'],
      publicUrl: 'https://water.example.org/caudal',
      trustedProxies: ['127.0.0.1'],
    },
    access: { passwordMemoryKiB: 8_192 },
  });
  try {
    const [one, two] = [await strict.key({ role: 'viewer' }), await strict.key({ role: 'viewer' })];
    const points = (as: string, headers = {}) => strict.ask('GET', '/points', { token: as, headers });
    for (let asked = 0; asked < 5; asked += 1) expect((await points(one)).status).toBe(200);
    const over = await points(one);
    expect([over.status, over.json.type]).toEqual([429, 'urn:caudal:problem:rate-limit']);
    expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0);
    const other = await points(two, { origin: 'https://page.example.org' });
    expect([other.status, other.headers.get('access-control-allow-origin')]).toEqual([200, 'https://page.example.org']);
    expect((await points(two, { origin: 'https://evil.example' })).headers.get('access-control-allow-origin')).not.toBe(
      'https://evil.example',
    );
    expect(other.headers.get('strict-transport-security')).toContain('max-age');
    const based = await fetch(`${strict.root}/caudal/api/v1/points`, { headers: { authorization: `Bearer ${two}` } });
    expect(based.status).toBe(200);
    const logIn = (address: string) =>
      strict.ask('POST', '/auth/login', {
        body: { email: `${address}@example.org`, password: 'x' },
        headers: { 'x-forwarded-for': address },
      });
    for (const address of ['10.0.0.1', '10.0.0.1', '10.0.0.2']) expect((await logIn(address)).status).toBe(401);
    expect((await logIn('10.0.0.1')).status).toBe(429);
    expect((await logIn('10.0.0.2')).status).toBe(401);
  } finally {
    await strict.close();
  }
});

test('a webhook that wants a key takes it of the role ingest and of its own instance', async () => {
  const keyed = await openServed({ http: { webhooks: { tago: { key: true } } } });
  try {
    const send = async (key: string) =>
      (await fetch(`${keyed.root}/webhooks/tago`, { method: 'POST', body: '[]', headers: { 'x-api-key': key } }))
        .status;
    expect(await send(await keyed.key({ role: 'admin' }))).toBe(401);
    expect(await send(await keyed.key({ role: 'ingest', instances: ['manual'] }))).toBe(401);
    // Let in; that the plugin has no secret in this configuration is another matter.
    expect(await send(await keyed.key({ role: 'ingest', instances: ['tago'] }))).not.toBe(401);
  } finally {
    await keyed.close();
  }
});

test('mistakes are named where they stand in the request, as pointers', async () => {
  const content = { name: 'Pozo', kind: 'pond', series: { flow: { limits: { failBelow: 'low' } } } };
  const point = await post('/data/points', { id: 'wrong', content, because });
  expect(point.status).toBe(422);
  expect(point.json.issues.map(({ path }: { path: string }) => path).toSorted()).toEqual([
    '/body/content/kind',
    '/body/content/series/flow/limits/failBelow',
  ]);
  const meter = { series: 'well-north/total', step: 0.1, calibrations: [{ factor: 1 }, { factor: -1 }] };
  const both = await post('/data-changes', {
    because,
    changes: [
      { kind: 'owners', id: 'fine', content: { name: 'Fine' } },
      { kind: 'meters', id: 'wrong', content: meter },
    ],
  });
  expect(both.json.issues.map(({ path }: { path: string }) => path)).toContain(
    '/body/changes/1/content/calibrations/1/factor',
  );
  expect((await world.ask('GET', '/data/owners/fine', { token })).status).toBe(404);
});

test('a subscription by owner wants an owner that is there, and is not for an owner’s own user to make', async () => {
  const content = { person: 'ana', events: ['water.alert'], channels: ['mail'], owners: ['nobody'] };
  const body = { id: 'by-owner', content, because };
  const made = await post('/data/subscriptions', body);
  expect(made.status).toBe(422);
  expect(made.json.issues).toContainEqual({
    path: '/body/content/owners/0',
    message: expect.stringContaining('there is no owner "nobody"'),
    code: 'no-owner',
    params: { name: 'nobody' },
  });
  const owner = await world.key({ role: 'owner', points: ['well-north'] });
  expect((await world.ask('POST', '/data/subscriptions', { token: owner, body })).status).toBe(403);
});

test('a CSV of points is looked at, refused cell by cell, and imported as a whole', async () => {
  const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');
  const wrong = base64('point,name,kind,variable,step\np-1,Pozo 1,well,total,\np-2,Pozo 2,hole,flow,\n');
  const found = await post('/imports/points/preview', { base64: wrong });
  expect(found.json.adds).toEqual({ points: 2 });
  expect(found.json.mistakes.map(({ row, column }: { row: number; column: string }) => [row, column])).toEqual([
    [3, 'kind'],
  ]);
  expect((await post('/imports/points', { base64: wrong, because })).status).toBe(422);
  expect((await world.ask('GET', '/data/points/p-1', { token })).status).toBe(404);
  const right = base64('point;name;kind;variable;longitude\np-1;Pozo 1;well;flow;-70,66\n');
  expect((await post('/imports/points', { base64: right, because })).json.adds).toEqual({ points: 1 });
  const { json } = await world.ask('GET', '/data/points/p-1', { token });
  expect(json.content.place.longitude).toBe(-70.66);
  const template = await world.ask('GET', '/imports/points/template', { token });
  expect(template.text.split('\n')[0]?.split(',')).toContain('vendor_variable');
});

test('a correction stands as people decided on it, with who and why', async () => {
  const path = '/series/well-north/flow/corrections';
  const read = async () => (await world.ask('GET', path, { token })).json.items[0];
  expect((await read()).standing).toBe('applied');
  const { rule, key } = await read();
  const content = { series: 'well-north/flow', rule, key, decision: 'revert', because: 'the pump really ran' };
  const made = await post('/data/corrections', { id: 'not-so', content, because: content.because });
  expect(made.status).toBe(201);
  expect(await read()).toMatchObject({
    standing: 'reverted',
    said: { id: 'not-so', because: content.because, author: actor, by: 'test' },
  });
  await world.ask('DELETE', `/data/corrections/not-so?because=mistake`, {
    token,
    headers: { 'if-match': `"${made.json.version}"` },
  });
  expect(await read()).toMatchObject({ standing: 'applied', said: null });
});
