import { at, dayStart } from './day.ts';
import { delayed, type Instrument, resetting, showing } from './instrument.ts';
import { campus, openWater, well } from './waters.ts';

/** The simulated platforms that devices upload to. */
export type PlatformName = 'tagoio' | 'riverCloud' | 'thingsboard' | 'tdata' | 'thethings' | 'broker';

export interface FieldDevice {
  /** As in `data/points.yaml`. */
  readonly id: string;
  readonly platform: PlatformName;
  readonly externalId: string;
  /** Variable of the environment with its token, and the token, where the vendor has one for each device. */
  readonly token?: readonly [name: string, value: string];
  readonly everyMinutes: number;
  readonly measure: Instrument;
}

const minutes = (count: number) => count / 60;

/** Every device of the demo, with what its instruments do to it during the day. */
export const devices: readonly FieldDevice[] = [
  {
    id: 'campus-logger',
    platform: 'tagoio',
    externalId: '5a3c0d9e1f2b4a6c8d7e0001',
    token: ['DEMO_CAMPUS_TOKEN', 'demo-campus-token-7f31'],
    everyMinutes: 1,
    measure: showing(campus(dayStart), 'pulses', 0, at(12 + minutes(2)), at(12 + minutes(4))),
  },
  {
    id: 'well-logger',
    platform: 'tagoio',
    externalId: '5a3c0d9e1f2b4a6c8d7e0002',
    token: ['DEMO_WELL_TOKEN', 'demo-well-token-92ac'],
    everyMinutes: 5,
    measure: showing(
      resetting(
        well({
          seed: 7,
          everyMinutes: 5,
          lps: 19,
          litersPerPulse: 100,
          pulses: 4_321_000,
          names: { total: '3grecdi1va', flow: '3grecuc1v', level: '3grecuc2v' },
        }),
        '3grecdi1va',
        at(9),
      ),
      '3grecuc2v',
      -3200,
      at(19),
      at(20),
    ),
  },
  {
    id: 'canal-rtu',
    platform: 'thingsboard',
    externalId: '784f394c-42b6-11ee-be56-000000000003',
    everyMinutes: 15,
    measure: openWater(3, {
      nivel: { mean: 0.92, swing: 0.2, decimals: 3 },
      caudal: { mean: 410, swing: 90, decimals: 1 },
    }),
  },
  {
    id: 'north-logger',
    platform: 'tdata',
    externalId: '784f394c-42b6-11ee-be56-000000000004',
    everyMinutes: 15,
    measure: well({
      seed: 4,
      everyMinutes: 15,
      lps: 12,
      litersPerPulse: 100,
      pulses: 880_000,
      names: { total: 'input1Count', flow: 'ai1ActualValue' },
    }),
  },
  {
    id: 'south-rtu',
    platform: 'thethings',
    externalId: 'south',
    token: ['DEMO_SOUTH_TOKEN', 'demo-south-thing-token-41d0'],
    everyMinutes: 15,
    measure: well({
      seed: 5,
      everyMinutes: 15,
      lps: 8,
      litersPerPulse: 10,
      pulses: 7_150_000,
      names: { total: 'pulsos', flow: 'caudal' },
    }),
  },
  {
    id: 'spring-rtu',
    platform: 'thethings',
    externalId: 'spring',
    token: ['DEMO_SPRING_TOKEN', 'demo-spring-thing-token-5b82'],
    everyMinutes: 15,
    measure: openWater(6, { caudal: { mean: 3.2, swing: 0.4, decimals: 2 } }),
  },
  {
    id: 'orchard-rtu',
    platform: 'thethings',
    externalId: 'orchard',
    token: ['DEMO_ORCHARD_TOKEN', 'demo-orchard-thing-token-e6f9'],
    everyMinutes: 15,
    measure: well({
      seed: 2,
      everyMinutes: 15,
      lps: 25,
      litersPerPulse: 100,
      pulses: 1_902_000,
      names: { total: 'pulsos', flow: 'caudal', level: 'nivel' },
    }),
  },
  {
    id: 'river-logger',
    platform: 'riverCloud',
    externalId: '5a3c0d9e1f2b4a6c8d7e0008',
    token: ['DEMO_RIVER_TOKEN', 'demo-river-token-0c77'],
    everyMinutes: 15,
    measure: delayed(
      openWater(8, { stage: { mean: 1.6, swing: 0.3, decimals: 2 }, temp: { mean: 14, swing: 3, decimals: 1 } }),
      at(6),
      at(8),
      at(10.5),
    ),
  },
  {
    id: 'reservoir-logbox',
    platform: 'broker',
    externalId: '18031234',
    everyMinutes: 15,
    measure: openWater(9, {
      analog1: { mean: 4.2, swing: 0.1, decimals: 2 },
      analog2: { mean: 17, swing: 2, decimals: 1 },
    }),
  },
];
