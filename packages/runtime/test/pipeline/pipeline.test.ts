import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { hour, minute, openWorld, secrets, start, steady, type TestWorld, work } from './world.ts';

// A day of virtual time is some seconds of real sockets and a real database.

let world: TestWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const states = async (runtime: Awaited<ReturnType<TestWorld['run']>>) =>
  (await runtime.query.submissions({ limit: 1000 })).toSorted((a, b) => a.slot - b.slot).map(({ state }) => state);

test('a reading becomes a confirmed receipt, and can be traced in both directions', async () => {
  world = await openWorld();
  const runtime = await world.run();
  await world.clock.advance(2 * hour + 30 * minute);
  expect(await states(runtime)).toEqual(['confirmed', 'confirmed', 'confirmed']);
  expect(world.regulator.ledger.violations).toEqual([]);
  expect(world.regulator.ledger.records.map(({ date, time, values }) => ({ date, time, values }))).toEqual(
    [8, 9, 10].map((civil, index) => ({
      date: '2026-01-15',
      time: `${String(civil).padStart(2, '0')}:00:00`,
      values: { caudal: '20.00', totalizador: String(100_000 + 72 * index), nivelFreaticoDelPozo: '26.50' },
    })),
  );
  const receipt = world.regulator.ledger.records[1]?.receipt as string;
  const back = await runtime.query.trace(receipt);
  if (back?.kind !== 'submission') throw new Error('the receipt leads to no submission');
  expect(back.attempts.map(({ kind, outcome }) => [kind, outcome])).toEqual([
    ['submit', 'accepted'],
    ['confirm', 'confirmed'],
  ]);
  expect(back.values).toHaveLength(3);
  for (const { raw } of back.values) expect(raw.kept && JSON.parse(raw.body).status).toBe(true);
  const forward = await runtime.query.trace(`well/total@${start + hour}`);
  if (forward?.kind !== 'value') throw new Error('the value is not known');
  expect(forward.submissions.map(({ submission }) => submission.receipt)).toEqual([receipt]);
});

test('an outage of the vendor leaves no hole and no invented value; its backlog keeps five minutes apart', async () => {
  world = await openWorld();
  world.vendor.behave({ outages: [{ from: start + 50 * minute, to: start + 4 * hour - 1, as: 'html-502' }] });
  const runtime = await world.run();
  await world.clock.advance(3 * hour + 20 * minute);
  // The last one waits for its logger to be read, up to half of the time to its deadline.
  expect(await states(runtime)).toEqual(['confirmed', 'confirmed', 'missing', 'expected']);
  await world.clock.advance(20 * minute);
  expect(await states(runtime)).toEqual(['confirmed', 'confirmed', 'missing', 'missing']);
  await world.clock.advance(hour + 50 * minute);
  expect(await states(runtime)).toEqual(Array.from({ length: 6 }, () => 'confirmed'));
  const rows = await runtime.query.values({ series: ['well/total'], from: start, to: start + 5 * hour });
  expect(rows.map(({ at, rawText }) => [at, rawText])).toEqual(
    [...steady(start, start + 5 * hour)]
      .filter(({ variable }) => variable === 'pulses')
      .map(({ time, value }) => [time, String(value)]),
  );
  expect(world.regulator.ledger.violations).toEqual([]);
  expect(world.mailbox.mails.map(({ subject }) => subject).join('\n')).toContain('logger');
});

test('a vendor that fails from the very start is read from then on when it comes back, however late', async () => {
  world = await openWorld({
    config: (config) => ({ ...config, collect: { ...config.collect, firstReadHours: 1, rereadHours: 0 } }),
  });
  world.vendor.behave({ outages: [{ from: start, to: start + 3 * hour - 1, as: 'html-502' }] });
  const runtime = await world.run();
  await world.clock.advance(4 * hour);
  const rows = await runtime.query.values({ series: ['well/flow'], from: start - hour, to: start + 3 * hour });
  expect(rows.map(({ at }) => at)).toEqual(
    Array.from({ length: 24 }, (_, count) => start - hour + count * 10 * minute),
  );
});

test('a time-out that had arrived is unknown until the next day, then received and confirmed', async () => {
  world = await openWorld();
  world.regulator.behave({ post: { next: ['store-then-hang'] } });
  const runtime = await world.run();
  await world.clock.advance(20 * minute);
  expect(await states(runtime)).toEqual(['unknown']);
  await world.clock.advance(15 * hour);
  expect((await states(runtime))[0]).toBe('unknown');
  await world.clock.advance(hour);
  expect(new Set(await states(runtime))).toEqual(new Set(['confirmed']));
  expect(world.regulator.ledger.violations).toEqual([]);
  expect(world.regulator.ledger.records.filter(({ time }) => time === '08:00:00')).toHaveLength(1);
});

test('a runtime that ends while a send is open finds it unknown at the next start, and never sends it twice that day', async () => {
  world = await openWorld({ config: (config) => ({ ...config, drainSeconds: 1 }) });
  world.regulator.behave({ post: { next: ['store-then-hang'] } });
  const first = await world.run();
  await world.clock.advance(15 * minute + 10_000);
  await first.stop();
  const second = await world.run();
  await world.clock.advance(30 * minute);
  expect(await states(second)).toEqual(['unknown']);
  expect(world.regulator.ledger.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
});

test('other values at the regulator are a conflict, which people are told of and nobody resends', async () => {
  world = await openWorld();
  world.regulator.behave({ post: { next: ['store-wrong'] } });
  const runtime = await world.run();
  await world.clock.advance(30 * minute);
  const [submission] = await runtime.query.submissions({ limit: 10 });
  expect(submission).toMatchObject({ state: 'conflict', reason: expect.stringContaining('caudal') });
  await world.clock.advance(17 * hour);
  expect(world.mailbox.mails.some(({ subject }) => subject.includes('otros valores'))).toBe(true);
  expect(
    world.regulator.ledger.records.filter(({ time, date }) => date === '2026-01-15' && time === '08:00:00'),
  ).toHaveLength(1);
  expect(world.regulator.ledger.violations).toEqual([]);
});

test('an informant who is not the one of the work is quarantined, told once, and waits for another configuration', async () => {
  world = await openWorld({
    dga: {
      works: [{ code: work, variant: 'subterranea', informant: '11111111-1' }],
      informants: [
        { rut: '20999888-2', password: secrets.TEST_DGA_PASSWORD },
        { rut: '11111111-1', password: 'another password' },
      ],
    },
  });
  const runtime = await world.run();
  await world.clock.advance(3 * hour + 30 * minute);
  expect(new Set(await states(runtime))).toEqual(new Set(['quarantined']));
  expect(world.mailbox.mails.filter(({ subject }) => subject.includes('rechazado'))).toHaveLength(1);
});

test('a success without a receipt is kept as unverified and never sent again', async () => {
  world = await openWorld();
  world.regulator.behave({ post: { next: ['no-receipt'] } });
  const runtime = await world.run();
  await world.clock.advance(20 * minute);
  expect(await states(runtime)).toEqual(['accepted-unverified']);
  await world.clock.advance(17 * hour);
  expect((await states(runtime))[0]).toBe('accepted-unverified');
  expect(world.regulator.ledger.violations).toEqual([]);
});

test('a submission delivered by hand waits with its file until its receipt is entered, which is read back', async () => {
  world = await openWorld({ delivery: 'manual' });
  const runtime = await world.run();
  await world.clock.advance(30 * minute);
  const [submission] = await runtime.query.submissions({ limit: 10 });
  expect(submission?.state).toBe('manual');
  const file = await runtime.query.dryRun({ obligation: 'dga-well', slot: start });
  expect(file.artifact?.method).toBe('FILE');
  expect(file.artifact?.body).toContain('20.00');
  // What a person typed into the regulator's form is there, under the receipt that it gave.
  const typed = await fetch(`${world.regulator.url}/mediciones/subterraneas`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', codigoObra: work, timeStampOrigen: '2026-01-15T08:30:00-0000' },
    body: JSON.stringify({
      autenticacion: { password: secrets.TEST_DGA_PASSWORD, rutEmpresa: '77555666-8', rutUsuario: '20999888-2' },
      medicionSubterranea: {
        caudal: '20.00',
        fechaMedicion: '2026-01-15',
        horaMedicion: '08:00:00',
        nivelFreaticoDelPozo: '26.50',
        totalizador: '100000',
      },
    }),
  });
  const { data } = (await typed.json()) as { data: { numeroComprobante: string } };
  await runtime.query.enterReceipt({ submission: submission?.id ?? '', receipt: data.numeroComprobante });
  await world.clock.advance(10 * minute);
  expect(await states(runtime)).toEqual(['confirmed']);
  await expect(runtime.query.enterReceipt({ submission: submission?.id ?? '', receipt: 'x' })).rejects.toThrow(
    'confirmed',
  );
});

/** The steady well, whose register starts again at zero after half an hour. */
function* resetting(from: number, to: number) {
  for (const item of steady(from, to)) {
    const after = item.variable === 'pulses' && item.time > start + 30 * minute;
    yield after
      ? {
          ...item,
          value: (Number(item.value) - 1_000_000) % 120 === 0 ? ((item.time - start) / (10 * minute) - 3) * 120 : 0,
        }
      : item;
  }
}

test('the regulator gets the register as it stands, and an adjusted one only where that is said in writing', async () => {
  const sent = async (reportCorrected?: string) => {
    world = await openWorld({ source: resetting, ...(reportCorrected === undefined ? {} : { reportCorrected }) });
    await world.run();
    await world.clock.advance(2 * hour + 30 * minute);
    const totals = world.regulator.ledger.records.map(({ values }) => values['totalizador']);
    await world.close();
    return totals;
  };
  expect(await sent()).toEqual(['100000', '36', '108']);
  expect(await sent('The authority asked in writing for the adjusted total.')).toEqual(['100000', '100072', '100144']);
});

test('what a rule suspects of a series is one open alert, and one mail, however long it goes on', async () => {
  world = await openWorld({
    source: function* (from, to) {
      for (const item of steady(from, to)) yield item.variable === 'flow' ? { ...item, value: -5 } : item;
    },
  });
  const runtime = await world.run();
  await world.clock.advance(3 * hour);
  const open = (await runtime.query.status()).alerts.filter(({ subject }) => subject === 'well/flow');
  expect(new Set(open.map(({ rule }) => rule)).size).toBe(open.length);
  expect(open.map(({ rule }) => rule)).toContain('gross-range');
  expect(world.mailbox.mails.filter(({ subject }) => subject.includes('well/flow')).length).toBeLessThanOrEqual(
    open.length,
  );
});

test('a webhook is verified on its bytes, stored before it is answered, and refused without its secret', async () => {
  world = await openWorld({ source: () => [] });
  const runtime = await world.run();
  const body = JSON.stringify([
    {
      id: '6143842f561c4e00199f517b',
      device: '5a3c0d9e1f2b4a6c8d7e0001',
      variable: 'flow',
      value: 12.5,
      time: new Date(start).toISOString(),
    },
  ]);
  const post = (headers: Record<string, string>) =>
    fetch(`${runtime.url}/webhooks/tago`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
  expect((await post({})).status).toBe(401);
  expect((await post({ 'x-caudal-secret': secrets.TEST_WEBHOOK_SECRET })).status).toBeLessThan(300);
  await world.clock.advance(minute);
  expect(await runtime.query.values({ series: ['well/flow'], from: start, to: start + 1 })).toMatchObject([
    { value: 12.5, rawText: '12.5' },
  ]);
});

test('a second runtime on one database is refused', async () => {
  world = await openWorld();
  await world.run();
  const second = await openWorld({
    config: (config) => ({ ...config, database: join(world?.folder ?? '', 'caudal.db') }),
  });
  try {
    await expect(second.run()).rejects.toThrow(/database/);
  } finally {
    await second.close();
  }
});

test('ready means that work moves; metrics are served', async () => {
  world = await openWorld();
  const runtime = await world.run();
  await world.clock.advance(20 * minute);
  expect((await fetch(`${runtime.url}/health/live`)).status).toBe(200);
  expect(await (await fetch(`${runtime.url}/health/ready`)).json()).toEqual({ ready: true, stalled: [], disk: null });
  const metrics = await (await fetch(`${runtime.url}/metrics`)).text();
  expect(metrics).toMatch(/caudal_raw_stored_total\{[^}]*instance="tago"[^}]*\} \d+/);
  expect(metrics).toMatch(/caudal_submissions\{[^}]*state="confirmed"[^}]*\} 1/);
});

/** Every way a secret could be spelled on a wire or in a file. */
const spellings = (secret: string) => {
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '');
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), base64.slice(0, -1)];
};

const filesUnder = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesUnder(path) : [path];
  });

test('no secret is in the database, the log, the mails or the metrics of a day with every kind of failure', async () => {
  world = await openWorld();
  world.vendor.behave({ next: ['html-502', 'status-401', 'reset', 'cut'] });
  world.regulator.behave({ post: { next: ['html-403', 'mismatch', 'store-then-hang', 'refuse-17', 'reset'] } });
  const runtime = await world.run();
  await world.clock.advance(18 * hour);
  const status = JSON.stringify(await runtime.query.status());
  const metrics = await (await fetch(`${runtime.url}/metrics`)).text();
  await runtime.stop();
  const texts = [status, metrics, ...filesUnder(world.folder).map((path) => readFileSync(path, 'latin1'))];
  const utf8 = [status, metrics, ...filesUnder(world.folder).map((path) => readFileSync(path, 'utf8'))];
  for (const secret of Object.values(secrets)) {
    for (const spelling of spellings(secret)) {
      expect(
        texts.some((text) => text.includes(spelling)) || utf8.some((text) => text.includes(spelling)),
        `a spelling of a secret of ${secret.length} characters`,
      ).toBe(false);
    }
  }
});
