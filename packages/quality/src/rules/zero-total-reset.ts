import { type Finding, type Flag, type Json, Type } from '@caudal/core';
import { CounterEngine } from '../counter/engine.ts';
import type { CounterSettings } from '../counter/settings.ts';
import { counterParams } from './counter.ts';
import { builtIn } from './define.ts';
import { inTimeOrder } from './in-time-order.ts';
import type { Report } from './report.ts';

const code = 'ZERO_TOTAL_RESET';

/** What the counter found and this rule repeats under its own code: everything that is the register going back. */
const goesBack = new Set([
  'TOTAL_RESET',
  'TOTAL_ROLLOVER',
  'TOTAL_DECREASE_UNEXPLAINED',
  'TOTAL_DIP',
  'TOTAL_GLITCH_ZERO',
  'TOTAL_GLITCH_LOW',
  'METER_REPLACED',
]);

const params = {
  ...counterParams,
  mode: Type.Enum(['strict', 'legacy'], {
    default: 'strict',
    description: 'legacy: flag 4 on any total below the one before, or zero while water runs; looks at nothing later.',
  }),
  flowMin: Type.Number({ default: 0, minimum: 0, description: 'Smaller flows are none, in the unit of the flow.' }),
  flowMaxAgeMs: Type.Number({
    default: 3_600_000,
    minimum: 0,
    description: 'How long a flow says whether water runs, ms.',
  }),
};

interface Params {
  readonly mode: 'strict' | 'legacy';
  readonly flowMin: number;
  readonly flowMaxAgeMs: number;
}

interface Flow {
  at: number;
  value: number;
}

/** Whether water ran at an instant: the last flow within its age. */
const waterAt = (flow: Flow | null, at: number, { flowMaxAgeMs, flowMin }: Params): string => {
  if (flow === null || at - flow.at > flowMaxAgeMs) return 'unknown';
  return Math.abs(flow.value) > flowMin ? 'runs' : 'stands';
};

interface State {
  engine: Json;
  flow: Flow | null;
  before: number | null;
  /** Whether water ran at the readings that may still be decided. */
  water: [number, string][];
}

/**
 * ZERO_TOTAL_RESET: the register shows zero while water runs, or less than before. What it is, the counter engine decides; the
 * finding carries its class: a reset is suspect, a glitch fails, a rollover, a recorded replacement or a flicker of the last
 * digit are only named.
 */
export const zeroTotalResetRule = builtIn({
  id: 'zero-total-reset',
  description: 'The register shows zero while water runs, or less than before',
  roles: {
    total: { required: true, description: 'Register as read' },
    flow: { required: false, description: 'Flow, to tell whether water runs' },
  },
  codes: { [code]: [1, 2, 3, 4] },
  params,
  open: (given) => {
    const settings = given as CounterSettings;
    const options: Params = { mode: given.mode, flowMin: given.flowMin, flowMaxAgeMs: given.flowMaxAgeMs };
    const engine = new CounterEngine(settings);
    let flow: Flow | null = null;
    let before: number | null = null;
    let water = new Map<number, string>();

    const say = (report: Report, found: Finding) => {
      const key = `${code}:${found.role}:${found.from}`;
      const detail = { ...found.detail, class: found.code, water: water.get(found.from) ?? 'unknown' };
      report.find({ ...found, key, code, detail });
    };

    const forward = (report: Report) => {
      engine.take();
      const { findings, withdrawn } = engine.report();
      for (const key of withdrawn) {
        const [found = '', role = '', from = ''] = key.split(':');
        if (goesBack.has(found)) report.withdraw(`${code}:${role}:${from}`);
      }
      for (const found of findings) if (goesBack.has(found.code)) say(report, found);
    };

    const remember = (at: number) => {
      water.set(at, waterAt(flow, at, options));
      const oldest = water.keys().next().value;
      if (water.size > 64 && oldest !== undefined) water.delete(oldest);
    };

    const legacy = (report: Report, at: number, value: number) => {
      const back = before !== null && value < before;
      const running = value === 0 && flow !== null && flow.value !== 0;
      if (back || running) {
        const detail = { observed: value, reason: back ? 'less than before' : 'zero while water runs' };
        const flag: Flag = 4;
        report.find({
          key: `${code}:total:${at}`,
          role: 'total',
          from: at,
          to: at,
          code,
          flag,
          status: 'final',
          detail,
        });
      }
      before = value;
    };

    // Only a register that goes back is asked about water.
    const strict = (at: number, read: number) => {
      if (before !== null && read < before) remember(at);
      before = read;
    };

    return {
      push: (columns, report) => {
        inTimeOrder(columns, ['flow', 'total'], (name, column, index) => {
          const at = column.time[index] as number;
          const read = column.value[index] as number;
          if (!Number.isFinite(read)) return;
          if (name === 'flow') {
            flow = { at, value: read };
          } else if (options.mode === 'legacy') legacy(report, at, read);
          else strict(at, read);
        });
        const { total } = columns;
        if (options.mode === 'legacy' || total === undefined) return;
        engine.push(total.time, total.value, total.length);
        forward(report);
      },
      advance: (to, report) => {
        if (options.mode === 'legacy') return;
        engine.advance(to);
        forward(report);
      },
      save: () => ({ engine: engine.save(), flow, before, water: [...water] }) as unknown as Json,
      load: (state: Json) => {
        const saved = state as unknown as State;
        engine.load(saved.engine);
        flow = saved.flow === null ? null : { ...saved.flow };
        before = saved.before;
        water = new Map(saved.water);
      },
    };
  },
});
