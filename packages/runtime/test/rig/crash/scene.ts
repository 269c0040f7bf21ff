import type { TagoItem } from '@caudal/simulators';

export const minute = 60_000;
export const hour = 60 * minute;

/** Where the clock of a run begins: 08:01 at the regulator, so that no midnight comes before the test wants one. */
export const start = Date.UTC(2026, 0, 15, 12, 1);
/** Just after the regulator's next midnight (04:00 UTC): what is unknown may be sent again. */
export const nextDay = Date.UTC(2026, 0, 16, 4, 0, 1);
const firstSlot = Date.UTC(2026, 0, 15, 12);

/** `npm run rig` sets it. */
export const kills = Number(process.env['CAUDAL_RIG_KILLS'] ?? 25);
/** Many kills take hours of the clock: there is always a slot that is about to be sent. */
export const moreHours = Math.floor(kills / 300);

export const centre = '77555666-8';
export const informant = '20999888-2';
export const secrets = {
  CRASH_DGA_PASSWORD: 'informant password',
  CRASH_WEBHOOK_SECRET: 'webhook secret',
} as const;

const step = 10 * minute;

/** A well that is polled, with the work that its hourly measurements are owed for. */
export interface Well {
  readonly id: string;
  readonly code: string;
  readonly externalId: string;
  readonly token: string;
  /** Owed slots, oldest first. */
  readonly slots: readonly number[];
  /** L/s: a multiple of five, so that every hour is a whole number of cubic metres. */
  readonly flow: number;
  /** Metres of water above the sensor, which hangs at 45 m. */
  readonly column: number;
  /** Minutes after the slot: spreads the sends over the kills. */
  readonly wait: number;
}

/** Every other one owes the slot before the first as well. */
export const wellsOwing = (hours: number): readonly Well[] =>
  Array.from({ length: 20 }, (_, index) => ({
    id: `well-${index}`,
    code: `OB-0101-${100 + index}`,
    externalId: `5a3c0d9e1f2b4a6c8d7e${String(index).padStart(4, '0')}`,
    token: `token-of-well-${index}`,
    slots: [
      ...(index % 2 === 0 ? [] : [firstSlot - hour]),
      ...Array.from({ length: hours }, (_, more) => firstSlot + more * hour),
    ],
    flow: 10 + 5 * (index % 5),
    column: 18 + index,
    wait: 2 + Math.floor(index / 2),
  }));

export const wells = wellsOwing(1 + moreHours);

/** Pulses of 100 L that a well has counted. */
const pulsesAt = (well: Well, at: number) => 1_000_000 + (6 * well.flow * (at - firstSlot)) / step;

/** What the logger of a well sends: an unresting pump. */
export const sourceOf = (well: Well) =>
  function* source(from: number, to: number): Generator<TagoItem> {
    for (let time = Math.ceil(from / step) * step; time < to; time += step) {
      yield { variable: 'pulses', time, value: pulsesAt(well, time), created: time };
      yield { variable: 'flow', time, value: well.flow, unit: 'L/s', created: time };
      yield { variable: 'column', time, value: well.column, unit: 'm', created: time };
    }
  };

/** What the regulator has to hold of a slot, in its own form. */
export const owedValues = (well: Well, slot: number): Readonly<Record<string, string>> => ({
  caudal: `${well.flow}.00`,
  totalizador: String(pulsesAt(well, slot) / 10),
  nivelFreaticoDelPozo: `${45 - well.column}.00`,
});

/** A level logger whose readings are pushed, and polled as well. */
export interface Pusher {
  readonly id: string;
  readonly externalId: string;
  readonly token: string;
}

export const pushers: readonly Pusher[] = Array.from({ length: 3 }, (_, index) => ({
  id: `level-${index}`,
  externalId: `6b3c0d9e1f2b4a6c8d7e${String(index).padStart(4, '0')}`,
  token: `token-of-level-${index}`,
}));

const firstPush = start - 20 * hour;

/** The readings of one push: a second apart, never the same, and all in the past. */
export const batchOf = (number: number, size = 10): TagoItem[] =>
  Array.from({ length: size }, (_, index) => {
    const count = number * size + index;
    return { variable: 'level', time: firstPush + 1000 * count, value: 20 + (count % 997) / 1000, unit: 'm' };
  });

export const dataOf = (wells: readonly Well[], pollMinutes: number) => ({
  points: [
    ...wells.map(({ id }) => ({
      id,
      name: id,
      kind: 'well',
      series: { total: { intervalMinutes: 10 }, flow: { intervalMinutes: 10 }, level: { intervalMinutes: 10 } },
    })),
    ...pushers.map(({ id }) => ({ id, name: id, kind: 'well', series: { level: {} } })),
  ],
  meters: wells.map(({ id }) => ({
    id: `meter-${id}`,
    series: `${id}/total`,
    step: 0.1,
    maxFlowLps: 50,
    pulses: { litersPerPulse: 100 },
  })),
  devices: [...wells, ...pushers].map(({ id, externalId }) => ({
    id: `logger-${id}`,
    provider: 'tago',
    externalId,
    credential: `env:CRASH_TOKEN_${id.replaceAll('-', '_')}`,
    intervalMinutes: 10,
    pollMinutes,
  })),
  bindings: [
    ...wells.flatMap(({ id }) => [
      { device: `logger-${id}`, variable: 'pulses', series: `${id}/total`, unit: 'pulses' },
      { device: `logger-${id}`, variable: 'flow', series: `${id}/flow` },
      {
        device: `logger-${id}`,
        variable: 'column',
        series: `${id}/level`,
        level: { convention: 'depth', sensorDepthM: 45 },
      },
    ]),
    ...pushers.map(({ id }) => ({ device: `logger-${id}`, variable: 'level', series: `${id}/level` })),
  ],
  obligations: wells.map(({ id, code, slots, wait }) => ({
    id: `dga-${id}`,
    target: 'dga',
    work: {
      code,
      settings: { variant: 'subterranea', informant: { rut: informant, password: 'env:CRASH_DGA_PASSWORD' } },
    },
    standard: 'MAYOR',
    from: new Date(slots[0] as number).toISOString(),
    to: new Date((slots.at(-1) as number) + minute).toISOString(),
    waitMinutes: wait,
    members: {
      caudal: { series: `${id}/flow` },
      totalizador: { series: `${id}/total` },
      nivelFreaticoDelPozo: { series: `${id}/level` },
    },
  })),
  people: [{ id: 'ana', name: 'Ana', language: 'es', addresses: { mail: { email: 'ana@example.org' } } }],
  subscriptions: [{ person: 'ana', events: ['*'], channels: ['mail'] }],
});

export const data = dataOf(wells, 0.05);

/** Everything that stands for a secret, by the name of its environment variable. */
export const environment: Readonly<Record<string, string>> = {
  ...secrets,
  ...Object.fromEntries(
    [...wells, ...pushers].map(({ id, token }) => [`CRASH_TOKEN_${id.replaceAll('-', '_')}`, token]),
  ),
};
