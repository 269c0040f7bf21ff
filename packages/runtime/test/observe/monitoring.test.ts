import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { metricTable } from '../../src/observe/metrics.ts';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../../examples/monitoring', import.meta.url));
const file = (name: string) => readFileSync(join(folder, name), 'utf8');

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
}
interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}

const asked: readonly (readonly [string, string])[] = [
  ...(JSON.parse(file('grafana.json')) as Dashboard).panels.flatMap(({ title, targets }) =>
    targets.map(({ expr }) => [title, expr] as const),
  ),
  ...(parse(file('rules.yml')) as Rules).groups.flatMap(({ rules }) =>
    rules.map(({ alert, expr }) => [alert, expr] as const),
  ),
];
const table: Readonly<Record<string, { readonly type: string; readonly labels: readonly string[] }>> = metricTable;

describe('examples/monitoring asks only for what the runtime says', () => {
  test.each(asked)('%s', (_, expr) => {
    const names = [...expr.matchAll(/\bcaudal_\w+/g)].map(([name]) => name.replace(/_bucket$/, ''));
    expect(names.filter((name) => !(name in table))).toEqual([]);
    const declared = new Set(['le', 'job', ...names.flatMap((name) => table[name]?.labels ?? [])]);
    const labels = [
      ...[...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(',')),
      ...[...expr.matchAll(/[{,]\s*(\w+)\s*[!=]/g)].map(([, label = '']) => label),
    ].map((label) => label.trim());
    expect(labels.filter((label) => !declared.has(label))).toEqual([]);
  });

  test('names of counters end in total, and every name begins with caudal and says its unit', () => {
    for (const [name, { type }] of Object.entries(table)) {
      expect(name).toMatch(/^caudal_[a-z_]+$/);
      expect(name.endsWith('_total'), name).toBe(type === 'counter');
    }
  });
});

const promtool = (() => {
  try {
    execFileSync('promtool', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

test.skipIf(!promtool)('promtool accepts configuration and rules (skipped without promtool of Prometheus)', () => {
  execFileSync('promtool', ['check', 'config', join(folder, 'prometheus.yml')], { stdio: 'pipe' });
});
