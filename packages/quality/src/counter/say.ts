import type { Finding, Flag } from '@caudal/core';
import type { Report } from '../rules/report.ts';
import type { Departure } from './classify.ts';
import type { Grid } from './grid.ts';
import type { Register } from './register.ts';
import type { OldLine, Run } from './state.ts';

const role = 'total';

type Detail = NonNullable<Finding['detail']>;

export const key = (code: string, from: number): string => `${code}:${role}:${from}`;

const find = (
  report: Report,
  code: string,
  flag: Flag,
  from: number,
  to: number,
  detail: Detail,
  status: Finding['status'] = 'final',
): string => {
  const name = key(code, from);
  report.find({ key: name, role, from, to, code, flag, status, detail });
  return name;
};

const offset = (report: Report, name: string, from: number, amount: number, suggested = false): void => {
  if (amount === 0) return;
  report.correct({
    key: suggested ? `${name}:estimate` : name,
    role,
    from,
    to: Infinity,
    method: 'offset',
    amount,
    origin: suggested ? 'estimated' : 'adjusted',
    state: suggested ? 'suggested' : 'applied',
    because: name,
  });
};

const hide = (
  report: Report,
  because: string,
  from: number,
  to: number,
  method: 'exclude' | 'hold',
  suffix = '',
): void =>
  report.correct({ key: `${because}${suffix}`, role, from, to, method, origin: 'adjusted', state: 'applied', because });

const departureFlag: Readonly<Record<Departure, Flag>> = {
  TOTAL_ROLLOVER: 1,
  TOTAL_RESET: 3,
  TOTAL_DECREASE_UNEXPLAINED: 3,
  TOTAL_JUMP: 4,
};

/** The flag of a reading that was decided to be one. */
export const flagOf = (code: Departure): Flag => departureFlag[code];

/** A value that can be no register: hidden, and never an anchor. */
export const excluded = (report: Report, code: string, at: number, observed: number): void => {
  const name = find(report, code, 4, at, at, { observed });
  hide(report, name, at, at, 'exclude');
};

export const float32 = (report: Report, at: number, precision: number): void => {
  find(report, 'FLOAT32_REGISTER', 1, at, at, { precision });
};

/** How each run of equal readings is shown: a dip as the register before it, what can not be true not at all. */
const shownAs: Readonly<Record<string, 'exclude' | 'hold'>> = {
  TOTAL_DIP: 'hold',
  TOTAL_NEGATIVE: 'exclude',
  UNIT_SUSPECT: 'exclude',
};

export const run = (report: Report, { code, flag, from, to, count, first }: Run): void => {
  const name = find(report, code, flag, from, to, { observed: first, readings: count });
  const method = shownAs[code];
  if (method !== undefined) hide(report, name, from, to, method);
};

export const ambiguous = (report: Report, grid: Grid, at: number, cap: number, modulus: number): void => {
  find(report, 'TOTAL_ROLLOVER', 2, at, at, {
    reason: 'the register may have passed its last number more than once',
    limit: grid.toUnit(cap),
    modulus: grid.toUnit(modulus),
  });
};

export const silence = (report: Report, from: number, at: number): void => {
  find(report, 'TIME_GAP', 2, at, at, { reason: 'same register after a silence', silentMs: at - from });
};

export const backflow = (report: Report, grid: Grid, at: number, register: number, ticks: number): void => {
  find(report, 'BACKFLOW', 1, at, at, { amount: grid.toUnit(register - ticks) });
};

export const provisional = (
  report: Report,
  grid: Grid,
  code: Departure,
  at: number,
  register: number,
  ticks: number,
): void => {
  const detail = { previous: grid.toUnit(register), observed: grid.toUnit(ticks) };
  find(report, code, departureFlag[code], at, at, detail, 'provisional');
};

export const replaced = (
  report: Report,
  grid: Grid,
  at: number,
  next: Register,
  old: { readonly register: number; readonly last: number; readonly known: boolean; readonly contradicted: boolean },
): void => {
  const name = `METER_REPLACED:${role}:${next.installedAt}`;
  report.find({
    key: name,
    role,
    from: at,
    to: at,
    code: 'METER_REPLACED',
    flag: old.contradicted ? 3 : 1,
    status: 'final',
    detail: {
      previous: grid.toUnit(old.register),
      lastReading: old.known ? grid.toUnit(old.last) : 'unknown',
      firstReading: grid.toUnit(next.initial),
    },
  });
  offset(report, name, at, grid.toUnit(old.last - next.initial));
};

const glitchCode = (ticks: number, register: number, tau: number): string =>
  ticks <= tau ? 'TOTAL_GLITCH_ZERO' : ticks > register ? 'TOTAL_GLITCH_HIGH' : 'TOTAL_GLITCH_LOW';

/** One finding for each run of readings of one class. */
export const glitches = (
  report: Report,
  grid: Grid,
  register: number,
  tau: number,
  rows: readonly (readonly [number, number])[],
): void => {
  let from = 0;
  while (from < rows.length) {
    const [at, ticks] = rows[from] as readonly [number, number];
    const code = glitchCode(ticks, register, tau);
    let to = from;
    while (to + 1 < rows.length && glitchCode((rows[to + 1] as readonly [number, number])[1], register, tau) === code) {
      to += 1;
    }
    const end = (rows[to] as readonly [number, number])[0];
    const detail = { observed: grid.toUnit(ticks), expected: grid.toUnit(register), readings: to - from + 1 };
    hide(report, find(report, code, 4, at, end, detail), at, end, 'exclude');
    from = to + 1;
  }
};

export const longGlitch = (
  report: Report,
  grid: Grid,
  tau: number,
  line: OldLine,
  undone: readonly OldLine[],
  to: number,
): void => {
  for (const { keys } of undone) for (const name of keys) report.withdraw(name, `${name}:estimate`);
  const code = glitchCode(line.head, line.register, tau);
  const detail = { observed: grid.toUnit(line.head), expected: grid.toUnit(line.register), reason: 'long' };
  hide(report, find(report, code, 4, line.from, to, detail), line.from, to, 'exclude');
};

export interface Decision {
  readonly code: Departure;
  readonly at: number;
  readonly register: number;
  readonly ticks: number;
  readonly increase: number;
  readonly cap: number;
  readonly ambiguous: boolean;
  readonly estimate: number;
}

/** The offset keeps the adjusted total going: it continues at the old register plus the increase. */
export const decided = (report: Report, grid: Grid, decision: Decision): void => {
  const { code, at, register, ticks, increase, cap } = decision;
  const detail: Record<string, string | number> = {
    previous: grid.toUnit(register),
    observed: grid.toUnit(ticks),
    increase: grid.toUnit(increase),
  };
  if (cap !== Infinity) detail['limit'] = grid.toUnit(cap);
  if (code === 'TOTAL_RESET' && cap !== Infinity) detail['lostAtMost'] = grid.toUnit(Math.max(0, cap - ticks));
  if (decision.ambiguous) detail['reason'] = 'the register may have passed its last number more than once';
  const flag = decision.ambiguous ? 2 : departureFlag[code];
  const name = find(report, code, flag, at, at, detail);
  offset(report, name, at, grid.toUnit(register + increase - ticks));
  if (code === 'TOTAL_JUMP' && decision.estimate > 0) offset(report, name, at, grid.toUnit(decision.estimate), true);
};

/** Steps a thousand times too large: nothing is counted, and the line goes on from the last of them. Returns the keys said. */
export const scaledSteps = (
  report: Report,
  grid: Grid,
  register: number,
  rows: readonly (readonly [number, number])[],
): readonly string[] => {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return [];
  const detail = { previous: grid.toUnit(register), observed: grid.toUnit(first[1]), readings: rows.length };
  const name = find(report, 'UNIT_SUSPECT', 4, first[0], last[0], detail);
  offset(report, name, first[0], grid.toUnit(register - last[1]));
  const before = rows.at(-2);
  if (before !== undefined) hide(report, name, first[0], before[0], 'exclude', ':exclude');
  return [name, `${name}:exclude`];
};
