import type { DataFile } from '@caudal/core';
import { configured, defineProvider, schemaOf, closedObject } from '@caudal/core';

export const minute = 60_000;
export const hour = 60 * minute;
/** A whole hour at the regulator. */
export const start = Date.UTC(2026, 0, 1, 4);

const seriesNames = ['total', 'flow', 'level'] as const;

export const seriesOf = (index: number): readonly string[] => seriesNames.map((name) => `well-${index}/${name}`);

/** A point as the API keeps it: a meter, a flow and a level of one logger, and an hourly submission to the DGA. */
const pointData = (
  index: number,
): Required<Pick<DataFile, 'points' | 'meters' | 'devices' | 'bindings' | 'obligations'>> => {
  const id = `well-${index}`;
  const device = `logger-${index}`;
  return {
    points: [
      {
        id,
        name: id,
        kind: 'well',
        series: Object.fromEntries(seriesNames.map((name) => [name, { intervalMinutes: 60 }])),
      },
    ],
    meters: [
      { id: `meter-${index}`, series: `${id}/total`, step: 0.1, maxFlowLps: 50, pulses: { litersPerPulse: 100 } },
    ],
    devices: [{ id: device, provider: 'fleet', externalId: device, intervalMinutes: 60, pollMinutes: 60 }],
    bindings: [
      { id: `${id}-total`, device, variable: 'pulses', series: `${id}/total`, unit: 'pulses' },
      { id: `${id}-flow`, device, variable: 'flow', series: `${id}/flow` },
      {
        id: `${id}-level`,
        device,
        variable: 'column',
        series: `${id}/level`,
        level: { convention: 'depth', sensorDepthM: 45 },
      },
    ],
    obligations: [
      {
        id: `dga-${index}`,
        target: 'dga',
        work: {
          code: `OB-0101-${index + 1}`,
          settings: { variant: 'subterranea', informant: { rut: '20999888-2', password: 'env:DGA_PASSWORD' } },
        },
        standard: 'MAYOR',
        from: new Date(start).toISOString(),
        members: {
          caudal: { series: `${id}/flow` },
          totalizador: { series: `${id}/total` },
          nivelFreaticoDelPozo: { series: `${id}/level` },
        },
      },
    ],
  };
};

export interface KeptThing {
  readonly kind: keyof DataFile;
  readonly id: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** The same, as the database keeps it. */
export const keptOf = (index: number): readonly KeptThing[] =>
  Object.entries(pointData(index)).flatMap(([kind, items]) =>
    items.map((content) => ({ kind: kind as keyof DataFile, id: String(content.id), content: { ...content } })),
  );

export interface Fleet {
  /** Devices that the vendor was asked for. */
  readonly asked: Set<string>;
}

/** A vendor in the process that has nothing new: what is measured is what asking costs here. */
export const fleetVendor = (fleet: Fleet) =>
  configured(
    defineProvider({
      id: 'fleet',
      version: '1.0.0',
      config: schemaOf(closedObject({})),
      device: schemaOf(closedObject({})),
      variable: schemaOf(closedObject({})),
      capabilities: {
        pull: { scope: 'device', by: 'time', range: true, maxLimit: 1_000 },
        concurrency: { perInstance: 8 },
        limits: [],
      },
      create: () => ({
        async pull({ devices }) {
          for (const { id } of devices) fleet.asked.add(id);
          return { records: [] };
        },
        check: async () => ({ ok: true, message: 'works' }),
        decode: () => ({ readings: [], problems: [] }),
      }),
    }),
    {},
  );
