import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dga } from '@caudal/compliance-dga';
import { createRuntime, type Runtime } from '@caudal/runtime';
import { startDga } from '@caudal/simulators';
import { settled, virtualClock } from '@caudal/testkit';
import { stringify } from 'yaml';
import { cutPlan, type OutagePlan, within } from './plan.ts';
import { type HandedOut, rigVendor, type Shows } from '../vendor.ts';

const minute = 60_000;
export const hour = 60 * minute;

/** 08:00 at the regulator. */
export const start = Date.UTC(2026, 0, 15, 12);
const centre = '77555666-8';
const informant = '20999888-2';
const passwordName = 'RIG_DGA_PASSWORD';

/** How often deadlines are looked at. */
export const watchMs = 5 * minute;
export const noticeMs = 20 * minute;

export const codeOf = (index: number) => `OB-0101-${100 + index}`;

/** An unresting pump, a whole number of cubic metres a step; a level of its own that is in range for any number of wells. */
export const shows: Shows = (well, variable, at) => {
  const number = Number(well.slice(4));
  const flow = 10 + 5 * (number % 5);
  const total = 1_000 + (flow * (at - start + 24 * hour)) / 1_000_000;
  return { flow: String(flow), total: String(Math.round(total)), level: String((180 + number) / 10) }[variable] ?? '';
};

const data = (works: number) => {
  const wells = Array.from({ length: works }, (_, index) => ({ id: `well${index}`, code: codeOf(index) }));
  return {
    points: wells.map(({ id }) => ({
      id,
      name: id,
      kind: 'well',
      series: Object.fromEntries(['total', 'flow', 'level'].map((name) => [name, { intervalMinutes: 30 }])),
    })),
    devices: wells.map(({ id }) => ({
      id,
      provider: 'rig',
      externalId: id,
      intervalMinutes: 30,
      pollMinutes: 30,
      silentAfterMinutes: 600,
    })),
    bindings: wells.flatMap(({ id }) =>
      ['total', 'flow', 'level'].map((name) => ({ device: id, variable: name, series: `${id}/${name}` })),
    ),
    obligations: wells.map(({ id, code }) => ({
      id: `dga-${id}`,
      target: 'dga',
      work: {
        code,
        settings: { variant: 'subterranea', informant: { rut: informant, password: `env:${passwordName}` } },
      },
      standard: 'MAYOR',
      from: new Date(start).toISOString(),
      members: {
        caudal: { series: `${id}/flow` },
        totalizador: { series: `${id}/total` },
        nivelFreaticoDelPozo: { series: `${id}/level` },
      },
    })),
  };
};

/** Wells, their vendor, a regulator that blocks what breaks its rules, and a runtime that comes and goes as the plan says. */
export const openOutageWorld = async (works: number, planned: OutagePlan) => {
  let plan = planned;
  const folder = mkdtempSync(join(tmpdir(), 'caudal-rig-'));
  const database = join(folder, 'caudal.db');
  writeFileSync(join(folder, 'data.yaml'), stringify(data(works)));
  process.env[passwordName] = 'informant password';
  let runtime: Runtime | undefined;
  const handedOut: HandedOut[] = [];
  const lives: number[] = [];
  const clock = virtualClock(start, {
    async idle() {
      do await settled();
      while (runtime?.busy === true);
    },
  });
  const regulator = await startDga({
    clock,
    centres: [centre],
    informants: [{ rut: informant, password: 'informant password' }],
    works: Array.from({ length: works }, (_, index) => ({
      code: codeOf(index),
      variant: 'subterranea' as const,
      informant,
    })),
    block: { afterResends: 1, also: ['early-resend', 'backlog-spacing'], forMs: 30 * 24 * hour, as: 'html-403' },
  });
  regulator.behave({ post: { outages: plan.regulator } });
  const begin = async () => {
    lives.push(clock.now());
    runtime = await createRuntime({
      database,
      data: [join(folder, 'data.yaml')],
      providers: {
        rig: rigVendor(
          shows,
          () => clock.now(),
          () => within(plan.vendor, clock.now()),
          (one) => handedOut.push(one),
        ),
      },
      targets: { dga: dga({ rutEmpresa: centre, baseUrl: regulator.url }) },
      http: { enabled: false },
      log: { console: false, level: 'error' },
      collect: { tickMs: 30 * minute, rereadHours: 0 },
      process: { idleMs: 30 * minute, advanceMs: hour },
      comply: { tickMs: 5 * minute, deadlineNoticeMinutes: noticeMs / minute },
      notify: { tickMs: hour },
      maintain: { tickMs: watchMs },
      drainSeconds: 1,
      clock,
    });
    await runtime.start();
  };
  const end = async () => {
    await runtime?.stop();
    runtime = undefined;
  };
  let up = true;
  await begin();
  return {
    clock,
    regulator,
    database,
    /** What the vendor answered, and when each life of the process began. */
    handedOut,
    lives,
    get runtime() {
      return runtime;
    },
    /** Goes on to `to`, through every outage that begins or ends before. */
    async pass(to: number) {
      const edges = [...plan.process, ...plan.network].flatMap(({ from, to: until }) => [from, until]);
      for (const at of [...edges, to].filter((edge) => edge > clock.now() && edge <= to).toSorted((a, b) => a - b)) {
        await clock.advanceTo(at);
        if (within(plan.process, at) && runtime !== undefined) await end();
        if (within(plan.network, at) === up) {
          up = !up;
          await (up ? regulator.up() : regulator.down());
        }
        if (!within(plan.process, at) && runtime === undefined) await begin();
      }
    },
    /** From now on nothing fails any more. Answers what did. */
    async calm(): Promise<OutagePlan> {
      plan = cutPlan(plan, clock.now());
      regulator.behave({ post: { outages: plan.regulator } });
      if (!up) await regulator.up();
      up = true;
      if (runtime === undefined) await begin();
      return plan;
    },
    async close() {
      await end();
      await regulator.close();
      delete process.env[passwordName];
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
