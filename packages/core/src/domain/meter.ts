import { closedObject, type Static, Type } from '../schema.ts';
import { Id, InstantText, SeriesId } from './instant.ts';

/** A factor that holds from an instant on, until the next one. */
export const Calibration = closedObject({
  from: Type.Optional(InstantText),
  atPulses: Type.Optional(
    Type.Integer({
      minimum: 0,
      description:
        'Pulse register at that moment: what was counted before keeps the factor before. Needed after the first.',
    }),
  ),
  factor: Type.Number({ exclusiveMinimum: 0, description: 'Multiplies the volume; 1 for a meter that is exact.' }),
});

/** How pulses become volume. Named by unit, because "K factor" means both among makers. */
export const PulseRatio = Type.Union([
  closedObject({ pulsesPerLiter: Type.Number({ exclusiveMinimum: 0, description: 'Pulses for one litre.' }) }),
  closedObject({ litersPerPulse: Type.Number({ exclusiveMinimum: 0, description: 'Litres for one pulse.' }) }),
]);

/** The physical register behind a total. All of it is dated: a replaced meter is removed, never edited. */
export const Meter = closedObject({
  id: Id,
  series: SeriesId,
  serial: Type.Optional(Type.String({ description: 'Number on the plate.' })),
  step: Type.Number({ exclusiveMinimum: 0, description: 'Smallest step of the register, in the unit of the series.' }),
  rollover: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      description: 'One step past the highest number of the register, in the unit of the series.',
    }),
  ),
  maxFlowLps: Type.Optional(
    Type.Number({ exclusiveMinimum: 0, description: 'Largest flow that is physically possible, L/s.' }),
  ),
  bidirectional: Type.Optional(Type.Boolean({ description: 'Counts backwards too; default false.' })),
  pulses: Type.Optional(PulseRatio),
  calibrations: Type.Optional(Type.Array(Calibration, { description: 'In order of time; the first may lack "from".' })),
  installedAt: Type.Optional(InstantText),
  firstReading: Type.Optional(
    Type.Number({ minimum: 0, description: 'Register at installation, in the unit of the series; default 0.' }),
  ),
  removedAt: Type.Optional(InstantText),
  lastReading: Type.Optional(
    Type.Number({ minimum: 0, description: 'Register at removal, in the unit of the series.' }),
  ),
});

export type Meter = Static<typeof Meter>;
export type Calibration = Static<typeof Calibration>;
export type PulseRatio = Static<typeof PulseRatio>;
