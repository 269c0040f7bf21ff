import { expect, test } from 'vitest';
import type { ComplianceInstance, RawRequest, ReportSubmission, ServeCall, Window } from '@caudal/core';
import { virtualClock } from '@caudal/testkit';
import { type Member, sma, type SmaOptions, type Work } from '../src/index.ts';
import { code, members, openSma, sampleHost, submission, work } from './samples.ts';

const minute = 60_000;
const hour = 60 * minute;
const now = Date.parse('2026-05-18T09:00:00-04:00');
const from = Date.parse('2026-05-17T00:00:00-04:00');

const options: SmaOptions = {
  history: { usuario: 'sma', password: 'env:HISTORY_PASSWORD', signingKey: 'env:HISTORY_KEY' },
};
const secrets = {
  'env:SMA_PASSWORD': 'titular-password',
  'env:HISTORY_PASSWORD': 'history-pässword',
  'env:HISTORY_KEY': 'a-signing-key-of-some-length',
};

const request = (method: string, path: string, more: { body?: string; token?: string } = {}): RawRequest => ({
  method,
  path: `/compliance/sma${path}`,
  query: '',
  headers: more.token === undefined ? {} : { authorization: `Bearer ${more.token}` },
  body: Buffer.from(more.body ?? ''),
  receivedAt: now,
});

/** The books of a process: one slot a minute, and what was asked of them. */
const books = (submissions: readonly ReportSubmission[], own = members) => {
  const asked: { readonly work: string; readonly window: Window }[] = [];
  const call: ServeCall<Work, Member> = {
    signal: new AbortController().signal,
    works: [{ code, settings: work, members: own }],
    async history(name, window) {
      asked.push({ work: name, window });
      return submissions;
    },
  };
  return { call, asked };
};

const serving = async (more: Partial<NonNullable<SmaOptions['history']>> = {}, config: SmaOptions = {}) => {
  const clock = virtualClock(now);
  const host = sampleHost({ clock, secrets });
  const history = { ...(options.history as NonNullable<SmaOptions['history']>), ...more };
  const target = (await openSma({ ...config, history }, host)) as ComplianceInstance<Work, Member>;
  const { call } = books([]);
  const ask = async (given: RawRequest, asked = call) => {
    const answer = await target.serve?.(given, asked);
    if (answer === undefined || typeof answer.body !== 'string') throw new Error('nothing is served');
    const { status, body } = answer;
    return { status, body: JSON.parse(body) as Record<string, unknown> & Record<string, unknown>[] };
  };
  const login = async (usuario = 'sma', password = secrets['env:HISTORY_PASSWORD']) =>
    ask(request('POST', '/api/v1/auth', { body: JSON.stringify({ usuario, password }) }));
  const token = async () => (await login()).body['token'] as string;
  return { clock, host, ask, login, token };
};

const day = (id = '12180', date = '2026-05-17') => `/api/v1/dispositivos/${id}/registros/${date}`;

test('without its configuration nothing is served', async () => {
  await using target = await openSma();
  expect('serve' in target).toBe(false);
});

test('a login gives a token, and the token all data of the device on that day of GMT-4, in the stored shape', async () => {
  const { ask, token } = await serving();
  const other = { ...members, nivel: { dispositivoId: '7', nombre: 'N', unidad: 'm' } };
  const { call, asked } = books(
    [
      submission({ caudal: '1', volumen: '9', nivel: '3' }, from - minute, 'before'),
      submission({ caudal: '42.50', volumen: '42500', nivel: '3' }, from, 'first'),
      submission({ caudal: null, volumen: '42501', nivel: '3' }, from + minute, 'partly'),
      submission({ caudal: null, volumen: null, nivel: '3' }, from + 2 * minute, 'nothing'),
      submission({ caudal: '1', volumen: '9', nivel: '3' }, from + 24 * hour, 'after'),
    ],
    other,
  );
  const { status, body } = await ask(request('GET', day(), { token: await token() }), call);
  expect(status).toBe(200);
  expect(body).toEqual([
    {
      UfId: 7511,
      ProcesoId: 5368,
      data: [
        {
          dispositivoId: '12180',
          Parametros: [
            { nombre: 'Q', valor: '42.50', unidad: 'l/s', estampaTiempo: '2026-05-17T00:00:00' },
            { nombre: 'VA', valor: '42500', unidad: 'm3', estampaTiempo: '2026-05-17T00:00:00' },
          ],
        },
      ],
      timestamp: '2026-05-17T00:00:00',
      timestampUTC: '2026-05-17T04:00:00.000Z',
    },
    expect.objectContaining({
      data: [{ dispositivoId: '12180', Parametros: [expect.objectContaining({ nombre: 'VA', valor: '42501' })] }],
    }),
  ]);
  expect(asked).toEqual([{ work: code, window: { from, to: from + 24 * hour } }]);
});

test('the shape, the paths and the lifetime are configuration', async () => {
  const { ask, clock } = await serving(
    { shape: 'sent', authPath: '/entrar', registrosPath: '/historia/{fecha}/{dispositivoId}', tokenHours: 1 },
    { valor: 'number' },
  );
  const { body } = await ask(
    request('POST', '/entrar', { body: JSON.stringify({ usuario: 'sma', password: secrets['env:HISTORY_PASSWORD'] }) }),
  );
  const token = body['token'] as string;
  const { call } = books([submission({ caudal: '1.5', volumen: '2' }, from)]);
  expect((await ask(request('GET', '/historia/2026-05-17/12180', { token }), call)).body).toMatchObject([
    {
      dispositivoId: '12180',
      parametros: [
        { nombre: 'Q', valor: 1.5 },
        { nombre: 'VA', valor: 2 },
      ],
    },
  ]);
  expect((await ask(request('GET', day(), { token }))).status).toBe(404);
  await clock.advance(hour);
  expect((await ask(request('GET', '/historia/2026-05-17/12180', { token }), call)).status).toBe(401);
});

test('a token is valid for 24 hours and no longer, and there is no refresh', async () => {
  const { ask, token, clock } = await serving();
  const { call } = books([]);
  const given = await token();
  await clock.advance(24 * hour - 1000);
  expect((await ask(request('GET', day(), { token: given }), call)).status).toBe(200);
  await clock.advance(1000);
  expect((await ask(request('GET', day(), { token: given }), call)).status).toBe(401);
});

test.each([
  ['another user', JSON.stringify({ usuario: 'x', password: 'history-pässword' }), 401],
  ['another password', JSON.stringify({ usuario: 'sma', password: 'history-passwort' }), 401],
  ['an empty password', JSON.stringify({ usuario: 'sma', password: '' }), 401],
  ['a number', JSON.stringify({ usuario: 'sma', password: 1 }), 400],
  ['no JSON', 'usuario=sma', 400],
  ['null', 'null', 400],
  ['nothing', '', 400],
  ['too much', JSON.stringify({ usuario: 'sma', password: 'x'.repeat(5_000) }), 400],
])('a login with %s is %s', async (_name, body, status) => {
  const { ask } = await serving();
  const answer = await ask(request('POST', '/api/v1/auth', { body }));
  expect(answer.status).toBe(status);
  expect(answer.body['token']).toBeUndefined();
});

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const claims = encoded({ sub: 'sma', iat: 0, exp: 9_999_999_999 });

test.each([
  ['no token', undefined],
  ['a word', 'token'],
  ['no signature', `${encoded({ alg: 'none', typ: 'JWT' })}.${claims}.`],
  ['another algorithm', `${encoded({ alg: 'HS512', typ: 'JWT' })}.${claims}.AAAA`],
  [
    'an own signature',
    `${encoded({ alg: 'HS256', typ: 'JWT' })}.${claims}.${Buffer.from('forged').toString('base64url')}`,
  ],
])('a request with %s is 401', async (_name, token) => {
  const { ask } = await serving();
  const { call, asked } = books([]);
  expect((await ask(request('GET', day(), token === undefined ? {} : { token }), call)).status).toBe(401);
  expect(asked).toEqual([]);
});

test('a token whose claims were changed, or that another key signed, is 401', async () => {
  const { ask, token } = await serving();
  const [head, , signature] = (await token()).split('.');
  expect((await ask(request('GET', day(), { token: `${head}.${claims}.${signature}` }))).status).toBe(401);
  const other = await serving();
  const foreign = await other.token();
  expect((await ask(request('GET', day(), { token: foreign }), books([]).call)).status).toBe(200);
  const stranger = await serving({ signingKey: 'env:HISTORY_PASSWORD' });
  expect((await ask(request('GET', day(), { token: await stranger.token() }))).status).toBe(401);
});

test.each([
  ['a device of nobody', day('99'), 403],
  ['a date that is none', day('12180', '2026-02-30'), 400],
  ['another form of date', day('12180', '17-05-2026'), 400],
  ['broken escapes', day('%E0%A4%A', '2026-05-17'), 400],
  ['another path', '/api/v1/otros', 404],
])('%s is %s %i', async (_name, path, status) => {
  const { ask, token } = await serving();
  expect((await ask(request('GET', path, { token: await token() }), books([]).call)).status).toBe(status);
});

test('other methods are refused', async () => {
  const { ask, token } = await serving();
  expect((await ask(request('GET', '/api/v1/auth'))).status).toBe(405);
  expect((await ask(request('DELETE', day(), { token: await token() }))).status).toBe(405);
});

test('more slots than a day may have are an error, never a part; so are books that cannot be read', async () => {
  const { ask, token, host } = await serving({ maxSlots: 2 });
  const many = books([0, 1, 2].map((at) => submission(undefined, from + at * minute, `s${at}`)));
  expect((await ask(request('GET', day(), { token: await token() }), many.call)).status).toBe(500);
  const broken = { ...many.call, history: async () => Promise.reject(new Error('the disk is gone')) };
  const answer = await ask(request('GET', day(), { token: await token() }), broken);
  expect(answer).toEqual({ status: 500, body: { mensaje: 'Error interno' } });
  expect(host.logs).toContain('the disk is gone');
});

test('secrets that are not there are 500, and nobody is let in', async () => {
  const clock = virtualClock(now);
  const target = await openSma(options, sampleHost({ clock, secrets: {} }));
  const answer = await target.serve?.(
    request('POST', '/api/v1/auth', { body: '{"usuario":"sma","password":"x"}' }),
    books([]).call,
  );
  expect(answer?.status).toBe(500);
});

test('the secrets of the history are marked as such', () => {
  expect(JSON.stringify(sma(options).definition.config)).toContain('"secret":true');
});
