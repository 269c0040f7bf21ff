import { describe, test } from 'node:test';
import { registerConformance, ruleConformance } from '@caudal/testkit';
import manifest from '../package.json' with { type: 'json' };
import { acme } from '../src/index.ts';

const hour = 3_600_000;
const hourly = (...value: readonly (number | null)[]) => ({
  value: { time: value.map((_, index) => Date.UTC(2026, 0, 1) + index * hour), value },
});

registerConformance(
  ruleConformance({
    plugin: acme(),
    params: { most: 100, still: 3 },
    packageVersion: manifest.version,
    schemaBaseline: new URL('schema.json', import.meta.url),
    readme: new URL('../README.md', import.meta.url),
    cases: [
      { name: 'clean', samples: hourly(1, 2, null, 3), codes: [] },
      { name: 'too high', samples: hourly(1, 200, 3), codes: ['RANGE_FAIL'] },
      { name: 'stands still', samples: hourly(1, 2, 2, 2), codes: ['FLAT_LINE'] },
    ],
  }),
  { describe, test },
);
