import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import {
  readReports,
  registerConformance,
  reportText,
  ruleConformance,
  runConformance,
  type Suite,
  writeReports,
} from '@caudal/testkit';
import { acmeRule } from '../reference/acme-rule.ts';

const check = (id: string, run: () => Promise<void>) => ({ id, title: `title of ${id}`, why: 'Because.', run });

const suite: Suite = {
  kind: 'rule',
  plugin: { id: 'acme', version: '1.0.0' },
  checks: [
    check('R-01', async () => {}),
    check('R-02', () => Promise.reject(new Error('does not hold'))),
    check('R-03', () => Promise.reject(Object.assign(new Error('skipped'), { skipped: 'has none' }))),
    check('R-04', () => new Promise(() => {})),
  ],
};

test('without a runner the report says what passed, failed and was skipped, and why', async () => {
  const report = await runConformance(suite, { limitMs: 20 });
  expect(report.checks.map(({ id, status, reason }) => [id, status, reason])).toEqual([
    ['R-01', 'passed', undefined],
    ['R-02', 'failed', 'does not hold'],
    ['R-03', 'skipped', 'has none'],
    ['R-04', 'failed', 'did not end within 20 ms'],
  ]);
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  expect(report).toMatchObject({ format: 1, summary: { passed: 1, failed: 2, skipped: 1 } });
  expect(reportText(report)).toBe(
    [
      'acme 1.0.0 (rule): 1 passed, 2 failed, 1 skipped',
      'failed',
      '  R-02 title of R-02: does not hold',
      '  R-04 title of R-04: did not end within 20 ms',
      'skipped',
      '  R-03: has none',
    ].join('\n'),
  );
});

test('with a runner every check is a test, and skips are printed and skipped', async () => {
  const tests: [string, (context: unknown) => Promise<void>][] = [];
  const printed: string[] = [];
  const skips: string[] = [];
  registerConformance(suite, {
    describe: (_name, body) => body(),
    test: (name, body) => tests.push([name, body]),
    print: (line) => printed.push(line),
  });
  expect(tests.map(([name]) => name)[0]).toBe('R-01 title of R-01');
  await tests[0]?.[1]({});
  await expect(tests[1]?.[1]({})).rejects.toThrow('does not hold');
  await tests[2]?.[1]({ skip: (reason: string) => skips.push(reason) });
  expect(printed).toEqual(['skipped acme R-03 title of R-03: has none']);
  expect(skips).toEqual(['has none']);
});

test('a reason skips a check, and a skip of no check is a mistake', async () => {
  const options = { plugin: acmeRule(), params: { most: 1, step: 1 }, cases: [] };
  const report = await runConformance(ruleConformance({ ...options, skip: { 'R-05': 'known' } }));
  expect(report.checks.find(({ id }) => id === 'R-05')).toMatchObject({ status: 'skipped', reason: 'known' });
  expect(() => ruleConformance({ ...options, skip: { 'R-99': 'known' } })).toThrow('R-99');
});

test('reports are written to a file and read back; another format is refused', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'caudal-reports-'));
  try {
    const file = pathToFileURL(join(folder, 'conformance.json'));
    const report = await runConformance({ ...suite, checks: suite.checks.slice(0, 3) });
    writeReports(file, [report]);
    expect(readReports(file)).toEqual([report]);
    writeFileSync(file, JSON.stringify([{ ...report, format: 2 }]));
    expect(() => readReports(file)).toThrow('has format 2; this version reads format 1');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
