import { describe, test } from 'vitest';
import type { Report } from '@caudal/core';
import { complianceConformance, registerConformance, replies } from '@caudal/testkit';
import manifest from '../package.json' with { type: 'json' };
import { dga, type DgaOptions, type Work } from '../src/index.ts';
import { groundwater, reportOf, samplePassword, sampleReceipt, sampleRutEmpresa, submission, work } from './samples.ts';

const target = (baseUrl: string, more: Partial<DgaOptions> = {}) =>
  dga({ rutEmpresa: sampleRutEmpresa, rutCheckDigit: 'ignore', baseUrl, ...more });

const values = { caudal: '1', nivelFreaticoDelPozo: '9.85', totalizador: '1010' };
const good: Report<Work> = {
  ...groundwater(values),
  members: { caudal: {}, nivelFreaticoDelPozo: {}, totalizador: {} },
};

const value = (name: string) => `/submissions/0/values/${name}`;
const coded = (code: string) => ({ ...good, work: { ...good.work, code } });

/** The answers of the manual's sample F1 and those seen in production. */
const answered = (status: string, message: string, data: object = {}, httpStatus = 200) =>
  replies.json({ status, message, data }, httpStatus);
const stored = 'Medición subterránea ingresada correctamente';
const exists = 'Ya existe un registro en esa fecha, hora para la obra.';
const readBack = (change: object = {}) =>
  answered('00', '', {
    fechaMedicion: '07-09-2023',
    horaMedicion: '10:00:00',
    caudal: '1.00',
    totalizador: '1010',
    nivelFreaticoDelPozo: '9.85',
    ...change,
  });

registerConformance(
  complianceConformance({
    plugin: (baseUrl) => target(baseUrl),
    givesUpSoon: (baseUrl) => target(baseUrl, { timeoutMs: 30 }),
    secrets: { 'env:DGA_PASSWORD': samplePassword },
    packageVersion: manifest.version,
    schemaBaseline: new URL('schema.json', import.meta.url),
    readme: new URL('../README.md', import.meta.url),
    report: good,
    sendTime: Date.parse('2023-09-07T10:00:05-04:00'),
    faults: [
      { name: 'no flow', report: groundwater({ ...values, caudal: null }), path: value('caudal') },
      {
        name: 'no level',
        report: groundwater({ ...values, nivelFreaticoDelPozo: null }),
        path: value('nivelFreaticoDelPozo'),
      },
      { name: 'a decimal comma', report: groundwater({ ...values, caudal: '1,5' }), path: `${value('caudal')}/value` },
      {
        name: '16 characters',
        report: groundwater({ ...values, totalizador: '1e15' }),
        path: `${value('totalizador')}/value`,
      },
      {
        name: 'an unknown parameter',
        report: groundwater({ ...values, temperatura: '20' }),
        path: value('temperatura'),
      },
      { name: 'a padded counter', report: coded('OB-0602-007'), path: '/work/code' },
      { name: 'small letters', report: coded('ob-0602-7'), path: '/work/code' },
      {
        name: 'no informant',
        report: reportOf('OB-0101-114', { variant: 'subterranea' }, good.submissions),
        path: '/work/settings/informant',
      },
      {
        name: 'half a second',
        report: reportOf('OB-0101-114', work('subterranea'), [submission('2023-09-07T10:00:00.500-04:00', values)]),
        path: '/submissions/0/slot',
      },
      {
        name: 'two at once',
        report: {
          ...good,
          submissions: [...good.submissions, submission('2023-09-07T11:00:00-04:00', values, 'submission-2')],
        },
      },
    ],
    answers: {
      accepted: answered('00', stored, { numeroComprobante: sampleReceipt }),
      receipt: sampleReceipt,
      others: [
        { name: '00 without a receipt', reply: answered('00', stored), status: 'accepted' },
        {
          name: 'a duplicate with its receipt',
          reply: answered('400', `${exists} Comprobante: ${sampleReceipt}`, {}, 400),
          status: 'duplicate',
        },
        { name: 'a duplicate without receipt', reply: answered('400', exists, {}, 400), status: 'duplicate' },
        {
          name: 'another informant',
          reply: answered('400', 'Usuario no es el informante registrado en la Obra', {}, 400),
          status: 'rejected',
          until: 'configuration',
        },
        {
          name: 'another status with HTTP 200',
          reply: answered('99', 'Error'),
          status: 'rejected',
          until: 'next-permitted-day',
        },
        { name: 'a perimeter block', reply: replies.html(403), status: 'rejected', until: 'next-permitted-day' },
      ],
    },
    confirm: {
      receipt: sampleReceipt,
      same: [readBack(), readBack({ caudal: '1.0' }), readBack({ caudal: '1', fechaMedicion: '2023-09-07' })],
      different: readBack({ nivelFreaticoDelPozo: '9.86' }),
      unknown: answered('400', 'No existe', {}, 400),
    },
  }),
  { describe, test },
);
