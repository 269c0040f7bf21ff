import { afterEach, expect, test, vi } from 'vitest';
import {
  hour,
  minute,
  openSmaWorld,
  password,
  type Process,
  type Reading,
  start,
  type SmaWorld,
  usuario,
} from './sma-world.ts';

// Hours of virtual time are some thousand real requests and a real database.
vi.setConfig({ testTimeout: 180_000 });

let world: SmaWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** Two points and three devices in one process. */
const plant: Process = {
  ufId: 7511,
  procesoId: 5368,
  channels: [
    { device: 'a', point: 'north', variable: 'flow', dispositivoId: '12180' },
    { device: 'b', point: 'north', variable: 'temperature', dispositivoId: '12181' },
    { device: 'c', point: 'south', variable: 'flow', dispositivoId: '12182' },
  ],
};
const code = '7511/5368';

/** A text with a zero at its end, so that a passage through a double would be seen. */
const steady: Reading = (device, _variable, at) =>
  `${20 + ((device.codePointAt(0) ?? 0) % 7)}.${String(Math.round(at / minute) % 9)}0`;

const stampOf = (at: number) => new Date(at - 4 * hour).toISOString().slice(0, 19);
const minutesFrom = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index * minute);

test('two points and three devices go as one set a minute, digit for digit, in GMT-4', async () => {
  world = await openSmaWorld({ processes: [plant], reading: steady });
  await world.clock.advance(32 * minute);
  const { ledger } = world.regulator;
  expect(ledger.violations).toEqual([]);
  expect(ledger.logins).toEqual({ accepted: 1, refused: 0 });
  expect(ledger.records.map(({ stamp }) => stamp).toSorted()).toEqual(
    minutesFrom(start, 30)
      .map(stampOf)
      .concat(stampOf(start + 30 * minute)),
  );
  for (const { at, values } of ledger.records) {
    expect(values.map(({ dispositivoId, nombre, valor }) => [dispositivoId, nombre, valor])).toEqual([
      ['12180', 'Q', steady('a', '', at, at)],
      ['12181', 'T', steady('b', '', at, at)],
      ['12182', 'Q', steady('c', '', at, at)],
    ]);
  }
  expect(await world.states()).toEqual({ 'accepted-unverified': 31, expected: 2 });
  const [first] = await world.runtime.query.submissions({ states: ['accepted-unverified'], limit: 1 });
  expect(first?.receipt).toMatch(/^90000\d\d$/);
});

test('a member that is missing holds its set, late data fill it, and what never comes is an incidence: never a partial send', async () => {
  const silent = (at: number) => at >= start + 10 * minute && at < start + 20 * minute;
  const lost = (at: number) => at >= start + 30 * minute && at < start + 35 * minute;
  world = await openSmaWorld({
    processes: [plant],
    reading: (device, variable, at, now) => {
      if (device === 'c' && silent(at) && now < start + 40 * minute) return undefined;
      return device === 'c' && lost(at) ? undefined : steady(device, variable, at, now);
    },
    sma: { maxLagHours: 2 },
  });
  await world.clock.advance(39 * minute);
  const { ledger } = world.regulator;
  const held = [10, 15, 19, 30, 34].map((at) => stampOf(start + at * minute));
  for (const stamp of held) expect(ledger.copies(code, stamp)).toEqual([]);
  expect(await world.states()).toMatchObject({ missing: 15 });
  await world.clock.advance(11 * minute);
  await world.runtime.query.backfill({ point: 'south', from: start, to: start + 36 * minute });
  await world.clock.advance(20 * minute);
  for (const at of minutesFrom(start + 10 * minute, 10)) expect(ledger.copies(code, stampOf(at))).toHaveLength(1);
  await world.clock.advance(100 * minute);
  expect(await world.states()).toMatchObject({ 'failed-reported': 5 });
  const failed = await world.runtime.query.submissions({ states: ['failed-reported'], limit: 10 });
  expect(failed.map(({ slot }) => slot).toSorted((a, b) => a - b)).toEqual(minutesFrom(start + 30 * minute, 5));
  for (const { reason } of failed) expect(reason).toContain('no value for south.Q');
  const told = await world.runtime.query.trace(failed[0]?.id ?? '');
  expect(told?.kind === 'submission' && told.audit.map(({ act }) => act)).toContainEqual(
    expect.stringContaining('incidence'),
  );
  expect((await world.runtime.query.status()).alerts.map(({ event }) => event)).toContain('submission.rejected');
  expect(ledger.violations).toEqual([]);
  expect(new Set(ledger.records.map(({ values }) => values.length))).toEqual(new Set([3]));
});

test('an outage of the SMA is caught up, fresh minutes first, each exactly once', async () => {
  world = await openSmaWorld({ processes: [plant], reading: steady });
  world.regulator.behave({
    registros: { outages: [{ from: start + 10 * minute, to: start + 30 * minute, as: 'html-502' }] },
  });
  await world.clock.advance(40 * minute);
  await world.regulator.down();
  await world.clock.advance(20 * minute);
  await world.regulator.up();
  await world.clock.advance(2 * hour);
  const draft = await world.runtime.query.draftOutage({ target: 'sma', from: start + 10 * minute });
  expect(draft).toMatchObject({ to: 'snifa@sma.gob.cl', dueAt: start + 10 * minute + 12 * hour });
  expect(draft.text).toContain('proceso 5368');
  await expect(world.runtime.query.draftOutage({ target: 'dga', from: start })).rejects.toThrow('no target dga');
  const { ledger } = world.regulator;
  for (const at of minutesFrom(start, 170)) expect(ledger.copies(code, stampOf(at)), stampOf(at)).toHaveLength(1);
  expect(ledger.violations).toEqual([]);
});

test('an unanswered set that was stored is unknown, waits for the next day, and goes again as the same bytes', async () => {
  world = await openSmaWorld({ processes: [plant], reading: steady, standard: 'HORA', tickMs: 10 * minute });
  world.regulator.behave({ registros: { next: ['store-then-hang'] } });
  await world.clock.advance(30 * minute);
  expect(await world.states()).toMatchObject({ unknown: 1 });
  await world.clock.advance(15 * hour);
  expect(await world.states()).toMatchObject({ unknown: 1 });
  await world.clock.advance(hour);
  expect(await world.states()).not.toHaveProperty('unknown');
  const copies = world.regulator.ledger.copies(code, stampOf(start));
  expect(copies).toHaveLength(2);
  expect(copies[1]?.values).toEqual(copies[0]?.values);
  expect(world.regulator.ledger.violations).toEqual([]);
});

test('an unanswered set is left to a person where the configuration says so', async () => {
  world = await openSmaWorld({
    processes: [plant],
    reading: steady,
    standard: 'HORA',
    tickMs: 10 * minute,
    sma: { resendUnanswered: 'never' },
  });
  world.regulator.behave({ registros: { next: ['hang'] } });
  await world.clock.advance(17 * hour);
  const [unknown] = await world.runtime.query.submissions({ states: ['unknown'], limit: 5 });
  expect(unknown).toMatchObject({ slot: start, reason: expect.stringContaining('a person has to decide') });
  expect(world.regulator.ledger.copies(code, stampOf(start))).toEqual([]);
});

test('a refused password is one login a pause, people are told once, and the rest goes when it is right', async () => {
  world = await openSmaWorld({
    processes: [plant],
    reading: steady,
    simulator: { titulares: [{ usuario, password: 'the new one' }], lockAfter: 0 },
  });
  const { ledger } = world.regulator;
  await world.clock.advance(hour);
  expect(ledger.logins.refused).toBeLessThanOrEqual(4);
  expect((await world.runtime.query.status()).alerts.filter(({ event }) => event === 'system')).toHaveLength(1);
  world.regulator.enrol({ usuario, password });
  await world.clock.advance(2 * hour);
  expect((await world.runtime.query.status()).alerts.filter(({ event }) => event === 'system')).toEqual([]);
  for (const at of minutesFrom(start, 150)) expect(ledger.copies(code, stampOf(at)), stampOf(at)).toHaveLength(1);
  expect(ledger.violations).toEqual([]);
});

test('a process that the SMA refuses is quarantined and stops no other', async () => {
  const other: Process = {
    ufId: 7511,
    procesoId: 5369,
    channels: [{ device: 'd', point: 'east', variable: 'flow', dispositivoId: '12190' }],
  };
  world = await openSmaWorld({ processes: [plant, other], reading: steady });
  world.regulator.behave({ registros: { only: { [code]: 'forbidden' } } });
  await world.clock.advance(12 * minute);
  expect(await world.states()).toMatchObject({ quarantined: 11, 'accepted-unverified': 11 });
  expect(world.regulator.ledger.logins.accepted).toBe(1);
});

test('forty processes at one minute for an hour: every set once, no rule broken, one login', async () => {
  const processes = Array.from({ length: 40 }, (_, index): Process => ({
    ufId: 7511,
    procesoId: 6000 + index,
    channels: [
      { device: `logger-${index}`, point: `well-${index}`, variable: 'flow', dispositivoId: `${13_000 + index}` },
    ],
  }));
  world = await openSmaWorld({ processes, reading: steady });
  await world.clock.advance(hour + 5 * minute);
  const { ledger } = world.regulator;
  expect(ledger.violations).toEqual([]);
  expect(ledger.logins.accepted).toBe(1);
  for (const { procesoId } of processes)
    for (const at of minutesFrom(start, 60)) expect(ledger.copies(`7511/${procesoId}`, stampOf(at))).toHaveLength(1);
});

test('every five minutes where the standard says so', async () => {
  world = await openSmaWorld({ processes: [plant], reading: steady, standard: 'CADA_5_MINUTOS' });
  await world.clock.advance(22 * minute);
  expect(world.regulator.ledger.records.map(({ stamp }) => stamp)).toEqual(
    [0, 5, 10, 15, 20].map((at) => stampOf(start + at * minute)),
  );
});
