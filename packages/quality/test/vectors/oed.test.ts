/**
 * Cumulative meters of the Open Energy Dashboard's import pipeline, counted by the engine. Vectors: OpenEnergyDashboard/OED,
 * commit 722186243bd72b0a827dc75fd789a2594a87c097, MPL-2.0 (inputs, parameters, expected rows; no code).
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseInstant } from '@caudal/core';
import { countReadings } from '@caudal/quality';

type Row = readonly string[];

interface Step {
  readonly kind: string;
  readonly params: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
}

interface Case {
  readonly id: string;
  readonly description: string;
  readonly steps: readonly Step[];
  readonly expected_rows: readonly Row[];
}

const { cases } = JSON.parse(readFileSync(new URL('oed-pipeline-vectors.json', import.meta.url), 'utf8')) as {
  cases: readonly Case[];
};

const params = ({ steps }: Case) => steps.flatMap(({ kind, params }) => (kind === 'readings' ? [params] : []));
const isRegister = (one: Case) =>
  params(one).some(({ cumulative }) => cumulative === 'true') ||
  /"cumulative"|"TRUE"\]/.test(JSON.stringify(one.steps));

/** Why the engine can not be asked a case; the first that fits. */
const leftOut: readonly (readonly [(one: Case) => boolean, string])[] = [
  [(one) => !isRegister(one), 'no register: values for intervals, not a total'],
  [(one) => params(one).some(({ honorDst }) => honorDst === 'true'), 'splits intervals at the civil clock'],
  [({ expected_rows }) => expected_rows.length === 0, 'refuses the whole batch; here one reading is flagged'],
  [
    (one) =>
      params(one).some(({ lengthVariation, lengthGap }) => lengthVariation !== undefined || lengthGap !== undefined),
    'drops what follows a gap between intervals; here the register says what flowed',
  ],
  [({ id }) => id === 'oed/pipe32', 'drops an interval that overlaps; instants do not overlap'],
  [
    (one) => one.steps.length === 2 && params(one).every(({ cumulative }) => cumulative === undefined),
    'no register: values for intervals, not a total',
  ],
];

const reasonOf = (one: Case) => leftOut.find(([applies]) => applies(one))?.[1];
const asked = cases.filter((one) => reasonOf(one) === undefined);

const at = (text: string | undefined) => parseInstant(text ?? '', 'Z') ?? Number.NaN;

describe('cumulative meters of OED', () => {
  test.each(asked)('$id $description', ({ steps, expected_rows }) => {
    const readings = new Map<number, number>();
    for (const { kind, rows } of steps) {
      if (kind !== 'readings') continue;
      for (const row of rows) {
        const end = at(row.at(-1));
        if (!Number.isNaN(end)) readings.set(end, Number(row[0]));
      }
    }
    const ends = [...readings.keys()].toSorted((a, b) => a - b);
    const { increase } = countReadings(
      { time: Float64Array.from(ends), value: Float64Array.from(ends, (end) => readings.get(end) ?? Number.NaN) },
      // There every fall is a restart at zero, and nothing waits for confirmation.
      { meters: [{ step: 1 }], confirm: 0, dipRatio: 0 },
    );
    expect([...increase].slice(1)).toEqual(expected_rows.map(([value]) => Number(value)));
  });

  test('what is left out is said', () => {
    for (const one of cases) {
      const reason = reasonOf(one);
      if (reason !== undefined) console.log(`left out: ${one.id}: ${reason}`);
    }
    expect(asked.map(({ id }) => id.slice('oed/pipe'.length)).join(' ')).toBe(
      '3 4 5 6 8 10 12 20 21 25 52 60 71 74 80',
    );
  });
});
