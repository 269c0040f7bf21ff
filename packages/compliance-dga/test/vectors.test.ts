import { expect, test } from 'vitest';
import type { Report, ReportSubmission } from '@caudal/core';
import type { Work } from '../src/index.ts';
import { json, loopback, type Received } from './loopback.ts';
import {
  call,
  groundwater,
  openDga,
  reportOf,
  samplePassword,
  sampleReceipt,
  sampleRutEmpresa,
  sampleRutUsuario,
  submission,
  work,
} from './samples.ts';

const sendTime = Date.parse('2023-09-07T10:00:05-04:00');
const autenticacion = { password: samplePassword, rutEmpresa: sampleRutEmpresa, rutUsuario: sampleRutUsuario };

/** Requests, answers and read-backs of the Manual Técnico N° 1/2025 (Diario Oficial N° 44.190, public domain). */
const manual: readonly {
  readonly name: string;
  readonly path: string;
  readonly report: Report<Work>;
  readonly body: object;
  readonly message: string;
  readonly stored: object;
}[] = [
  {
    name: 'F1 subterránea',
    path: '/api/v1/mediciones/subterraneas',
    report: groundwater(),
    body: {
      autenticacion,
      medicionSubterranea: {
        caudal: '1.00',
        fechaMedicion: '2023-09-07',
        horaMedicion: '10:00:00',
        nivelFreaticoDelPozo: '9.85',
        totalizador: '1010',
      },
    },
    message: 'Medición subterránea ingresada correctamente',
    stored: {
      fechaMedicion: '07-09-2023',
      horaMedicion: '10:00:00',
      caudal: '1.00',
      totalizador: '1010',
      nivelFreaticoDelPozo: '9.85',
    },
  },
  {
    name: 'F2 flujómetro',
    path: '/api/v1/mediciones/superficiales/flujometro',
    report: reportOf('OB-0101-108', work('flujometro'), [
      submission('2023-09-07T09:00:00-04:00', { caudal: '15.31', totalizador: '50' }),
    ]),
    body: {
      autenticacion,
      medicionSuperficialFlujometro: {
        caudal: '15.31',
        fechaMedicion: '2023-09-07',
        horaMedicion: '09:00:00',
        totalizador: '50',
      },
    },
    message: 'Medición superficial con flujómetro ingresada correctamente',
    stored: { caudal: '15.31', fechaMedicion: '07-09-2023', horaMedicion: '09:00:00', totalizador: '50' },
  },
  {
    name: 'F3 limnimétrica',
    path: '/api/v1/mediciones/superficiales',
    report: reportOf('OB-0101-103', work('limnimetrica'), [
      submission('2023-09-07T09:00:00-04:00', { alturaLimnimetrica: '5', caudal: '16.54' }),
    ]),
    body: {
      autenticacion,
      medicionSuperficial: {
        alturaLimnimetrica: '5',
        caudal: '16.54',
        fechaMedicion: '2023-09-07',
        horaMedicion: '09:00:00',
      },
    },
    message: 'Medición superficial ingresada correctamente',
    stored: { alturaLimnimetrica: '5', caudal: '16.54', fechaMedicion: '07-09-2023', horaMedicion: '09:00:00' },
  },
];

test.each(manual)('$name: sent as the manual prints it, accepted, read back', async (sample) => {
  await using server = await loopback((request, response) =>
    request.method === 'POST'
      ? json(200, { status: '00', message: sample.message, data: { numeroComprobante: sampleReceipt } })(
          request,
          response,
        )
      : json(200, { status: '00', message: '', data: sample.stored })(request, response),
  );
  await using target = await openDga({ baseUrl: server.baseUrl });
  const artifact = target.render(sample.report);
  const { outcomes, answer } = await target.submit({ ...call(), artifact, report: sample.report, sendTime });
  expect(outcomes).toEqual({ 'submission-1': { status: 'accepted', receipt: sampleReceipt } });
  expect(answer.status).toBe(200);
  const [post] = server.received as [Received];
  expect(post.url).toBe(sample.path);
  expect(post.headers).toMatchObject({
    'content-type': 'application/json',
    codigoobra: sample.report.work.code,
    timestamporigen: '2023-09-07T10:00:05-0000',
  });
  expect(post.body).toBe(JSON.stringify(sample.body));

  const confirmation = await target.confirm?.({ ...call(), receipt: sampleReceipt, report: sample.report });
  expect(confirmation?.status).toBe('confirmed');
  expect(server.received[1]).toMatchObject({
    method: 'GET',
    url: `${sample.path}?codigoObra=${sample.report.work.code}&numeroComprobante=${sampleReceipt}`,
    body: '',
  });
});

test('F4: trailing zeros that the DGA drops are no difference', async () => {
  const report = groundwater({ caudal: '0.00', nivelFreaticoDelPozo: '25.70', totalizador: '35041' });
  const stored = {
    fechaMedicion: '07-09-2023',
    horaMedicion: '10:00:00',
    caudal: '0.0',
    nivelFreaticoDelPozo: '25.7',
    totalizador: '35041',
  };
  await using server = await loopback(json(200, { status: '00', message: '', data: stored }));
  await using target = await openDga({ baseUrl: server.baseUrl });
  const confirmation = await target.confirm?.({ ...call(), receipt: sampleReceipt, report });
  expect(confirmation?.status).toBe('confirmed');
});

const receiptOf32 = 'HsfIKMabcdefghijklmnopqrstu94DHI';
test.each([
  [
    'F5 duplicate with its receipt',
    400,
    `Ya existe un registro en esa fecha, hora para la obra. Comprobante: ${receiptOf32}`,
    receiptOf32,
  ],
  ['F5 duplicate in capitals', 400, `YA EXISTE UN REGISTRO. COMPROBANTE: ${receiptOf32}`, receiptOf32],
  ['F5 duplicate without a receipt', 400, 'Ya existe un registro en esa fecha, hora para la obra.', undefined],
  ['F5 duplicate with another HTTP status', 200, 'Ya existe un registro en esa fecha, hora para la obra.', undefined],
])('%s', async (_name, status, message, receipt) => {
  await using server = await loopback(json(status, { status: '400', message, data: {} }));
  await using target = await openDga({ baseUrl: server.baseUrl });
  const report = groundwater();
  const { outcomes } = await target.submit({ ...call(), artifact: target.render(report), report, sendTime });
  expect(outcomes['submission-1']).toEqual({ status: 'duplicate', ...(receipt === undefined ? {} : { receipt }) });
});

test('F6: an informant of another work waits for the configuration', async () => {
  const message = 'Error: Usuario no es el informante registrado en la Obra';
  await using server = await loopback(json(400, { status: 'error', message, data: {} }));
  await using target = await openDga({ baseUrl: server.baseUrl });
  const report = groundwater();
  const { outcomes } = await target.submit({ ...call(), artifact: target.render(report), report, sendTime });
  expect(outcomes['submission-1']).toMatchObject({ status: 'rejected', until: 'configuration' });
});

const rendered = async (report: Report<Work>, key: string) => {
  await using target = await openDga();
  return (JSON.parse(target.render(report).body) as Record<string, Record<string, string>>)[key];
};

test.each([
  ['15.314', '15.31'],
  ['15.999', '16.00'],
  ['10', '10.00'],
  ['0', '0.00'],
  ['12.345678', '12.35'],
  ['1.005', '1.01'],
  ['15.305', '15.31'],
  ['2.675', '2.68'],
  ['0.005', '0.01'],
  ['1e-7', '0.00'],
  ['-0.001', '0.00'],
])('F7: caudal %s is written %s', async (value, expected) => {
  const measured = await rendered(
    groundwater({ caudal: value, nivelFreaticoDelPozo: value, totalizador: '1' }),
    'medicionSubterranea',
  );
  expect(measured).toMatchObject({ caudal: expected, nivelFreaticoDelPozo: expected });
});

test.each([
  ['1010.7', '1010'],
  ['1010.999999', '1010'],
  ['999999999999999', '999999999999999'],
])('F7: totalizador %s is written %s', async (value, expected) => {
  const measured = await rendered(
    groundwater({ caudal: '1', nivelFreaticoDelPozo: '1', totalizador: value }),
    'medicionSubterranea',
  );
  expect(measured?.['totalizador']).toBe(expected);
});

test('F7: totalizador rounds half-up when the configuration says so', async () => {
  await using target = await openDga({ totalizadorRounding: 'half-up' });
  const { body } = target.render(groundwater({ caudal: '1', nivelFreaticoDelPozo: '1', totalizador: '1010.5' }));
  expect(body).toContain('"totalizador":"1011"');
});

test.each(['1e15', '1000000000000000', '9999999999999999.9'])('F7: totalizador %s is too long', async (value) => {
  await using target = await openDga();
  const report = groundwater({ caudal: '1', nivelFreaticoDelPozo: '1', totalizador: value });
  expect(target.validate(report)).toMatchObject([
    { path: '/submissions/0/values/totalizador/value', severity: 'error' },
  ]);
  expect(() => target.render(report)).toThrow(expect.objectContaining({ kind: 'invalid-data', sent: 'no' }));
});

test('F7: a level that may be absent is written empty, never left out', async () => {
  const report = groundwater(
    { caudal: '1', nivelFreaticoDelPozo: null, totalizador: '1' },
    { emptyBecause: 'aguas-del-minero' },
  );
  expect((await rendered(report, 'medicionSubterranea'))?.['nivelFreaticoDelPozo']).toBe('');
});

test.each([
  ['2026-01-15T03:30:00Z', '2026-01-14', '23:30:00'],
  ['2026-07-15T03:30:00Z', '2026-07-14', '23:30:00'],
  ['2026-04-05T02:30:00Z', '2026-04-04', '22:30:00'],
  ['2026-04-05T03:30:00Z', '2026-04-04', '23:30:00'],
  ['2026-09-06T04:30:00Z', '2026-09-06', '00:30:00'],
  ['2027-01-01T03:59:59Z', '2026-12-31', '23:59:59'],
])('F8: %s is %s %s at the DGA, UTC-4 all year', async (at, fechaMedicion, horaMedicion) => {
  const values: ReportSubmission = submission(at, { caudal: '1', totalizador: '1' });
  expect(
    await rendered(reportOf('OB-0101-108', work('flujometro'), [values]), 'medicionSuperficialFlujometro'),
  ).toMatchObject({
    fechaMedicion,
    horaMedicion,
  });
});

const codeIssues = async (code: string) => {
  await using target = await openDga();
  const report = reportOf(code, work('flujometro'), [
    submission('2026-01-01T00:00:00Z', { caudal: '1', totalizador: '1' }),
  ]);
  return target.validate(report);
};

test.each(['OB-0602-7', 'OR-0101-12', 'OB-1316-9999', 'OB-0601-292'])('F9: %s is a code', async (code) => {
  expect(await codeIssues(code)).toEqual([]);
});

test.each([
  'AB-0602-7',
  'OB-062-7',
  'OB-06022-7',
  'OB-0602-',
  'OB-0602-A',
  'ob-0602-7',
  'OB-0602-0',
  'OB-0602-007',
  ' OB-0602-7',
  'OB-0602-7 ',
  'OB-0602-7\n',
])('F9: %j is no code', async (code) => {
  expect(await codeIssues(code)).toMatchObject([{ path: '/work/code', severity: 'error' }]);
});

const rutIssues = async (rut: string) => {
  await using target = await openDga({ rutEmpresa: '12345678-5', rutCheckDigit: 'verify' });
  const settings = work('flujometro', { informant: { rut, password: 'env:DGA_PASSWORD' } });
  const report = reportOf('OB-0602-7', settings, [
    submission('2026-01-01T00:00:00Z', { caudal: '1', totalizador: '1' }),
  ]);
  return target.validate(report);
};

test.each([
  '12345678-5',
  '11111111-1',
  '76086428-5',
  '5126663-3',
  '30686957-4',
  '1-9',
  '6-K',
  '20347878-K',
  '1000005-K',
  '10000004-0',
  '10000013-K',
  '60805000-0',
  '99999999-9',
])('F10: %s is a RUT', async (rut) => {
  expect(await rutIssues(rut)).toEqual([]);
});

test.each(['12345678-9', '98765432-1', '77555666-7', '20999888-7'])('F10: %s fails modulo 11', async (rut) => {
  expect(await rutIssues(rut)).toMatchObject([{ path: '/work/settings/informant/rut' }]);
});

test('F10: a RUT is sent in wire form, however it was written', async () => {
  await using target = await openDga({ rutEmpresa: '20.347.878-k', rutCheckDigit: 'verify' });
  const settings = work('flujometro', { informant: { rut: '01.000.005-k', password: 'env:DGA_PASSWORD' } });
  const { body } = target.render(
    reportOf('OB-0602-7', settings, [submission('2026-01-01T00:00:00Z', { caudal: '1', totalizador: '1' })]),
  );
  expect(JSON.parse(body)).toMatchObject({ autenticacion: { rutEmpresa: '20347878-K', rutUsuario: '1000005-K' } });
});

test('F10: a Centro de Control whose RUT fails modulo 11 is refused at creation', async () => {
  await expect(openDga({ rutCheckDigit: 'verify' })).rejects.toMatchObject({ kind: 'config', sent: 'no' });
});
