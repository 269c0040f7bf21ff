import { createTelemetry, type SameInstant, type Telemetry, type ThingsBoardSample } from './telemetry.ts';

export interface ThingsBoardEntityOptions {
  /** A UUID on the real service. Default: made from its number. */
  readonly id?: string;
  readonly type?: 'DEVICE' | 'ASSET';
  readonly name?: string;
  /** Nobody may read it. Default false. */
  readonly forbidden?: boolean;
}

/** A device or an asset of the tenant. */
export interface ThingsBoardEntity {
  readonly id: string;
  readonly type: 'DEVICE' | 'ASSET';
  readonly name: string;
  /** Adds samples as if they had come now, or at their `arrived`, and tells subscribers. */
  add(samples: Iterable<ThingsBoardSample>): void;
  /** Adds a numeric series; NaN is a value that was never sent. `created` is the arrival, one by one. Subscribers are not told. */
  addSeries(
    key: string,
    series: { readonly times: Float64Array; readonly values: Float64Array; readonly created?: Float64Array },
  ): void;
}

export interface Entity extends ThingsBoardEntity {
  readonly forbidden: boolean;
  readonly telemetry: Telemetry;
}

export const createEntity = (
  number: number,
  options: ThingsBoardEntityOptions,
  sameInstant: SameInstant,
  now: () => number,
  arrived: (entity: Entity, samples: readonly ThingsBoardSample[]) => void,
): Entity => {
  const telemetry = createTelemetry(sameInstant);
  const entity: Entity = {
    id: options.id ?? `784f394c-42b6-11ee-be56-${number.toString(16).padStart(12, '0')}`,
    type: options.type ?? 'DEVICE',
    name: options.name ?? `Entity ${number}`,
    forbidden: options.forbidden ?? false,
    telemetry,
    add(samples) {
      const list = [...samples];
      for (const sample of list) telemetry.add(sample, now());
      arrived(entity, list);
    },
    addSeries(key, { times, values, created }) {
      for (const [n, ts] of times.entries()) {
        const value = values[n];
        if (value === undefined || Number.isNaN(value)) continue;
        telemetry.add({ key, ts, value, arrived: created?.[n] ?? now() }, now());
      }
    },
  };
  return entity;
};
