import { expect, test } from 'vitest';
import { draftChange } from '../src/index.ts';
import { openSma } from './samples.ts';

const hour = 3_600_000;
const from = Date.parse('2026-01-15T08:00:00-04:00');

test('the notice of an outage is due 12 hours after it began, and what nobody said is a visible blank', async () => {
  await using target = await openSma();
  const draft = target.draftOutage?.({ works: ['7511/5368', '7511/5369'], from });
  expect(draft).toMatchObject({ to: 'snifa@sma.gob.cl', dueAt: from + 12 * hour });
  expect(draft?.text).toMatchInlineSnapshot(`
    "Señores
    Superintendencia del Medio Ambiente

    De acuerdo con la Resolución Exenta N° 252 de 2020, se informa la interrupción de la transmisión de datos de:

    - Unidad Fiscalizable 7511, proceso 5368
    - Unidad Fiscalizable 7511, proceso 5369

    Inicio: 2026-01-15 08:00:00 (hora oficial de invierno, GMT-4)
    Término: la interrupción continúa
    Falla: [COMPLETAR: descripción de la falla]
    Tiempo de reparación: [COMPLETAR: plazo estimado de reparación]
    Medidas preventivas: [COMPLETAR: medidas para que no se repita]

    Almacenamiento de los datos durante la interrupción: [COMPLETAR: confirmar que se conservan, o describir los que falten]

    [COMPLETAR: nombre del titular]
    [COMPLETAR: RUT del titular]
    [COMPLETAR: nombre, cargo y contacto de quien informa]
    "
  `);
});

test('an outage that ended, with its cause', async () => {
  await using target = await openSma();
  const draft = target.draftOutage?.({
    works: ['7511/5368'],
    from,
    to: from + 3 * hour,
    cause: 'Corte de fibra óptica',
  });
  expect(draft?.text).toContain('Falla: Corte de fibra óptica\n');
  expect(draft?.text).toContain('Término: 2026-01-15 11:00:00 (hora oficial de invierno, GMT-4)');
  expect(draft?.text).not.toContain('COMPLETAR: descripción de la falla');
});

const dueOf = (at: string, holidays?: readonly string[]) =>
  new Date(
    draftChange({ works: ['7511/5368'], at: Date.parse(at), ...(holidays === undefined ? {} : { holidays }) }).dueAt,
  ).toISOString();

test.each([
  ['a Monday', '2026-06-29T12:00:00-04:00', undefined, '2026-06-09T03:59:59.000Z'],
  ['a Sunday', '2026-06-28T12:00:00-04:00', undefined, '2026-06-09T03:59:59.000Z'],
  ['with a holiday between', '2026-06-29T12:00:00-04:00', ['2026-06-22'], '2026-06-06T03:59:59.000Z'],
  ['a holiday on a Saturday changes nothing', '2026-06-29T12:00:00-04:00', ['2026-06-20'], '2026-06-09T03:59:59.000Z'],
  ['in summer time', '2026-01-26T12:00:00-03:00', undefined, '2026-01-06T02:59:59.000Z'],
])(
  'the notice of a change on %s is due at the end of the fifteenth business day before',
  (_name, at, holidays, due) => {
    expect(dueOf(at, holidays)).toBe(due);
  },
);

test('without holidays the letter says that none were counted', () => {
  const at = Date.parse('2026-06-29T12:00:00-04:00');
  const bare = draftChange({ works: ['7511/5368'], at });
  expect(bare.text).toContain('[COMPLETAR: revisar el plazo: se calculó sin feriados');
  expect(bare.text).toContain('[COMPLETAR: motivo de la modificación]');
  const told = draftChange({
    works: ['7511/5368'],
    at,
    what: 'Cambio de flujómetro',
    why: 'Falla',
    holidays: ['2026-06-21'],
  });
  expect(told.text).not.toContain('sin feriados');
  expect(told.text).toContain('Modificación: Cambio de flujómetro\nMotivo: Falla');
  expect(told.text).toContain('a más tardar el 2026-06-08');
});

test('a holiday that is no date is refused', () => {
  expect(() => draftChange({ works: [], at: from, holidays: ['21-06-2026'] })).toThrow(RangeError);
});
