import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DgaSimulator, startDga } from '../src/index.ts';
import { hours, TestClock } from './clock.ts';
import { gauge, informant, pipe, post, query, reply, samples, well, world } from './dga-client.ts';

// Measured 10:00 and 09:00 UTC-4 in the manual's samples.
const at = Date.parse('2023-09-07T14:00:00Z');
let clock: TestClock;
let dga: DgaSimulator;

beforeEach(async () => {
  clock = new TestClock('2023-09-07T14:00:05Z');
  dga = await startDga({ clock, ...world });
});
afterEach(() => dga.close());

describe('the written contract', () => {
  it.each([
    [well, 'Medición subterránea ingresada correctamente'],
    [pipe, 'Medición superficial con flujómetro ingresada correctamente'],
    [gauge, 'Medición superficial ingresada correctamente'],
  ])('stores %o and reads it back', async (work, message) => {
    const accepted = await reply(post(dga.url, { work, now: clock.now(), at }));
    expect(accepted).toMatchObject({ http: 200, status: '00', message });
    const receipt = accepted.data['numeroComprobante'] ?? '';
    expect(receipt).toMatch(/^[A-Za-z0-9]{32}$/);
    const back = await reply(query(dga.url, receipt, work));
    expect(back).toEqual({
      http: 200,
      status: '00',
      message: '',
      data: { fechaMedicion: '07-09-2023', horaMedicion: '10:00:00', ...samples[work.variant] },
    });
    expect(dga.ledger.violations).toEqual([]);
  });

  it('answers a duplicate with the receipt, and keeps what it has when the values differ', async () => {
    const first = await reply(post(dga.url, { now: clock.now(), at }));
    const receipt = first.data['numeroComprobante'] ?? '';
    const message = `Ya existe un registro en esa fecha, hora para la obra. Comprobante: ${receipt}`;
    expect(await reply(post(dga.url, { now: clock.now(), at }))).toMatchObject({ http: 400, status: '400', message });
    const other = await reply(post(dga.url, { now: clock.now(), at, values: { caudal: '2.00' } }));
    expect(other).toMatchObject({ http: 400, message });
    const record = dga.ledger.record(well.code, '2023-09-07', '10:00:00');
    expect(record).toMatchObject({ values: samples.subterranea, receipt, identicalPosts: 1, otherPosts: 1 });
    expect((await reply(query(dga.url, receipt))).data['caudal']).toBe('1.00');
  });

  it('knows a receipt only with its work and variant', async () => {
    const { data } = await reply(post(dga.url, { now: clock.now(), at }));
    const receipt = data['numeroComprobante'] ?? '';
    for (const response of [
      await reply(query(dga.url, 'x'.repeat(32))),
      await reply(query(dga.url, receipt, { ...well, code: 'OB-0101-115' })),
      await reply(query(dga.url, receipt, pipe)),
    ])
      expect(response.status).not.toBe('00');
  });

  it('refuses the wrong informant, password, Centro, work and variant without storing', async () => {
    const attempts = [
      { credentials: { rutUsuario: '11111111-1' }, says: 'Usuario no es el informante registrado en la Obra' },
      { credentials: { password: 'other' }, says: 'contraseña' },
      { credentials: { rutEmpresa: '11111111-1' }, says: 'Centro de Control' },
      { work: { ...well, code: 'OB-0101-999' }, says: 'registrada' },
      { work: { ...well, code: pipe.code }, says: 'tipo de medición' },
    ];
    for (const { says, ...attempt } of attempts) {
      const refused = await reply(post(dga.url, { now: clock.now(), at, ...attempt }));
      expect(refused).toMatchObject({ http: 400, status: '400', data: {} });
      expect(refused.message).toContain(says);
    }
    expect(dga.ledger.records).toEqual([]);
  });

  it('hides passwords in the ledger, in any place of the body', async () => {
    await post(dga.url, { now: clock.now(), at, values: { totalizador: `x${informant.password}` } });
    await fetch(`${dga.url}/mediciones/subterraneas`, { method: 'POST', body: `{ "password":"a\\"b", broken` });
    const text = JSON.stringify(dga.ledger.requests);
    expect(text).toContain('***');
    expect(text).not.toContain(informant.password);
    expect(text).not.toContain(String.raw`a\\\"b`);
  });
});

describe('the strict checks', () => {
  it.each([
    ['a number instead of text', { values: { caudal: 1 } }],
    ['one decimal', { values: { caudal: '1.0' } }],
    ['a comma', { values: { caudal: '1,00' } }],
    ['an exponent', { values: { caudal: '1e2' } }],
    ['leading zeros', { values: { caudal: '01.00' } }],
    ['a plus sign', { values: { caudal: '+1.00' } }],
    ['a total with decimals', { values: { totalizador: '1010.0' } }],
    ['a total of 16 characters', { values: { totalizador: '1'.repeat(16) } }],
    ['an empty flow', { values: { caudal: '' } }],
    ['an empty level where it is required', { values: { nivelFreaticoDelPozo: '' } }],
    ['a null level', { values: { nivelFreaticoDelPozo: null } }],
    ['a key of another variant', { values: { alturaLimnimetrica: '5' } }],
    ['a date that does not exist', { values: { fechaMedicion: '2023-02-30' } }],
    ['a date the other way round', { values: { fechaMedicion: '07-09-2023' } }],
    ['hour 24', { values: { horaMedicion: '24:00:00' } }],
    ['a RUT with dots', { credentials: { rutUsuario: '20.999.888-7' } }],
    ['a lower-case work', { headers: { codigoObra: 'ob-0101-114' } }],
    ['a padded work number', { headers: { codigoObra: 'OB-0101-0114' } }],
    ['another content type', { headers: { 'content-type': 'text/plain' } }],
  ])('refuses %s', async (_, change) => {
    const refused = await reply(post(dga.url, { now: clock.now(), at, ...change }));
    expect(refused).toMatchObject({ http: 400, status: '400' });
    expect(dga.ledger.records).toEqual([]);
    expect(new Set(dga.ledger.violations.map(({ kind }) => kind))).toEqual(new Set(['format']));
  });

  it('accepts 15 digits, a negative level, and an empty level where the work may leave it out', async () => {
    dga.register({ ...well, mayLeaveEmpty: true });
    const cases = [{ totalizador: '999999999999999' }, { nivelFreaticoDelPozo: '-0.50' }, { nivelFreaticoDelPozo: '' }];
    for (const [n, values] of cases.entries()) {
      const response = await reply(post(dga.url, { now: clock.now(), at: at - n * 1000, values }));
      expect(response.status).toBe('00');
    }
    expect(dga.ledger.violations).toEqual([]);
  });

  it('can store a bad format instead, and says so in the ledger', async () => {
    const lenient = await startDga({ clock, ...world, badFormat: 'store' });
    const answer = await reply(post(lenient.url, { now: clock.now(), at, values: { caudal: '4.7' } }));
    expect(answer.status).toBe('00');
    expect(lenient.ledger.records[0]?.values['caudal']).toBe('4.7');
    expect(lenient.ledger.violations.map(({ kind }) => kind)).toEqual(['format']);
    await lenient.close();
  });

  it('accepts a send time that is not one, and writes it down', async () => {
    const wrong = ['2023-09-07T10:00:05Z', '2023-09-07T10:00:05-04:00', '2023-09-07T14:00:05-0000', '2023-09-07'];
    for (const [n, timeStampOrigen] of wrong.entries()) {
      const answer = await reply(post(dga.url, { now: clock.now(), at: at - n * 1000, headers: { timeStampOrigen } }));
      expect(answer.status).toBe('00');
    }
    expect(dga.ledger.violations.map(({ kind }) => kind)).toEqual(wrong.map(() => 'send-time'));
  });

  it('writes down a measurement ahead of the clock, as Santiago time in summer would be', async () => {
    const summer = new TestClock('2026-01-15T03:31:00Z');
    const other = await startDga({ clock: summer, ...world });
    await post(other.url, { now: summer.now(), at: Date.parse('2026-01-15T03:30:00Z') });
    await post(other.url, { now: summer.now(), at: Date.parse('2026-01-15T03:30:00Z') + hours(1) });
    expect(other.ledger.violations.map(({ kind, date, time }) => [kind, date, time])).toEqual([
      ['future-measurement', '2026-01-15', '00:30:00'],
    ]);
    await other.close();
  });
});
