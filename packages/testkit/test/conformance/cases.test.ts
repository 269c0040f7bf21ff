import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import { providerConformance, readCase, runConformance, writeCase } from '@caudal/testkit';
import { acme } from '../reference/acme-provider.ts';

const committed = new URL('../cases/acme/', import.meta.url);

const suite = (folder: URL) =>
  providerConformance({
    plugin: (baseUrl) => acme(baseUrl),
    device: { id: 'logger-1', externalId: 'unit-1', settings: {}, variables: [] },
    cases: { folder },
  });

/** What becomes of the cases in a folder, by name. */
const fates = async (folder: URL) => {
  const whole = suite(folder);
  const report = await runConformance({ ...whole, checks: whole.checks.filter(({ id }) => id.startsWith('P-70')) });
  return Object.fromEntries(report.checks.map(({ id, status, reason }) => [id.slice(5), { status, reason }]));
};

const temporary: string[] = [];

/** A copy of the committed cases, changed. */
const copied = (name: string, change: (folder: string) => void): URL => {
  const at = mkdtempSync(join(tmpdir(), 'caudal-cases-'));
  temporary.push(at);
  cpSync(new URL(`${name}/`, committed), join(at, name), { recursive: true });
  change(join(at, name));
  return pathToFileURL(`${at}/`);
};

const edit = (file: string, change: (text: string) => string) => {
  writeFileSync(file, change(readFileSync(file, 'utf8')));
};

const reasonOf = async (name: string, change: (folder: string) => void) => {
  const fate = (await fates(copied(name, change)))[name];
  expect(fate?.status).toBe('failed');
  return fate?.reason ?? '';
};

afterEach(() => {
  vi.unstubAllEnvs();
  for (const path of temporary.splice(0)) rmSync(path, { recursive: true });
});

test('every act of a provider passes its committed case', async () => {
  expect(await fates(committed)).toEqual({
    'pages-of-a-window': { status: 'passed' },
    'push-with-signature': { status: 'passed' },
    'sentinels-are-no-readings': { status: 'passed' },
    'token-expired': { status: 'passed' },
  });
});

test('a reading that comes out otherwise is shown as a difference of lines', async () => {
  const reason = await reasonOf('sentinels-are-no-readings', (folder) => {
    edit(join(folder, 'expected.json'), (text) => text.replace('7.25', '7.5'));
  });
  expect(reason).toContain('A code for a broken sensor must never become a level.');
  expect(reason).toContain('-     {"device":"unit-1","variable":"level","at":"2026-06-01T10:00:00.000Z","value":7.5,');
  expect(reason).toContain('+     {"device":"unit-1","variable":"level","at":"2026-06-01T10:00:00.000Z","value":7.25,');
  expect(reason.match(/^[-+] {3}/gm)).toHaveLength(2);
});

test.for([
  ['an unknown key of case.json', 'case.json', '"act"', '"axt": 1, "act"', 'case.json: /axt unknown key "axt"'],
  [
    'an unknown key of expected.json',
    'expected.json',
    '{',
    '{ "reedings": [],',
    'expected.json: /reedings unknown key',
  ],
  ['an act that nobody knows', 'case.json', '"decode"', '"decoed"', 'case.json: /act must be one of decode, pull'],
  ['a file that is missing', 'case.json', 'body.json', 'other.json', 'missing: other.json'],
  ['an instant without a zone', 'case.json', '12:00:00Z', '12:00:00', 'case.json: /record/receivedAt'],
  ['settings that do not fit', 'case.json', '"settings": {}', '"settings": {"chanel":1}', '/devices/0/settings/chanel'],
] as const)('%s is an error that says where', async ([, file, from, to, told]) => {
  expect(
    await reasonOf('sentinels-are-no-readings', (folder) => {
      edit(join(folder, file), (text) => text.replace(from, to));
    }),
  ).toContain(told);
});

test('a file that nobody names is an error', async () => {
  const reason = await reasonOf('sentinels-are-no-readings', (folder) => {
    writeFileSync(join(folder, 'left-over.json'), '{}');
  });
  expect(reason).toContain('neither case.json nor expected.json names left-over.json');
});

test('answers and requests are one to one, and requests are compared where they are named', async () => {
  const dropped = (text: string) => text.replace(/,\s*\{[^{}]*\{[^{}]*\}[^{}]*answer-2\.json[^{}]*\}/, '');
  const unasked = await reasonOf('pages-of-a-window', (folder) => {
    edit(join(folder, 'answer-1.json'), (text) => text.replace(',"next":"two"', ''));
  });
  expect(unasked).toContain('nobody asked for answer-2.json');
  const fewer = await reasonOf('pages-of-a-window', (folder) => {
    rmSync(join(folder, 'answer-2.json'));
    edit(join(folder, 'case.json'), dropped);
  });
  expect(fewer).toContain('+   "more": true');
  const asked = await reasonOf('pages-of-a-window', (folder) => {
    edit(join(folder, 'expected.json'), (text) => text.replace('limit=2', 'limit=3'));
  });
  expect(asked).toContain('limit=2');
});

test('an error is compared by what is named, with its sentence shown when it was not expected', async () => {
  const reason = await reasonOf('token-expired', (folder) => {
    edit(join(folder, 'expected.json'), (text) => text.replace('"auth"', '"config"'));
  });
  expect(reason).toContain('it ended with: the answer is 401');
});

test('an author has the expectations written, except in CI', async () => {
  const name = 'sentinels-are-no-readings';
  const folder = copied(name, (at) => rmSync(join(at, 'expected.json')));
  expect((await fates(folder))[name]?.reason).toContain('CAUDAL_CASES=update writes it');
  vi.stubEnv('CAUDAL_CASES', 'update');
  vi.stubEnv('CI', 'true');
  expect((await fates(folder))[name]?.reason).toContain('in CI the committed files are compared');
  expect(existsSync(new URL(`${name}/expected.json`, folder))).toBe(false);
  vi.stubEnv('CI', '');
  expect((await fates(folder))[name]).toMatchObject({ status: 'skipped' });
  vi.stubEnv('CAUDAL_CASES', '');
  expect((await fates(folder))[name]).toEqual({ status: 'passed' });
  const written = (at: URL) => readFileSync(new URL(`${name}/expected.json`, at), 'utf8');
  expect(JSON.parse(written(folder))).toMatchObject({ readings: [{ value: 7.25 }, { value: null, code: 'SENTINEL' }] });
});

test('a recorded case is written without any spelling of its secrets, and reads back', () => {
  const at = mkdtempSync(join(tmpdir(), 'caudal-cases-'));
  temporary.push(at);
  const secret = 'real secret/of "somebody"+é';
  const spelt = [secret, encodeURIComponent(secret), JSON.stringify(secret), Buffer.from(secret).toString('base64')];
  const { given } = readCase(new URL('pages-of-a-window/', committed));
  const body = new Uint8Array(Buffer.concat([Buffer.from([0xff, 0x00]), Buffer.from(spelt.join('|'))]));
  const files = new Map(['session.json', 'answer-1.json', 'answer-2.json'].map((name) => [name, body]));
  writeCase(join(at, 'one'), { given, files }, { 'env:ACME_TOKEN': secret });
  const read = readCase(join(at, 'one'));
  expect(read.given).toHaveProperty('secrets', {
    'env:ACME_TOKEN': 'stand-in-1',
    'env:ACME_WEBHOOK': 'hook-of-a-case',
  });
  const text = Buffer.from(read.files.get('answer-1.json') ?? []);
  expect(text.subarray(0, 2)).toEqual(Buffer.from([0xff, 0x00]));
  for (const form of spelt) expect(text.toString('utf8')).not.toContain(form);
  expect(text.toString('utf8')).toContain('stand-in-1|stand-in-1|"stand-in-1"|');
});

test('a secret that can not be replaced is not written', () => {
  const at = mkdtempSync(join(tmpdir(), 'caudal-cases-'));
  temporary.push(at);
  const { given } = readCase(new URL('token-expired/', committed));
  const secret = 'a-secret-of-somebody';
  const basic = { ...given, origin: `basic ${Buffer.from(`user:${secret}`).toString('base64')}` };
  expect(() => {
    writeCase(join(at, 'one'), { given: basic, files: new Map() }, { 'env:ACME_TOKEN': secret });
  }).toThrow('case.json still holds env:ACME_TOKEN (base64)');
  expect(existsSync(join(at, 'one'))).toBe(false);
});
