import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { configured } from '@caudal/core';
import { afterEach, expect, test } from 'vitest';
import {
  type CaseOptions,
  complianceConformance,
  notifierConformance,
  providerConformance,
  replies,
  ruleConformance,
  runConformance,
  type Suite,
} from '@caudal/testkit';
import { acmeNotifier, acmeNotifierDefinition } from '../reference/acme-notifier.ts';
import { acme, acmeDefinition } from '../reference/acme-provider.ts';
import { acmeRule, acmeRuleDefinition } from '../reference/acme-rule.ts';
import { acmeTarget, acmeTargetDefinition } from '../reference/acme-target.ts';
import { withParts } from '../reference/flawed.ts';
import { expectFailures } from './exactly.ts';

const folderOf = (name: string) => new URL(`../cases/${name}/`, import.meta.url);

const onlyCases = (suite: Suite): Suite => ({
  ...suite,
  checks: suite.checks.filter(({ id }) => /^[PRCN]-70/.test(id)),
});

const device = { id: 'logger-1', externalId: 'unit-1', settings: {}, variables: [] };

const provider = (options: Partial<CaseOptions<typeof acmeDefinition>> = {}) =>
  onlyCases(
    providerConformance({
      plugin: (url) => acme(url),
      device,
      cases: { folder: folderOf('acme'), ...(options as object) },
    }),
  );

const target = (options: Partial<CaseOptions<typeof acmeTargetDefinition>> = {}) =>
  onlyCases(
    complianceConformance({
      plugin: (url) => acmeTarget(url),
      report: { work: { code: 'W-1', settings: {} }, members: {}, submissions: [] },
      sendTime: 0,
      faults: [],
      answers: { accepted: replies.json({}) },
      cases: { folder: folderOf('acme-registry'), ...(options as object) },
    }),
  );

const notifier = (options: Partial<CaseOptions<typeof acmeNotifierDefinition>> = {}) =>
  onlyCases(
    notifierConformance({
      plugin: (url) => acmeNotifier(url),
      address: {},
      cases: { folder: folderOf('acme-push'), ...(options as object) },
    }),
  );

const rule = (options: Partial<CaseOptions<typeof acmeRuleDefinition>> = {}) =>
  onlyCases(
    ruleConformance({
      plugin: acmeRule(),
      params: {},
      cases: [],
      caseFolders: { folder: folderOf('acme-range'), ...(options as object) },
    }),
  );

test.for([
  ['provider', provider(), 4],
  ['compliance target', target(), 3],
  ['notifier', notifier(), 3],
  ['rule', rule(), 1],
] as const)('the committed cases of a good %s pass', async ([, suite, count]) => {
  await expectFailures(suite);
  expect(suite.checks).toHaveLength(count);
});

test('a plugin that reads, renders, sends or judges otherwise fails the case that it breaks, alone', async () => {
  const sentinels = (config: never) =>
    withParts(configured(acmeDefinition, config), (instance) => ({
      decode: (record, context) => {
        const { readings, problems } = instance.decode(record, context);
        return { problems, readings: readings.map((one) => ({ ...one, value: one.value ?? 0 })) };
      },
    }));
  await expectFailures(provider({ plugin: sentinels }), 'P-70/sentinels-are-no-readings');

  const oneByteMore = (config: never) =>
    withParts(configured(acmeTargetDefinition, config), (instance) => ({
      render: (report) => {
        const artifact = instance.render(report);
        return { ...artifact, body: `${artifact.body}\n` };
      },
    }));
  await expectFailures(target({ plugin: oneByteMore }), 'C-70/accepted');

  const accentless = (config: never) =>
    withParts(configured(acmeNotifierDefinition, config), (instance) => ({
      send: ({ message, ...request }) => instance.send({ ...request, message: { ...message, text: message.title } }),
    }));
  await expectFailures(notifier({ plugin: accentless }), 'N-70/alarm', 'N-70/wrong-number');

  const silent = (config: never) =>
    withParts(configured(acmeRuleDefinition, config), (instance) => ({
      open: (params) => ({
        ...instance.open(params),
        advance: () => ({ findings: [], corrections: [], withdrawn: [] }),
      }),
    }));
  await expectFailures(rule({ plugin: silent }), 'R-70/too-high-and-silent');
});

const temporary: string[] = [];

afterEach(() => {
  for (const path of temporary.splice(0)) rmSync(path, { recursive: true });
});

/** Why the only case of a suite fails after `file` of the committed one was changed. */
const reasonAfter = async (
  make: (options: { folder: URL }) => Suite,
  from: string,
  file: string,
  change: (text: string) => string,
) => {
  const at = mkdtempSync(join(tmpdir(), 'caudal-cases-'));
  temporary.push(at);
  cpSync(folderOf(from), join(at, 'one'), { recursive: true });
  const path = join(at, 'one', file);
  const before = readFileSync(path, 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(path, after);
  const { checks } = await runConformance(make({ folder: pathToFileURL(`${at}/`) }));
  return checks[0]?.reason ?? '';
};

test('golden bytes, outcomes, issues and confirmations that differ are shown', async () => {
  const accepted = (file: string, change: (text: string) => string) =>
    reasonAfter(target, 'acme-registry/accepted', file, change);
  const bytes = await accepted('artifact.txt', (text) => text.replace('OB-0001', 'OB-0002'));
  expect(bytes).toMatch(/artifact\.txt differs from byte \d+ on:\n- .*OB-0002.*\n\+ .*OB-0001/);
  const outcome = await accepted('expected.json', (text) => text.replace('R-77', 'R-78'));
  expect(outcome).toContain('-   "outcomes": {"slot-1":{"status":"accepted","receipt":"R-78"}}');
  const issue = await reasonAfter(target, 'acme-registry/low-value', 'expected.json', (text) =>
    text.replace('/level/value', '/total/value'),
  );
  expect(issue).toContain('/submissions/0/values/total/value');
  const readBack = await reasonAfter(target, 'acme-registry/read-back-differs', 'expected.json', (text) =>
    text.replace('conflict', 'confirmed'),
  );
  expect(readBack).toContain('"theirs":"120035"');
});

test('the files that a case names are as strict as the case', async () => {
  expect(
    await reasonAfter(target, 'acme-registry/accepted', 'report.json', (text) => text.replace('"work"', '"wrok"')),
  ).toContain('report.json: /work is required; /wrok unknown key "wrok"');
  expect(
    await reasonAfter(target, 'acme-registry/accepted', 'report.json', (text) =>
      text.replace('"level": {}', '"level": {"x":1}'),
    ),
  ).toContain('report.json: /members/level/x unknown key "x"');
  expect(
    await reasonAfter(notifier, 'acme-push/alarm', 'message.json', (text) => text.replace('"title"', '"titel"')),
  ).toMatch(/^message\.json: .*\/titel unknown key "titel"/);
  expect(
    await reasonAfter(rule, 'acme-range/too-high-and-silent', 'samples.json', (text) => text.replace('7.25,', '')),
  ).toContain('samples.json: /value/value has 2 items, and time has 3');
  expect(
    await reasonAfter(rule, 'acme-range/too-high-and-silent', 'case.json', (text) => text.replace('"most"', '"moist"')),
  ).toContain('case.json: /params');
});

test('a case of another kind is refused', async () => {
  const reason = await reasonAfter(provider, 'acme-push/alarm', 'case.json', (text) => `${text} `);
  expect(reason).toBe('case.json: /act must be one of decode, pull, subscribe, webhook, check');
});

test('a secret that is kept makes any case fail', async () => {
  const leaking = (config: never) =>
    withParts(configured(acmeDefinition, config), (instance, host) => ({
      pull: async (request) => {
        const result = await (instance as Required<typeof instance>).pull(request);
        const token = Buffer.from(await host.secret('env:ACME_TOKEN')).toString('base64');
        return {
          ...result,
          records: result.records.map(({ body, envelope }) => ({ body, envelope: { ...envelope, topic: token } })),
        };
      },
    }));
  const suite = provider({ plugin: leaking });
  await expectFailures(suite, 'P-70/pages-of-a-window');
  const { checks } = await runConformance(suite);
  expect(checks[0]?.reason).toContain('env:ACME_TOKEN (base64)');
});
