import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { registerConformance, ruleConformance } from '@caudal/testkit';
import { describe, expect, test } from 'vitest';
import { shortCycling } from '../short-cycling.ts';

test('prints the hour in which the pump started every six minutes', async () => {
  const main = join(import.meta.dirname, '..', 'main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@caudal/source', main]);
  expect(stdout.trim().split('\n').at(-1)).toBe('SHORT_CYCLING at well/flow, from 60 min to 120 min');
}, 120_000);

const minute = 60_000;
/** One sample a minute; each sign is one: `-` stands, `x` runs, `?` has no value. */
const minutely = (signs: string) => ({
  flow: {
    time: Array.from(signs, (_, index) => Date.UTC(2026, 0, 1) + index * minute),
    value: Array.from(signs, (sign) => (sign === '?' ? null : sign === 'x' ? 12 : 0)),
  },
});

registerConformance(
  ruleConformance({
    plugin: shortCycling(),
    params: { startsPerHour: 2, runningLps: 0.5 },
    cases: [
      { name: 'few starts', samples: minutely('--xx--xx--'), codes: [] },
      { name: 'too many', samples: minutely('-x-x-x-'), codes: ['SHORT_CYCLING'] },
      { name: 'a gap is no stop', samples: minutely('-x?x?x?x'), codes: [] },
      {
        name: 'many, but in more than an hour',
        samples: minutely(`-x${'-'.repeat(40)}x${'-'.repeat(40)}x-`),
        codes: [],
      },
    ],
  }),
  { describe, test },
);
