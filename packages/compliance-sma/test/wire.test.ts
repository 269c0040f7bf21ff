import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareDecimals } from '@caudal/core';
import type { Member } from '../src/index.ts';
import { members, openSma, reportOf, slot, submission } from './samples.ts';

test('F11: the payload of production, byte for byte, and its path', async () => {
  await using target = await openSma();
  const artifact = target.render(reportOf());
  expect(artifact.url).toBe('https://conexiones.sma.gob.cl/api/v1/ufs/7511/procesos/5368/registros');
  expect(artifact.body).toBe(
    '[{"dispositivoId":"12180","parametros":[' +
      '{"nombre":"Q","valor":"42.5","unidad":"l/s","estampaTiempo":"2026-05-17T14:05:00"},' +
      '{"nombre":"VA","valor":"42500","unidad":"m3","estampaTiempo":"2026-05-17T14:05:00"}]}]',
  );
});

test('several devices of a process go in one array, each once, in the order of the members', async () => {
  await using target = await openSma();
  const three: Record<string, Member> = {
    a: { dispositivoId: '2', nombre: 'Q', unidad: 'l/s' },
    b: { dispositivoId: '1', nombre: 'Q', unidad: 'l/s' },
    c: { dispositivoId: '2', nombre: 'N', unidad: 'm' },
  };
  const { body } = target.render(reportOf([submission({ a: '1', b: '2', c: '3' })], { members: three }));
  const sent = JSON.parse(body) as { dispositivoId: string; parametros: { nombre: string; valor: string }[] }[];
  expect(
    sent.map(({ dispositivoId, parametros }) => [
      dispositivoId,
      parametros.map(({ nombre, valor }) => [nombre, valor]),
    ]),
  ).toEqual([
    [
      '2',
      [
        ['Q', '1'],
        ['N', '3'],
      ],
    ],
    ['1', [['Q', '2']]],
  ]);
});

test('types that nobody has documented are options: numbers keep every digit, ids may be whole numbers', async () => {
  await using target = await openSma({ valor: 'number', dispositivoId: 'integer' });
  const { body } = target.render(reportOf([submission({ caudal: '0.10', volumen: '12345678901234567890.5' })]));
  expect(body).toContain('"dispositivoId":12180,');
  expect(body).toContain('"valor":0.10,');
  expect(body).toContain('"valor":12345678901234567890.5,');
});

test('extra keys are configured for all parameters or for one, and are off by default', async () => {
  await using target = await openSma({ extra: { estado: 'DC' } });
  const own: Record<string, Member> = {
    ...members,
    volumen: { ...(members['volumen'] as Member), extra: { estado: 'DV' } },
  };
  const { body } = target.render(reportOf([submission()], { members: own }));
  expect(body.match(/"estado":"D[CPV]"/g)).toEqual(['"estado":"DC"', '"estado":"DV"']);
  const replacing = { ...members, volumen: { ...(members['volumen'] as Member), extra: { valor: '0' } } };
  expect(target.validate(reportOf([submission()], { members: replacing }))).not.toEqual([]);
});

test('more instants in one array only where the configuration says so', async () => {
  await using target = await openSma({ instantsPerRequest: 2 });
  const later = submission({ caudal: '1', volumen: '2' }, slot + 60_000, 'submission-2');
  const { body } = target.render(reportOf([submission(), later]));
  expect(body.match(/"dispositivoId"/g)).toHaveLength(2);
  expect(body).toContain('2026-05-17T14:06:00');
});

const rendered = async (value: string, decimals?: number) => {
  await using target = await openSma();
  const own = { caudal: { ...(members['caudal'] as Member), ...(decimals === undefined ? {} : { decimals }) } };
  const { body } = target.render(reportOf([submission({ caudal: value })], { members: own }));
  return (JSON.parse(body) as { parametros: { valor: string }[] }[])[0]?.parametros[0]?.valor;
};

test.each([
  ['42.50', '42.50'],
  ['-0.0', '-0.0'],
  [' 7 ', '7'],
  ['+7', '7'],
  ['1e-7', '0.0000001'],
  ['1.5E3', '1500'],
  ['0.1000000000000000055511151231257827', '0.1000000000000000055511151231257827'],
])('raw: %s is sent as %s', async (value, expected) => {
  expect(await rendered(value)).toBe(expected);
});

test.each([
  ['1.005', 2, '1.01'],
  ['2.675', 2, '2.68'],
  ['0.5', 0, '1'],
])('declared decimals: %s with %i is sent as %s', async (value, decimals, expected) => {
  expect(await rendered(value, decimals)).toBe(expected);
});

test('whatever is read is sent without losing a digit', async () => {
  await using target = await openSma();
  const decimal = fc
    .tuple(fc.boolean(), fc.nat(10 ** 9), fc.stringMatching(/^\d{0,12}$/))
    .map(([negative, whole, fraction]) => `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`);
  fc.assert(
    fc.property(decimal, (value) => {
      const { body } = target.render(reportOf([submission({ caudal: value, volumen: '1' })]));
      const [device] = JSON.parse(body) as { parametros: { valor: string }[] }[];
      const sent = device?.parametros[0]?.valor ?? '';
      expect(sent).toMatch(/^-?\d+(\.\d+)?$/);
      expect(compareDecimals(sent, value)).toBe(0);
    }),
  );
});

test.each([
  ['2026-01-15T03:30:00Z', '2026-01-14T23:30:00'],
  ['2026-07-15T03:30:00Z', '2026-07-14T23:30:00'],
  ['2026-04-05T02:30:00Z', '2026-04-04T22:30:00'],
  ['2026-04-05T03:30:00Z', '2026-04-04T23:30:00'],
  ['2026-09-06T04:30:00Z', '2026-09-06T00:30:00'],
  ['2027-01-01T03:59:00Z', '2026-12-31T23:59:00'],
])('F8: %s is %s at the SMA, GMT-4 all year, without an offset', async (at, expected) => {
  await using target = await openSma();
  const { body } = target.render(reportOf([submission({ caudal: '1', volumen: '1' }, Date.parse(at))]));
  expect(body.match(/"estampaTiempo":"([^"]+)"/)?.[1]).toBe(expected);
});
