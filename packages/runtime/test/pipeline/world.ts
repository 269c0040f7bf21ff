import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dga } from '@caudal/compliance-dga';
import { email } from '@caudal/notifier-email';
import { tago } from '@caudal/provider-tago';
import { createRuntime, type Runtime, type RuntimeConfig } from '@caudal/runtime';
import { type DgaOptions, startDga, startSmtp, startTago, type TagoItem } from '@caudal/simulators';
import { settled, virtualClock } from '@caudal/testkit';
import { stringify } from 'yaml';
import { imbalances } from '../recovery/imbalances.ts';

export const minute = 60_000;
export const hour = 60 * minute;

/** 08:00 at the regulator, in its winter and everybody's summer time: the offset differs from Santiago's. */
export const start = Date.UTC(2026, 0, 15, 12);

/** Secrets that must appear nowhere. */
export const secrets = {
  TEST_TAGO_TOKEN: 'tago-token-"quoted"/and+plus-91',
  TEST_DGA_PASSWORD: 'informant pässword/55+=',
  TEST_WEBHOOK_SECRET: 'webhook-secret-77aa',
} as const;

export const work = 'OB-0101-114';
const externalId = '5a3c0d9e1f2b4a6c8d7e0001';

/** One well on one logger, one hourly obligation, one person. */
const data = ({ from = start, delivery, reportCorrected }: WorldOptions) => ({
  points: [
    {
      id: 'well',
      name: 'Test well',
      kind: 'well',
      series: { total: { intervalMinutes: 10 }, flow: { intervalMinutes: 10 }, level: { intervalMinutes: 10 } },
    },
  ],
  meters: [{ id: 'meter', series: 'well/total', step: 0.1, maxFlowLps: 50, pulses: { litersPerPulse: 100 } }],
  devices: [
    {
      id: 'logger',
      provider: 'tago',
      externalId,
      credential: 'env:TEST_TAGO_TOKEN',
      intervalMinutes: 10,
      pollMinutes: 5,
      silentAfterMinutes: 45,
    },
  ],
  bindings: [
    { device: 'logger', variable: 'pulses', series: 'well/total', unit: 'pulses' },
    { device: 'logger', variable: 'flow', series: 'well/flow' },
    { device: 'logger', variable: 'column', series: 'well/level', level: { convention: 'depth', sensorDepthM: 45 } },
  ],
  obligations: [
    {
      id: 'dga-well',
      target: 'dga',
      work: {
        code: work,
        settings: { variant: 'subterranea', informant: { rut: '20999888-2', password: 'env:TEST_DGA_PASSWORD' } },
      },
      standard: 'MAYOR',
      ...(delivery === undefined ? {} : { delivery }),
      ...(reportCorrected === undefined ? {} : { reportCorrected: { because: reportCorrected } }),
      from: new Date(from).toISOString(),
      members: {
        caudal: { series: 'well/flow' },
        totalizador: { series: 'well/total' },
        nivelFreaticoDelPozo: { series: 'well/level' },
      },
    },
  ],
  people: [{ id: 'ana', name: 'Ana', language: 'es', addresses: { mail: { email: 'ana@example.org' } } }],
  subscriptions: [{ person: 'ana', events: ['*'], channels: ['mail'] }],
});

/** A pump of 20 L/s that never rests: 120 pulses of 100 L in ten minutes. */
export function* steady(from: number, to: number): Generator<TagoItem> {
  for (let time = Math.ceil(from / (10 * minute)) * 10 * minute; time < to; time += 10 * minute) {
    const count = (time - start) / (10 * minute);
    yield { variable: 'pulses', time, value: 1_000_000 + 120 * count, created: time };
    yield { variable: 'flow', time, value: 20, unit: 'L/s', created: time };
    yield { variable: 'column', time, value: 18.5, unit: 'm', created: time };
  }
}

export interface WorldOptions {
  readonly source?: (from: number, to: number) => Iterable<TagoItem>;
  readonly dga?: Partial<DgaOptions>;
  readonly config?: (config: RuntimeConfig) => RuntimeConfig;
  readonly from?: number;
  /** Default: as the standard has it. */
  readonly delivery?: 'manual';
  /** The written reason why corrected values are reported. */
  readonly reportCorrected?: string;
}

/** Simulators, a folder and a virtual clock, and a way to start a runtime among them, again and again. */
export const openWorld = async (options: WorldOptions = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'caudal-test-'));
  let runtime: Runtime | undefined;
  const clock = virtualClock(start, {
    async idle() {
      do await settled();
      while (runtime?.busy === true);
    },
  });
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'data', 'all.yaml'), stringify(data(options)));
  Object.assign(process.env, secrets);
  const vendor = await startTago({ clock });
  const device = vendor.addDevice({
    id: externalId,
    token: secrets.TEST_TAGO_TOKEN,
    source: options.source ?? steady,
    sourceFrom: start - hour,
  });
  const regulator = await startDga({
    clock,
    centres: ['77555666-8'],
    informants: [{ rut: '20999888-2', password: secrets.TEST_DGA_PASSWORD }],
    works: [{ code: work, variant: 'subterranea', informant: '20999888-2' }],
    ...options.dga,
  });
  const mailbox = await startSmtp({ clock, directory: join(folder, 'mails') });
  const config: RuntimeConfig = {
    database: join(folder, 'caudal.db'),
    data: [join(folder, 'data')],
    providers: {
      tago: tago({ baseUrl: vendor.url, webhook: { secret: 'env:TEST_WEBHOOK_SECRET' } }),
    },
    targets: { dga: dga({ rutEmpresa: '77555666-8', baseUrl: regulator.url }) },
    notifiers: {
      mail: email({ host: mailbox.host, port: mailbox.port, allowPlaintext: true, from: 'caudal@example.org' }),
    },
    http: { port: 0 },
    log: { console: false, level: 'debug' },
    collect: { tickMs: 5 * minute },
    process: { idleMs: 10 * minute },
    comply: { tickMs: 5 * minute },
    notify: { tickMs: 5 * minute },
    maintain: { tickMs: 5 * minute },
    clock,
  };
  return {
    folder,
    clock,
    vendor,
    device,
    regulator,
    mailbox,
    async run(): Promise<Runtime> {
      runtime = await createRuntime(options.config?.(config) ?? config);
      await runtime.start();
      return runtime;
    },
    async close() {
      await runtime?.stop();
      await Promise.all([vendor.close(), regulator.close(), mailbox.close()]);
      for (const name of Object.keys(secrets)) delete process.env[name];
      const database = join(folder, 'caudal.db');
      const wrong = existsSync(database) ? imbalances(database) : [];
      rmSync(folder, { recursive: true, force: true });
      if (wrong.length > 0) throw new Error(`what came in and what is there do not add up: ${wrong.join('; ')}`);
    },
  };
};

export type TestWorld = Awaited<ReturnType<typeof openWorld>>;
