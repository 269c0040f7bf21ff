import { describe, test } from 'vitest';
import { complianceConformance, registerConformance, replies } from '@caudal/testkit';
import manifest from '../package.json' with { type: 'json' };
import { sma, type Work } from '../src/index.ts';
import { members, password, reportOf, slot, submission } from './samples.ts';

const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl';
const whole = { caudal: '42.5', volumen: '42500' };
const value = (name: string) => `/submissions/0/values/${name}`;

registerConformance(
  complianceConformance({
    plugin: (baseUrl) => sma({ baseUrl }),
    givesUpSoon: (baseUrl) => sma({ baseUrl, timeoutMs: 30 }),
    secrets: { 'env:SMA_PASSWORD': password },
    issuedSecrets: [token],
    login: { path: '/api/v1/auth', reply: replies.json({ token }) },
    packageVersion: manifest.version,
    schemaBaseline: new URL('schema.json', import.meta.url),
    readme: new URL('../README.md', import.meta.url),
    cases: { folder: new URL('./cases/', import.meta.url), plugin: (config) => sma(config) },
    report: reportOf(),
    sendTime: slot + 60_000,
    faults: [
      {
        name: 'a member without a value',
        report: reportOf([submission({ ...whole, volumen: null })]),
        path: value('volumen'),
      },
      { name: 'a member left out', report: reportOf([submission({ caudal: '1' })]), path: value('volumen') },
      { name: 'a parameter too many', report: reportOf([submission({ ...whole, nivel: '3' })]), path: value('nivel') },
      {
        name: 'a decimal comma',
        report: reportOf([submission({ ...whole, caudal: '1,5' })]),
        path: `${value('caudal')}/value`,
      },
      { name: 'no process id', report: reportOf([submission()], { code: '7511' }), path: '/work/code' },
      { name: 'a code of the DGA', report: reportOf([submission()], { code: 'OB-0101-1' }), path: '/work/code' },
      { name: 'a second', report: reportOf([submission(whole, slot + 1000)]), path: '/submissions/0/slot' },
      {
        name: 'one parameter twice',
        report: reportOf([submission()], { members: { ...members, volumen: { ...members['caudal']!, unidad: 'm3' } } }),
        path: '/members/volumen/nombre',
      },
      {
        name: 'two instants',
        report: reportOf([submission(), submission(whole, slot + 60_000, 'submission-2')]),
        path: '/submissions',
      },
      {
        name: 'no credentials',
        report: reportOf([submission()], { settings: {} as Work }),
        path: '/work/settings/titular',
      },
    ],
    answers: {
      accepted: replies.json({ mensaje: 'Registros almacenados', IdVerificacion: 9_000_001 }),
      receipt: '9000001',
      others: [
        { name: '201', reply: replies.json({ mensaje: 'ok', IdVerificacion: 'A-1' }, 201), status: 'accepted' },
        { name: 'success without an id', reply: replies.json({ mensaje: 'ok' }), status: 'accepted' },
        { name: '400', reply: replies.json({ mensaje: 'x' }, 400), status: 'rejected', until: 'configuration' },
        { name: '403', reply: replies.json({ mensaje: 'x' }, 403), status: 'rejected', until: 'configuration' },
        { name: '500', reply: replies.json({ mensaje: 'x' }, 500), status: 'rejected', until: 'next-permitted-day' },
        { name: 'a page', reply: replies.html(200), status: 'rejected', until: 'next-permitted-day' },
      ],
    },
  }),
  { describe, test },
);
