import { expect, test } from 'vitest';
import { call, openDga, reportOf, submission } from './samples.ts';

const days = [
  submission('2026-03-02T00:00:00-04:00', { caudal: '2.345', nivelFreaticoDelPozo: '9.8', totalizador: '1020.9' }, 'b'),
  submission('2026-03-01T00:00:00-04:00', { caudal: '1', nivelFreaticoDelPozo: '9.85', totalizador: '1010' }, 'a'),
];
const report = reportOf('OB-0101-114', { variant: 'subterranea' }, days, 'manual');

test('a manual delivery is a CSV with the strict formats, in time order, without credentials', async () => {
  await using target = await openDga();
  expect(target.validate(report)).toEqual([]);
  expect(target.render(report)).toEqual({
    method: 'FILE',
    url: 'OB-0101-114_2026-03-01T000000.csv',
    headers: {},
    mediaType: 'text/csv; charset=utf-8',
    slots: [],
    body: [
      'codigoObra,fechaMedicion,horaMedicion,caudal,nivelFreaticoDelPozo,totalizador',
      'OB-0101-114,2026-03-01,00:00:00,1.00,9.85,1010',
      'OB-0101-114,2026-03-02,00:00:00,2.35,9.80,1020',
      '',
    ].join('\r\n'),
  });
});

test('the other files', async () => {
  await using semicolon = await openDga({ handover: 'csv-semicolon' });
  expect(semicolon.render(report).body).toContain('OB-0101-114;2026-03-01;00:00:00;1.00;9.85;1010\r\n');
  await using form = await openDga({ handover: 'text' });
  expect(form.render(report).body).toContain('codigoObra: OB-0101-114\nfechaMedicion: 2026-03-01\n');
});

test('a file is never submitted', async () => {
  await using target = await openDga();
  await expect(
    target.submit({ ...call(), artifact: target.render(report), report, sendTime: 0 }),
  ).rejects.toMatchObject({ kind: 'unsupported', sent: 'no' });
});
