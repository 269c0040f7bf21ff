import { type Json, Type } from '@caudal/core';
import { CounterEngine, type Increases } from '../counter/engine.ts';
import { builtIn } from './define.ts';
import type { Report } from './report.ts';

const Meter = Type.Object(
  {
    step: Type.Number({ exclusiveMinimum: 0, description: 'Smallest step of the register.' }),
    rollover: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'One step past the highest number.' })),
    maxFlow: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'Unit of the series per second.' })),
    maxReverseFlow: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'Unit of the series per second.' })),
    bidirectional: Type.Optional(Type.Boolean({ description: 'Counts backwards too.' })),
    installedAt: Type.Optional(Type.Number({ description: 'UTC milliseconds.' })),
    firstReading: Type.Optional(Type.Number({ minimum: 0, description: 'Register at installation; default 0.' })),
    lastReading: Type.Optional(Type.Number({ minimum: 0, description: 'Register at removal.' })),
  },
  { additionalProperties: false },
);

/** Parameters of every rule that runs the counter engine. */
export const counterParams = {
  meters: Type.Array(Meter, { minItems: 1, description: 'The registers, in order of installation.' }),
  confirm: Type.Integer({ default: 3, minimum: 0, description: 'Readings that confirm a drop or a jump.' }),
  confirmWithinMs: Type.Optional(
    Type.Number({ exclusiveMinimum: 0, description: 'Final after this without them, ms.' }),
  ),
  onJump: Type.Enum(['exclude', 'count', 'estimate'], { default: 'exclude', description: 'Amount of a jump.' }),
  dipRatio: Type.Number({
    default: 0.125,
    minimum: 0,
    maximum: 1,
    description: 'Without maxFlow: smaller drops are dips.',
  }),
  longGlitchMs: Type.Number({
    default: 86_400_000,
    minimum: 0,
    description: 'How long the old line may come back, ms.',
  }),
  silenceMs: Type.Number({ default: 86_400_000, minimum: 0, description: 'Silence without attribution, ms.' }),
};

/** What the counter's run offers beside the contract of rules: the increases that the judge hands to other rules. */
export interface CounterAccess {
  take(): Increases;
  /** First reading that waits for confirmation. */
  readonly pendingFrom: number | undefined;
}

const forward = (engine: CounterEngine, report: Report): void => {
  const { findings, corrections, withdrawn } = engine.report();
  if (withdrawn.length > 0) report.withdraw(...withdrawn);
  for (const finding of findings) report.find(finding);
  for (const correction of corrections) report.correct(correction);
};

/** The counter engine as a rule: every TOTAL_* code and the corrections of the adjusted total. */
export const counterRule = builtIn({
  id: 'counter',
  description: 'Resets, rollovers, glitches, dips, jumps and replacements of the register behind a total',
  roles: { total: { required: true, description: 'Register as read' } },
  codes: {
    TOTAL_RESET: [3],
    TOTAL_ROLLOVER: [1, 2],
    TOTAL_GLITCH_ZERO: [4],
    TOTAL_GLITCH_HIGH: [4],
    TOTAL_GLITCH_LOW: [4],
    TOTAL_DIP: [1, 3],
    TOTAL_JUMP: [4],
    TOTAL_DECREASE_UNEXPLAINED: [3],
    TOTAL_NEGATIVE: [4],
    METER_REPLACED: [1, 3],
    BACKFLOW: [1],
    UNIT_SUSPECT: [4],
    PULSE_OFF_GRID: [1],
    FLOAT32_REGISTER: [1],
    NOT_A_NUMBER: [4],
    TIME_GAP: [2],
  },
  params: counterParams,
  open: (params) => {
    const engine = new CounterEngine(params);
    const increases: CounterAccess = {
      take: () => engine.take(),
      get pendingFrom() {
        return engine.pendingFrom;
      },
    };
    return {
      increases,
      push: ({ total }, report) => {
        engine.take();
        if (total !== undefined) engine.push(total.time, total.value, total.length);
        forward(engine, report);
      },
      advance: (to, report) => {
        engine.take();
        engine.advance(to);
        forward(engine, report);
      },
      save: () => engine.save(),
      load: (state: Json) => engine.load(state),
    };
  },
});
