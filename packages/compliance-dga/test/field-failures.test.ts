import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fakeHost } from '@caudal/testkit';
import { isCaudalError } from '@caudal/core';
import { dga } from '../src/index.ts';
import { json, loopback, text } from './loopback.ts';
import { call, groundwater, openDga, reportOf, sampleHost, sampleReceipt, submission, work } from './samples.ts';

const sendTime = Date.parse('2026-01-15T03:30:00Z');

const sent = async (answer: Parameters<typeof loopback>[0], options: Parameters<typeof openDga>[0] = {}) => {
  await using server = await loopback(answer);
  await using target = await openDga({ baseUrl: server.baseUrl, ...options });
  const report = groundwater();
  try {
    const result = await target.submit({ ...call(), artifact: target.render(report), report, sendTime });
    return { outcome: result.outcomes['submission-1'], answer: result.answer, requests: server.received.length };
  } catch (error) {
    return { error, requests: server.received.length };
  }
};

test('E1 a time-out after sending is unknown: it throws, sent maybe, and was sent once', async () => {
  const { error, requests } = await sent(() => {}, { timeoutMs: 1500 });
  expect(error).toMatchObject({ kind: 'timeout', sent: 'maybe' });
  expect(requests).toBe(1);
});

test('E1 a connection that was never made is sent no', async () => {
  const closed = await loopback(() => {});
  await closed[Symbol.asyncDispose]();
  await using target = await openDga({ baseUrl: closed.baseUrl });
  const report = groundwater();
  await expect(target.submit({ ...call(), artifact: target.render(report), report, sendTime })).rejects.toMatchObject({
    kind: 'transient',
    sent: 'no',
  });
});

test('E1 a reset after sending is sent maybe and names the perimeter block', async () => {
  const { error, requests } = await sent((_request, response) => response.socket?.resetAndDestroy());
  expect(error).toMatchObject({
    kind: 'transient',
    sent: 'maybe',
    message: expect.stringContaining('perimeter block'),
  });
  expect(requests).toBe(1);
});

test('E2 a duplicate gives its receipt', async () => {
  const message = `Ya existe un registro en esa fecha, hora para la obra. Comprobante: ${sampleReceipt}`;
  expect((await sent(json(400, { status: '400', message, data: {} }))).outcome).toEqual({
    status: 'duplicate',
    receipt: sampleReceipt,
  });
});

test('E3 a receipt with other values behind it is a conflict with every difference', async () => {
  const data = {
    fechaMedicion: '07-09-2023',
    horaMedicion: '09:00:00',
    caudal: '1.01',
    totalizador: '1010',
    nivelFreaticoDelPozo: '9.85',
  };
  await using server = await loopback(json(200, { status: '00', message: '', data }));
  await using target = await openDga({ baseUrl: server.baseUrl });
  const confirmation = await target.confirm?.({ ...call(), receipt: sampleReceipt, report: groundwater() });
  expect(confirmation).toMatchObject({
    status: 'conflict',
    differences: [
      { parameter: 'horaMedicion', ours: '10:00:00', theirs: '09:00:00' },
      { parameter: 'caudal', ours: '1.00', theirs: '1.01' },
    ],
  });
});

test.each([
  ['another status', json(200, { status: '01', message: 'No existe', data: {} })],
  ['HTTP 404', json(404, { status: '404', message: '', data: {} })],
  ['no data', json(200, { status: '00', message: '' })],
  ['an incomplete answer', json(200, { status: '00', message: '', data: { caudal: '1.00' } })],
  ['an HTML page', text(200, '<html></html>')],
])('E3 %s proves nothing: not found', async (_name, answer) => {
  await using server = await loopback(answer);
  await using target = await openDga({ baseUrl: server.baseUrl });
  const confirmation = await target.confirm?.({ ...call(), receipt: sampleReceipt, report: groundwater() });
  expect(confirmation).toMatchObject({ status: 'not-found', reason: expect.any(String) });
});

test('E4 00 without a receipt is accepted', async () => {
  expect((await sent(json(200, { status: '00', message: 'ok', data: {} }))).outcome).toEqual({ status: 'accepted' });
});

test.each([
  ['a non-JSON reply', text(200, 'OK', 'text/plain')],
  ['an HTML page', text(200, '<html>mantención</html>')],
  ['HTTP 500', json(500, { status: '500' })],
])('E5, E6 %s waits for the next permitted day and is not repeated', async (_name, answer) => {
  const { outcome, requests } = await sent(answer);
  expect(outcome).toMatchObject({ status: 'rejected', until: 'next-permitted-day' });
  expect(requests).toBe(1);
});

test('E6, E17 the profile has the spacing and the calendar of the manual', () => {
  const { profile } = dga({ rutEmpresa: '12345678-5' }).definition;
  expect(profile).toMatchObject({
    resend: 'next-calendar-day',
    backlogSpacing: { ms: 300_000, per: 'work' },
    utcOffsetMinutes: -240,
    duplicateMeans: 'received',
    readBack: true,
    submissionsPerRequest: 1,
    standards: {
      MAYOR: { every: 'hour', dueMs: 3_600_000, maxLag: { ms: 7 * 86_400_000 }, delivery: 'online' },
      MEDIO: { every: 'day', maxLag: { ms: 15 * 86_400_000 }, delivery: 'manual' },
      MENOR: { every: 'month', maxLag: { months: 1 }, delivery: 'manual' },
      CAUDALES_MUY_PEQUENOS: { every: 'year', months: [1, 7], maxLag: { months: 1 }, delivery: 'manual' },
    },
  });
  const other = dga({ rutEmpresa: '12345678-5', backlogSpacing: 'centro', caudalesMuyPequenosMonths: [1] }).definition;
  expect(other.profile.backlogSpacing.per).toBe('instance');
  expect(other.profile.standards['CAUDALES_MUY_PEQUENOS']?.months).toEqual([1]);
});

test('E7 a permanent refusal is told apart from one that waits', async () => {
  const message = 'Usuario no es el informante registrado en la Obra';
  expect((await sent(json(400, { status: '400', message, data: {} }))).outcome).toMatchObject({
    status: 'rejected',
    until: 'configuration',
  });
});

test('E10 the artifact is on paper before the socket: the same report gives the same bytes', async () => {
  await using target = await openDga();
  await using other = await openDga();
  expect(other.render(groundwater())).toEqual(target.render(groundwater()));
});

test('E12 the clock is UTC-4 whatever the season', async () => {
  await using server = await loopback(json(200, { status: '00' }));
  await using target = await openDga({ baseUrl: server.baseUrl });
  const report = groundwater();
  await target.submit({ ...call(), artifact: target.render(report), report, sendTime });
  expect(server.received[0]?.headers['timestamporigen']).toBe('2026-01-14T23:30:00-0000');
});

test('E13 any value is written with exactly its decimals and within half a unit of what was read', async () => {
  await using target = await openDga();
  const decimal = fc
    .tuple(fc.boolean(), fc.nat(10 ** 9), fc.stringMatching(/^\d{0,12}$/))
    .map(([negative, whole, fraction]) => `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`);
  fc.assert(
    fc.property(decimal, (value) => {
      const body = target.render(groundwater({ caudal: value, nivelFreaticoDelPozo: value, totalizador: value })).body;
      const { medicionSubterranea: measured } = JSON.parse(body) as { medicionSubterranea: Record<string, string> };
      expect(measured['caudal']).toMatch(/^-?\d+\.\d\d$/);
      expect(measured['totalizador']).toMatch(/^-?\d+$/);
      const scaled = BigInt((measured['caudal'] ?? '').replace('.', '')) * 10n ** 10n;
      const [whole = '', fraction = ''] = value.split('.');
      const exact = BigInt(whole.replace('-', '') + fraction.padEnd(12, '0')) * (value.startsWith('-') ? -1n : 1n);
      const distance = scaled > exact ? scaled - exact : exact - scaled;
      expect(distance <= 5n * 10n ** 9n).toBe(true);
    }),
  );
});

test('E14 nothing is invented: a missing value is an error, zero and negative go as read', async () => {
  await using target = await openDga();
  const missing = groundwater({ caudal: null, nivelFreaticoDelPozo: null, totalizador: '5' });
  expect(target.validate(missing).map(({ path }) => path)).toEqual([
    '/submissions/0/values/caudal',
    '/submissions/0/values/nivelFreaticoDelPozo',
  ]);
  expect(() => target.render(missing)).toThrow(expect.objectContaining({ kind: 'invalid-data', scope: 'item' }));

  const negative = groundwater({ caudal: '-1.5', nivelFreaticoDelPozo: '0', totalizador: '0' });
  expect(target.validate(negative)).toMatchObject([
    { path: '/submissions/0/values/caudal/value', severity: 'warning' },
  ]);
  expect(target.render(negative).body).toContain('"caudal":"-1.50"');
});

test.each([
  ['caudal', {}],
  ['caudal', { emptyBecause: 'caudales-muy-pequenos' as const }],
  ['totalizador', { emptyBecause: 'caudales-muy-pequenos' as const }],
])('E14 %s is never empty, whatever the settings %j', async (name, settings) => {
  await using target = await openDga();
  const report = groundwater({ caudal: '1', nivelFreaticoDelPozo: '1', totalizador: '1', [name]: null }, settings);
  expect(target.validate(report)).toMatchObject([{ path: `/submissions/0/values/${name}`, severity: 'error' }]);
});

test('E15, E16 suspect readings go as read, failed ones are held, missing stays missing', () => {
  const { profile } = dga({ rutEmpresa: '12345678-5' }).definition;
  expect(profile.flags).toEqual({ 1: 'send', 2: 'send', 3: 'send', 4: 'hold', 9: 'missing' });
});

test.each([
  ['-0000', '2026-01-14T23:30:00-0000'],
  ['-04:00', '2026-01-14T23:30:00-04:00'],
  ['none', '2026-01-14T23:30:00'],
  ['Z', '2026-01-15T03:30:00Z'],
] as const)('E18 timeStampOrigen %s is the send time: %s', async (timeStampOrigen, expected) => {
  await using server = await loopback(json(200, { status: '00' }));
  await using target = await openDga({ baseUrl: server.baseUrl, timeStampOrigen });
  const report = groundwater();
  await target.submit({ ...call(), artifact: target.render(report), report, sendTime });
  expect(server.received[0]?.headers['timestamporigen']).toBe(expected);
});

test('E19 the password is in the request alone: not in artifact, answer, reason, error or log', async () => {
  const password = 'q7"a\\ss{{sendTime}}\u00f1Zx';
  const host = sampleHost(password);
  await using server = await loopback((request, response) =>
    text(400, JSON.stringify({ status: '01', message: `echo ${request.body}` }), 'application/json')(request, response),
  );
  await using target = await openDga({ baseUrl: server.baseUrl }, host);
  const report = groundwater();
  const artifact = target.render(report);
  const result = await target.submit({ ...call(), artifact, report, sendTime });
  const body = JSON.parse(server.received[0]?.body ?? '') as { autenticacion: { password: string } };
  expect(body.autenticacion.password).toBe(password);
  expect(artifact.slots).toEqual([
    { name: 'password', fill: { secret: 'env:DGA_PASSWORD' } },
    { name: 'sendTime', fill: { sendTime: '-0000' } },
  ]);
  for (const shown of [JSON.stringify(artifact), JSON.stringify(result), host.logs]) {
    expect(shown).not.toContain('Zx');
    expect(shown).not.toContain('q7');
  }
});

test('E19 no password leaves for an address that is not configured', async () => {
  await using elsewhere = await loopback(json(200, { status: '00' }));
  const host = sampleHost();
  await using target = await openDga({}, host);
  const report = groundwater();
  const artifact = { ...target.render(report), url: `${elsewhere.baseUrl}/mediciones/subterraneas` };
  await expect(target.submit({ ...call(), artifact, report, sendTime })).rejects.toMatchObject({
    kind: 'config',
    sent: 'no',
  });
  expect(elsewhere.received).toEqual([]);
  expect(host.resolved).toEqual([]);
});

test('E19 a redirect is not followed with a password', async () => {
  await using elsewhere = await loopback(json(200, { status: '00' }));
  const { outcome } = await sent((_request, response) => {
    response.writeHead(307, { location: `${elsewhere.baseUrl}/mediciones/subterraneas` }).end();
  });
  expect(outcome).toMatchObject({ status: 'rejected', until: 'next-permitted-day' });
  expect(elsewhere.received).toEqual([]);
});

test('E19 a missing password concerns its informant alone', async () => {
  await using target = await openDga({}, fakeHost());
  const report = groundwater();
  await expect(target.submit({ ...call(), artifact: target.render(report), report, sendTime })).rejects.toMatchObject({
    kind: 'config',
    sent: 'no',
    scope: 'credential',
    credential: 'env:DGA_PASSWORD',
  });
});

test('E20 only the keys of the variant are sent', async () => {
  await using target = await openDga();
  const report = groundwater({ caudal: '1', nivelFreaticoDelPozo: '1', totalizador: '1', _private: '1' });
  expect(target.validate(report)).toMatchObject([{ path: '/submissions/0/values/_private', severity: 'error' }]);
});

test('E23 settings that are not complete are refused loudly', async () => {
  await using target = await openDga();
  const at = [submission('2026-01-01T00:00:00Z', { caudal: '1', totalizador: '1' })];
  const issues = (settings: object) =>
    target.validate(reportOf('OB-0602-7', settings as ReturnType<typeof work>, at)).map(({ path }) => path);
  expect(issues({})).toEqual(['/work/settings/variant']);
  expect(issues({ variant: 'flujometro' })).toEqual(['/work/settings/informant']);
  expect(issues({ variant: 'pozo' })).toEqual(['/work/settings/variant']);
  expect(issues(work('flujometro', { emptyBecause: 'aguas-del-minero' }))).toEqual(['/work/settings/emptyBecause']);
});

test('E25 the limnimetric variant lets an automated gate leave the height empty', async () => {
  await using target = await openDga();
  const report = reportOf('OB-0101-103', work('limnimetrica', { emptyBecause: 'compuerta-automatica' }), [
    submission('2023-09-07T09:00:00-04:00', { caudal: '16.54' }),
  ]);
  expect(target.render(report).body).toContain('"alturaLimnimetrica":""');
});

test('numbers that are none, slots between seconds and more than one measurement are refused', async () => {
  await using target = await openDga();
  for (const value of ['', 'NaN', '1,5', '1.2.3', '1 000', 'Infinity'])
    expect(target.validate(groundwater({ caudal: value, nivelFreaticoDelPozo: '1', totalizador: '1' }))).toMatchObject([
      { path: '/submissions/0/values/caudal/value', severity: 'error' },
    ]);
  const one = submission('2026-01-01T00:00:00Z', { caudal: '1', totalizador: '1' });
  const paths = (submissions: (typeof one)[]) =>
    target.validate(reportOf('OB-0602-7', work('flujometro'), submissions)).map(({ path }) => path);
  expect(paths([])).toEqual(['/submissions']);
  expect(paths([one, one])).toEqual(['/submissions']);
  expect(paths([{ ...one, slot: one.slot + 1 }])).toEqual(['/submissions/0/slot']);
  expect(paths([{ ...one, slot: Number.NaN }])).toEqual(['/submissions/0/slot']);
});

test('check reaches the server, says what it cannot know, and sends no measurement', async () => {
  await using server = await loopback(json(400, { status: '400', message: 'No existe', data: {} }));
  await using target = await openDga({ baseUrl: server.baseUrl });
  const settings = work('flujometro');
  const result = await target.check({ ...call(), work: { code: 'OB-0101-108', settings } });
  expect(result).toMatchObject({ ok: true, message: expect.stringContaining('cannot be tried') });
  expect((await target.check(call())).ok).toBe(true);
  expect(server.received.map(({ method }) => method)).toEqual(['GET', 'GET']);
  expect((await target.check({ ...call(), work: { code: 'nope', settings } })).ok).toBe(false);
  expect(server.received).toHaveLength(2);
});

test('check says so when another server answers, or none', async () => {
  await using server = await loopback(text(200, '<html>portal</html>'));
  await using target = await openDga({ baseUrl: server.baseUrl });
  expect((await target.check(call())).ok).toBe(false);
  const closed = await loopback(() => {});
  await closed[Symbol.asyncDispose]();
  await using lost = await openDga({ baseUrl: closed.baseUrl });
  expect((await lost.check(call())).ok).toBe(false);
});

test('a cancelled call throws', async () => {
  await using target = await openDga({ baseUrl: 'http://127.0.0.1:9/api/v1' });
  const signal = AbortSignal.abort();
  const thrown: unknown = await target.check({ signal }).catch((error: unknown) => error);
  expect(isCaudalError(thrown)).toBe(true);
});
