import { expect, test, vi } from 'vitest';
import { expectSlots, owedBy } from '../../src/comply/expect.ts';
import { hour, noon, openSchedules } from './world.ts';

/** 15 January by the regulator's clock, UTC−4: at the day's end Santiago is an hour ahead. */
const dayBegins = Date.UTC(2026, 0, 15, 4);
const slots = Array.from({ length: 24 }, (_, index) => dayBegins + index * hour);

const subscriptions = [
  { person: 'ana', events: ['report.compliance' as const, 'report.summary' as const], channels: ['mail'] },
  {
    person: 'tere',
    events: ['report.compliance' as const, 'report.summary' as const],
    channels: ['mail'],
    points: ['rapanui'],
  },
  // All alerts: reports are asked for by name.
  { person: 'luz', events: ['*' as const], channels: ['mail'] },
];

const yesterday = async (world: Awaited<ReturnType<typeof openSchedules>>) => {
  await world.step();
  await world.clock.advance(Date.parse('2026-01-16T04:30:00Z') - noon);
  await expectSlots(world.services, owedBy(world.services));
  for (const [index, slot] of slots.entries()) {
    await world.settle(
      'dga-norte',
      slot,
      index === 3 ? 'missing' : index === 4 ? 'accepted' : 'confirmed',
      index === 3 ? 'no value of nivel\r\n<b>' : undefined,
    );
    await world.settle('dga-rapanui', slot, 'confirmed');
  }
};

test('the compliance report: owed, confirmed, unknown and missing per work, in the language of the reader, of their own points', async () => {
  const world = await openSchedules({ subscriptions }, { http: { publicUrl: 'https://agua.example.org/caudal/' } });
  await yesterday(world);
  await world.at('2026-01-16T09:59:00Z');
  expect(world.mailsTo('ana')).toEqual([]);
  await world.at('2026-01-16T10:00:00Z');
  const [ana, ...more] = world.mailsTo('ana');
  expect(more).toEqual([]);
  expect(ana?.subject).toBe('Informe de cumplimiento del 15-01-2026: 46 de 48 confirmados');
  expect(ana?.text).toContain('A una obra le falta algo de lo que debía ayer:');
  expect(ana?.text).toContain(
    '• OB-0101-1 (Pozo Norte): 24 debidos, 22 confirmados, 1 sin comprobante aún, 1 sin dato; motivo: no value of nivel <b>',
  );
  expect(ana?.text).toContain('OB-0505-1 (Pozo <Rapa Nui> & Cía): 24 debidos, 24 confirmados');
  expect(ana?.text).toContain('https://agua.example.org/caudal/#/compliance');
  expect(ana?.html).toContain(
    '<th style="text-align:left;vertical-align:top;padding:4px 12px 4px 0;font-weight:normal;color:#555">OB-0505-1 (Pozo &lt;Rapa Nui&gt; &amp; Cía)</th>',
  );
  expect(ana?.html).toContain('href="https://agua.example.org/caudal/#/compliance"');
  expect(ana?.html).not.toContain('<b>');

  const [tere] = world.mailsTo('tere');
  expect(tere?.subject).toBe('Compliance report of 15/01/2026: 24 of 24 confirmed');
  expect(tere?.text).toContain('Everything that was owed yesterday has the regulator’s receipt.');
  expect(`${tere?.raw.toString()}${tere?.text}${tere?.html}`).not.toMatch(/norte|OB-0101/i);
  expect(world.mailsTo('luz').filter(({ subject }) => /Informe|Resumen/.test(subject))).toEqual([]);

  expect(await world.slots('daily-compliance-report')).toMatchObject([
    {
      slot: '2026-01-16T10:00:00.000Z',
      endedAt: Date.parse('2026-01-16T10:00:00Z'),
      result: { works: 2, owed: 48, confirmed: 46, unknown: 1, missing: 1, notices: 2 },
    },
  ]);
});

test('the summary comes at 08:00 of each owner’s zone, with what that owner’s points did, and a missing hour is not an empty one', async () => {
  const world = await openSchedules({ subscriptions });
  await world.step();
  await world.fill('norte', Date.UTC(2026, 0, 15, 3), Date.UTC(2026, 0, 16, 10));
  await world.services.store.write.changeAlerts({
    open: [
      {
        event: 'value.suspect',
        rule: 'SPIKE',
        subject: 'norte/flow',
        point: 'norte',
        severity: 'warning',
        openedAt: noon,
        facts: {},
      },
    ],
    close: [],
  });
  await world.at('2026-01-16T11:00:00Z');
  const summaries = (person: string) => world.mailsTo(person).filter(({ subject }) => /Resumen|Summary/.test(subject));
  expect(summaries('ana').map(({ subject }) => subject)).toEqual([
    'Resumen del 15-01-2026: 1 de 1 punto requiere atención',
  ]);
  const [continent] = summaries('ana');
  expect(continent?.text).toContain('• Pozo Norte: con datos, 2 alertas abiertas');
  // A pump of 20 L/s: 72 m³ an hour, 1.728 a day.
  expect(continent?.text).toContain('totalizador 3.232 m³ (ayer 1.728 m³), caudal 20 L/s, nivel 26,5 m');
  expect(continent?.text).not.toContain('Rapa Nui');
  expect(summaries('tere')).toEqual([]);

  await world.at('2026-01-16T13:00:00Z');
  expect(
    summaries('ana')
      .map(({ subject }) => subject)
      .at(-1),
  ).toBe('Resumen del 15-01-2026: 1 de 1 punto requiere atención');
  const [island] = summaries('tere');
  expect(island?.subject).toBe('Summary of 15/01/2026: 1 of 1 point needs attention');
  expect(island?.text).toContain('• Pozo <Rapa Nui> & Cía: has never delivered data');
  expect(island?.text).toContain('total no value, flow no value, level no value');
  expect(island?.text).toContain('Day and times of Pacific/Easter.');
  expect(`${island?.raw.toString()}${island?.text}${island?.html}`).not.toMatch(/norte|OB-0101/i);
  expect(
    (await world.operations.schedules()).schedules.filter(({ name }) => name === 'send-daily-summary'),
  ).toMatchObject([
    { zone: 'America/Santiago', last: { result: { points: 1, attention: 1, notices: 1 } }, missed: 0 },
    { zone: 'Pacific/Easter', last: { result: { points: 1, attention: 1, notices: 2 } }, missed: 0 },
  ]);
});

test('a kill between the notices and the end of the slot: the report is made again, and nobody gets it twice', async () => {
  const world = await openSchedules({ subscriptions });
  await yesterday(world);
  // The store takes the notices, and nothing after them.
  const { write } = world.services.store;
  const ends = write.endSlot.bind(write);
  const endSlot = vi
    .spyOn(write, 'endSlot')
    .mockImplementation((end) =>
      end.schedule === 'daily-compliance-report' ? Promise.reject(new Error('killed')) : ends(end),
    );
  await expect(world.at('2026-01-16T10:00:00Z')).rejects.toThrow('killed');
  endSlot.mockRestore();
  await world.restart();
  await world.at('2026-01-16T10:05:00Z');
  expect(world.mailsTo('ana')).toHaveLength(1);
  await world.at('2026-01-16T10:15:00Z');
  expect(world.mailsTo('ana')).toHaveLength(1);
  expect(await world.slots('daily-compliance-report')).toMatchObject([
    { attempts: 2, error: null, result: { notices: 2 } },
  ]);
});

test('a report that was asked for is one more, in the name of who asked', async () => {
  const world = await openSchedules({ subscriptions });
  await yesterday(world);
  await world.at('2026-01-16T10:00:00Z');
  await world.at('2026-01-16T15:00:00Z');
  const before = world.mailsTo('tere').length;
  expect(await world.operations.runSchedule({ name: 'daily-compliance-report' })).toEqual({ asked: 1 });
  await world.step();
  expect(world.mailsTo('tere')).toHaveLength(before + 1);
  expect(await world.slots('daily-compliance-report')).toMatchObject([{ askedBy: 'ana' }, { askedBy: null }]);
  expect(await world.row('daily-compliance-report')).toMatchObject({ state: 'waiting', missed: 0 });
  await world.restart({ schedules: { 'daily-compliance-report': { enabled: false } } });
  await expect(world.operations.runSchedule({ name: 'daily-compliance-report' })).rejects.toThrow('switched off');
  await expect(world.operations.runSchedule({ name: 'no-such' })).rejects.toThrow('there is no schedule no-such');
});

test('who subscribes by owner gets the works and points of the owner, also those that were added, in the owner’s zone', async () => {
  const events = ['report.compliance' as const, 'report.summary' as const];
  const world = await openSchedules({
    subscriptions: [
      { person: 'tere', events, channels: ['mail'], owners: ['isla'] },
      { person: 'luz', events, channels: ['mail'], owners: ['agricola', 'isla'] },
    ],
  });
  await yesterday(world);
  const pozo = { name: 'Pozo Nuevo', kind: 'well', owner: 'isla', series: { flow: {} } };
  await world.services.kept.put(
    { kind: 'points', id: 'nuevo', content: pozo },
    { author: 'user:ana', reason: 'it was drilled' },
  );
  await world.at('2026-01-16T10:00:00Z');
  expect(world.mailsTo('tere').map(({ subject }) => subject)).toEqual([
    'Compliance report of 15/01/2026: 24 of 24 confirmed',
  ]);
  expect(world.mailsTo('luz').map(({ subject }) => subject)).toEqual([
    'Informe de cumplimiento del 15-01-2026: 46 de 48 confirmados',
  ]);
  // 08:00 in Santiago is nobody's but the owner's of the continent.
  await world.at('2026-01-16T11:00:00Z');
  const summaries = (person: string) =>
    world
      .mailsTo(person)
      .map(({ subject }) => subject)
      .filter((subject) => /Resumen|Summary/.test(subject));
  expect([summaries('tere'), summaries('luz')]).toEqual([
    [],
    ['Resumen del 15-01-2026: 1 de 1 punto requiere atención'],
  ]);
  await world.at('2026-01-16T13:00:00Z');
  expect(summaries('tere')).toEqual(['Summary of 15/01/2026: 1 of 2 points needs attention']);
  expect(summaries('luz')).toHaveLength(2);
  const [report, summary] = world.mailsTo('tere');
  expect(summary?.text).toContain('Pozo Nuevo');
  for (const mail of [report, summary])
    expect(`${mail?.raw.toString()}${mail?.text}${mail?.html}`).not.toMatch(/norte|OB-0101/i);
});
