import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@caudal/core';
import {
  type DgaSimulator,
  mulberry32,
  type SmtpSimulator,
  startDga,
  startSmtp,
  startTago,
  type TagoItem,
  type TagoSimulator,
} from '@caudal/simulators';
import { campusMinute } from './campus.ts';

const minute = 60_000;
const hour = 60 * minute;

/** 08:00 at the regulator (UTC−4). */
export const worldStart = Date.UTC(2026, 2, 2, 12);

/** What goes wrong, in hours from the start. */
export const incidents = {
  vendorOutage: { from: 3, to: 5 },
  regulatorTimeout: { at: 6 },
  counterReset: { at: 9 },
  glitchToZero: { at: 12, readings: 2 },
  sensorFault: { from: 19, to: 20 },
} as const;

/** What the devices really measured: the oracle of the account. */
export interface Truth {
  readonly device: string;
  readonly item: TagoItem;
}

export interface World {
  readonly tago: TagoSimulator;
  readonly dga: DgaSimulator;
  readonly smtp: SmtpSimulator;
  /** Every item that a device has sent so far. */
  readonly truth: readonly Truth[];
  /** Secrets the configuration refers to. */
  readonly secrets: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const at = (hours: number) => worldStart + hours * hour;

/** Readings of the campus meter in (from, to]: the real recording, with a glitch to zero. */
function* campusItems(from: number, to: number): Generator<TagoItem> {
  const { at: glitch, readings } = incidents.glitchToZero;
  for (let time = Math.ceil(from / minute) * minute; time < to; time += minute) {
    const { pulses, flow } = campusMinute(Math.max(0, Math.round((time - worldStart) / minute)));
    const glitched = time >= at(glitch) + 2 * minute && time < at(glitch) + (2 + readings) * minute;
    yield { variable: 'pulses', time, value: glitched ? 0 : pulses, created: time };
    yield { variable: 'flow', time, value: flow, unit: 'L/s', created: time };
  }
}

/** A synthetic well: a pump that runs three hours of four, a level that answers it, a register that follows the flow. */
const createWell = () => {
  const random = mulberry32(7);
  let pulses = 4_321_000;
  let reset = false;
  return function* items(from: number, to: number): Generator<TagoItem> {
    for (let time = Math.ceil(from / (5 * minute)) * 5 * minute; time < to; time += 5 * minute) {
      const running = ((time - worldStart) / hour) % 4 < 3;
      const flow = running ? Number((18 + 2 * random()).toFixed(1)) : 0;
      if (!reset && time >= at(incidents.counterReset.at)) {
        pulses = 0;
        reset = true;
      }
      pulses += Math.floor((flow * 300) / 100);
      const column = Number((22 - (running ? 3.5 : 0) + random() * 0.2).toFixed(2));
      const faulty = time >= at(incidents.sensorFault.from) && time < at(incidents.sensorFault.to);
      yield { variable: '3grecdi1va', time, value: pulses, created: time };
      yield { variable: '3grecuc1v', time, value: flow, unit: 'L/s', created: time };
      yield { variable: '3grecuc2v', time, value: faulty ? -3200 : column, unit: 'm', created: time };
    }
  };
};

/** Vendor cloud, regulator and mail server on loopback, with the incidents of the day already planned. */
export const startWorld = async (clock: Clock, folder: string): Promise<World> => {
  const truth: Truth[] = [];
  const secrets = {
    DEMO_CAMPUS_TOKEN: 'demo-campus-token-7f31',
    DEMO_WELL_TOKEN: 'demo-well-token-92ac',
    DEMO_DGA_PASSWORD: 'demo-informant-password-55',
  };
  const recorded =
    (device: string, source: (from: number, to: number) => Iterable<TagoItem>) => (from: number, to: number) => {
      const items = [...source(from, to)];
      for (const item of items) truth.push({ device, item });
      return items;
    };
  const tago = await startTago({
    clock,
    devices: [
      {
        id: '5a3c0d9e1f2b4a6c8d7e0001',
        name: 'campus',
        token: secrets.DEMO_CAMPUS_TOKEN,
        source: recorded('campus-logger', campusItems),
        sourceFrom: worldStart,
      },
      {
        id: '5a3c0d9e1f2b4a6c8d7e0002',
        name: 'well',
        token: secrets.DEMO_WELL_TOKEN,
        source: recorded('well-logger', createWell()),
        sourceFrom: worldStart,
      },
    ],
  });
  const { from, to } = incidents.vendorOutage;
  tago.behave({ outages: [{ from: at(from), to: at(to), as: 'html-502' }] });
  const dga = await startDga({
    clock,
    centres: ['77555666-8'],
    informants: [{ rut: '20999888-2', password: secrets.DEMO_DGA_PASSWORD }],
    works: [
      { code: 'OB-0101-108', variant: 'superficialFlujometro', informant: '20999888-2' },
      { code: 'OB-0101-114', variant: 'subterranea', informant: '20999888-2' },
    ],
  });
  const timeout = at(incidents.regulatorTimeout.at);
  dga.behave({
    post: { outages: [{ from: timeout, to: timeout + 20 * minute, as: 'store-then-hang' }] },
    get: { always: 'strip-zeros' },
  });
  const mails = join(folder, 'mails');
  mkdirSync(mails, { recursive: true });
  const smtp = await startSmtp({ clock, directory: mails });
  return {
    tago,
    dga,
    smtp,
    truth,
    secrets,
    async close() {
      await Promise.all([tago.close(), dga.close(), smtp.close()]);
    },
  };
};
