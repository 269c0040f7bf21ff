import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { notifierConformance, replies, runConformance } from '@caudal/testkit';
import { acmeNotifier } from '../reference/acme-notifier.ts';

let folder = '';
const file = () => join(folder, 'README.md');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'caudal-readme-'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const checked = async (markdown?: string) => {
  if (markdown !== undefined) writeFileSync(file(), markdown);
  const suite = notifierConformance({
    plugin: acmeNotifier,
    secrets: { 'env:ACME_PUSH': 'a secret' },
    address: { number: '1' },
    answers: { ok: replies.json({ id: 'm-1' }) },
    readme: pathToFileURL(file()),
  });
  const report = await runConformance({ ...suite, checks: suite.checks.filter(({ id }) => id === 'A-21') });
  return report.checks[0];
};

const updated = async (markdown: string) => {
  vi.stubEnv('CAUDAL_DOCS', 'update');
  vi.stubEnv('CI', '');
  const result = await checked(markdown);
  vi.unstubAllEnvs();
  return result;
};

const empty =
  '# Push\n\n<!-- caudal:config -->\n<!-- /caudal -->\n\n<!-- caudal:acme-push address -->\n<!-- /caudal -->\n';

test('tables that update mode wrote are current, whatever a formatter did to their width', async () => {
  expect(await updated(empty)).toMatchObject({ status: 'skipped', reason: expect.stringContaining('were written') });
  const written = readFileSync(file(), 'utf8');
  expect(written).toMatch(/`number` +\| string +\| required/);
  expect(await checked(written)).toMatchObject({ status: 'passed' });
  expect(await checked(written.replaceAll(/ {2,}/g, ' '))).toMatchObject({ status: 'passed' });
});

test('a stale table fails, and says how it is written', async () => {
  await updated(empty);
  const stale = readFileSync(file(), 'utf8').replace('Number of the phone.', 'Name of the phone.');
  expect(await checked(stale)).toMatchObject({
    status: 'failed',
    reason: expect.stringContaining('CAUDAL_DOCS=update'),
  });
  expect(readFileSync(file(), 'utf8')).toBe(stale);
});

test("a README without a table of the plugin's own fails", async () => {
  expect(await checked('# Push\n')).toMatchObject({ status: 'failed', reason: expect.stringContaining('no table') });
  expect(await checked('<!-- caudal:other config -->\n<!-- /caudal -->\n')).toMatchObject({ status: 'failed' });
});

test('in CI nothing is written', async () => {
  vi.stubEnv('CAUDAL_DOCS', 'update');
  vi.stubEnv('CI', 'true');
  expect(await checked(empty)).toMatchObject({ status: 'failed', reason: expect.stringContaining('for authors') });
  expect(readFileSync(file(), 'utf8')).toBe(empty);
});
