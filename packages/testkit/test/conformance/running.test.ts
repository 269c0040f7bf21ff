import { expect, test } from 'vitest';
import { registerConformance, ruleConformance, runConformance, type Suite } from '@caudal/testkit';
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
