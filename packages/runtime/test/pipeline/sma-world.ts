import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sma, type SmaOptions } from '@caudal/compliance-sma';
import { closedObject, configured, defineProvider, schemaOf } from '@caudal/core';
import { createRuntime, type Runtime } from '@caudal/runtime';
import { type SmaOptions as SimulatorOptions, startSma } from '@caudal/simulators';
import { settled, virtualClock } from '@caudal/testkit';
import { stringify } from 'yaml';

export const minute = 60_000;
export const hour = 60 * minute;

/** 08:00 at the SMA, while the clocks of Santiago show 09:00. */
export const start = Date.UTC(2026, 0, 15, 12);

export const usuario = '11111111-1';
export const password = 'titular-password-77';

/** What a device's variable shows at a whole minute; undefined: nothing, or not yet at `now`. */
export type Reading = (device: string, variable: string, at: number, now: number) => string | undefined;

/** One registered parameter and where it comes from. */
export interface Channel {
  readonly device: string;
  readonly point: string;
  readonly variable: 'flow' | 'temperature';
  readonly dispositivoId: string;
}

export interface Process {
  readonly ufId: number;
  readonly procesoId: number;
  readonly channels: readonly Channel[];
}

export interface SmaWorldOptions {
  readonly processes: readonly Process[];
  readonly reading: Reading;
  readonly standard?: string;
  /** How often the stages look. Default one minute. */
  readonly tickMs?: number;
  readonly sma?: SmaOptions;
  readonly simulator?: Partial<SimulatorOptions>;
}

const registered = { flow: { nombre: 'Q', unidad: 'l/s' }, temperature: { nombre: 'T', unidad: '°C' } } as const;
const bindingName = ({ point, variable }: Channel) => `${point}-${variable}`;

/** A vendor of a few lines: a text line for each reading of the window that is there by now. */
const feed = (reading: Reading, now: () => number) =>
  configured(
    defineProvider({
      id: 'feed',
      version: '1.0.0',
      config: schemaOf(closedObject({})),
      device: schemaOf(closedObject({})),
      variable: schemaOf(closedObject({})),
      capabilities: { pull: { scope: 'device', by: 'time', range: true, maxLimit: 100_000 }, limits: [] },
      create: () => ({
        async pull({ devices, window }) {
          const lines = devices.flatMap(({ externalId, variables }) =>
            variables.flatMap(({ name }) => {
              const from = Math.ceil((window?.from ?? now()) / minute) * minute;
              const to = Math.min(window?.to ?? now(), now() + 1);
              const found: string[] = [];
              for (let at = from; at < to; at += minute) {
                const raw = reading(externalId, name, at, now());
                if (raw !== undefined) found.push(`${externalId} ${name} ${at} ${raw}`);
              }
              return found;
            }),
          );
          return {
            records: lines.length === 0 ? [] : [{ body: Buffer.from(lines.join('\n')), envelope: { channel: 'pull' } }],
          };
        },
        check: async () => ({ ok: true, message: 'works' }),
        decode: ({ body }) => ({
          readings: Buffer.from(body)
            .toString()
            .split('\n')
            .map((line) => {
              const [device = '', variable = '', at, raw = ''] = line.split(' ');
              return { device, variable, at: Number(at), value: Number(raw), raw };
            }),
          problems: [],
        }),
      }),
    }),
    {},
  );

const dataOf = ({ processes, standard = 'MINUTO' }: SmaWorldOptions) => {
  const channels = processes.flatMap((process) => process.channels);
  const points = [...new Set(channels.map(({ point }) => point))];
  return {
    points: points.map((id) => ({
      id,
      name: id,
      kind: 'well',
      series: Object.fromEntries(
        channels
          .filter(({ point }) => point === id)
          .map(({ variable }) => [
            variable,
            variable === 'flow'
              ? { unit: 'L/s', intervalMinutes: 1 }
              : { kind: 'temperature', unit: '°C', intervalMinutes: 1 },
          ]),
      ),
    })),
    devices: [...new Set(channels.map(({ device }) => device))].map((id) => ({
      id,
      provider: 'feed',
      externalId: id,
      intervalMinutes: 1,
      pollMinutes: 1,
      silentAfterMinutes: 600,
    })),
    bindings: channels.map((channel) => ({
      device: channel.device,
      variable: bindingName(channel),
      series: `${channel.point}/${channel.variable}`,
    })),
    obligations: processes.map(({ ufId, procesoId, channels: own }) => ({
      id: `sma-${procesoId}`,
      target: 'sma',
      work: { code: `${ufId}/${procesoId}`, settings: { titular: { usuario, password: 'env:TEST_SMA_PASSWORD' } } },
      standard,
      from: new Date(start).toISOString(),
      toleranceMinutes: 0.5,
      waitMinutes: 2,
      holdMinutes: 5,
      members: Object.fromEntries(
        own.map((channel) => [
          `${channel.point}.${registered[channel.variable].nombre}`,
          {
            series: `${channel.point}/${channel.variable}`,
            settings: { dispositivoId: channel.dispositivoId, ...registered[channel.variable] },
          },
        ]),
      ),
    })),
  };
};

/** A feed, an SMA, a folder and a virtual clock, with a runtime among them. */
export const openSmaWorld = async (options: SmaWorldOptions) => {
  const folder = mkdtempSync(join(tmpdir(), 'caudal-sma-'));
  let runtime: Runtime | undefined;
  const clock = virtualClock(start, {
    async idle() {
      do await settled();
      while (runtime?.busy === true);
    },
  });
  const { tickMs = minute } = options;
  writeFileSync(join(folder, 'data.yaml'), stringify(dataOf(options)));
  process.env['TEST_SMA_PASSWORD'] = password;
  const regulator = await startSma({
    clock,
    titulares: [{ usuario, password }],
    processes: options.processes.map(({ ufId, procesoId, channels }) => ({
      ufId,
      procesoId,
      titular: usuario,
      dispositivos: [...new Set(channels.map(({ dispositivoId }) => dispositivoId))].map((id) => ({
        id,
        parametros: channels
          .filter(({ dispositivoId }) => dispositivoId === id)
          .map(({ variable }) => registered[variable]),
      })),
    })),
    ...options.simulator,
  });
  runtime = await createRuntime({
    database: join(folder, 'caudal.db'),
    data: [join(folder, 'data.yaml')],
    providers: { feed: feed(options.reading, () => clock.now()) },
    targets: { sma: sma({ baseUrl: regulator.url, ...options.sma }) },
    http: { enabled: false },
    log: { console: false },
    collect: { tickMs, rereadHours: 0 },
    process: { idleMs: tickMs },
    comply: { tickMs },
    notify: { tickMs: 10 * minute },
    maintain: { tickMs: 10 * minute },
    drainSeconds: 1,
    clock,
  });
  await runtime.start();
  const running = runtime;
  return {
    clock,
    regulator,
    runtime: running,
    /** How many submissions are in each state. */
    async states(): Promise<Record<string, number>> {
      const counts: Record<string, number> = {};
      for (const { state } of await running.query.submissions({ limit: 10_000 }))
        counts[state] = (counts[state] ?? 0) + 1;
      return counts;
    },
    async close() {
      await running.stop();
      await regulator.close();
      delete process.env['TEST_SMA_PASSWORD'];
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

export type SmaWorld = Awaited<ReturnType<typeof openSmaWorld>>;
