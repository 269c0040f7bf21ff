import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createRedactor, systemClock, withDefaults } from '@caudal/core';
import { startDga, startSmtp, startTago } from '@caudal/simulators';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { main } from '../../src/cli/main.ts';
import { inRange } from '../../src/cli/node-range.ts';
import { runtimeOptions, type RuntimeOptions } from '../../src/config/options.ts';
import { logFilesIn } from '../../src/config/places.ts';
import { createLog } from '../../src/observe/create-log.ts';
import { openStore } from '../../src/store/index.ts';
import { example } from './example.ts';
import { createProject, type Project } from './project.ts';

const projects: Project[] = [];
const project = (files: Readonly<Record<string, string>> = {}) => {
  const made = createProject(files);
  projects.push(made);
  return made;
};
afterAll(() => {
  for (const made of projects) made.remove();
});

const secrets = {
  TAGO_TOKEN_LOGGER: 'tago-token-"quoted"/and+plus-91',
  DGA_PASSWORD: 'informant pässword/55+=',
  SMTP_PASSWORD: 'smtp-password-77aa',
};

const expectNoSecret = (...texts: readonly string[]) => {
  for (const secret of Object.values(secrets)) {
    for (const text of texts) expect(text).not.toContain(secret);
  }
};

test('logs shows one stream, or all; errors have a file of their own', async () => {
  const made = project(example);
  const before = await made.caudal(['logs']);
  expect(before.code).toBe(1);
  expect(before.err).toContain('there is no log at');
  const options = withDefaults(runtimeOptions, { log: { console: false } }) as RuntimeOptions;
  const log = createLog(options.log, logFilesIn(made.folder), createRedactor(), systemClock);
  log.stream('telemetry', { instance: 'tago' }).info({}, 'records were read');
  log.stream('compliance').error({}, 'the regulator refused');
  await log.close();
  const shown = async (...args: string[]) => (await made.caudal(['logs', ...args])).out;
  expect(await shown()).toMatch(/info +telemetry +records were read.*\n.*error compliance +the regulator refused\n$/);
  expect(await shown('--stream', 'telemetry')).not.toContain('refused');
  rmSync(logFilesIn(made.folder).all);
  expect(JSON.parse(await shown('--stream', 'errors', '--json'))).toMatchObject({ msg: 'the regulator refused' });
  expect(await made.caudal(['logs', '--stream', 'other'])).toMatchObject({ code: 2 });
});

describe('the command line', () => {
  let bare: Project;
  beforeAll(() => {
    bare = project();
  });

  test('--help lists every command and the exit codes', async () => {
    const { code, out, err } = await bare.caudal(['--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const [name, { summary }] of Object.entries(commands))
      expect(out).toMatch(new RegExp(`^ +${name} +${summary}$`, 'm'));
    expect(out).toContain(
      'exit codes: 0 done, 1 something failed, 2 wrong usage, 3 another process holds the database, 4 the database or its log is damaged, 5 a newer Caudal wrote the database',
    );
  });

  test('every command explains each of its options', async () => {
    for (const [name, { options = {} }] of Object.entries(commands)) {
      const lines: string[] = [];
      const streams = { out: (text: string) => void lines.push(text), err: (text: string) => void lines.push(text) };
      expect(await main([name, '--help'], streams)).toBe(0);
      for (const option of [...Object.keys(options), 'config']) {
        expect(lines.join('\n')).toMatch(new RegExp(`^  --${option}( <\\w+>)? +\\S`, 'm'));
      }
    }
  });

  test('--version is that of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect(await bare.caudal(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });

  test.each([
    [['vaildate'], 'caudal: there is no command "vaildate"; did you mean "validate"? "caudal --help" lists them.'],
    [['toString'], 'caudal: there is no command "toString"; "caudal --help" lists them.'],
    [['validate', '--jsn'], "caudal validate: Unknown option '--jsn'; did you mean --json?"],
    [['validate', '--json=yes'], "caudal validate: Option '--json' does not take an argument."],
    [['validate', 'more'], "caudal validate: Unexpected argument 'more'."],
    [['validate', '--config'], "caudal validate: Option '--config <value>' argument missing."],
    [['--config', 'x', 'validate'], 'caudal: the command comes first, before --config; "caudal --help" lists them.'],
  ])('%j is one sentence and exit code 2', async (args, sentence) => {
    expect(await bare.caudal(args)).toEqual({ code: 2, out: '', err: `${sentence}\n` });
  });
});

describe('a configuration that can not be run', () => {
  const cases: Readonly<Record<string, readonly [content: string | undefined, says: string]>> = {
    'that is not there': [undefined, 'there is no configuration file {}; "npm create caudal" writes one'],
    'with a syntax error': ['export default {\n  a: };\n', '{}:2 has a syntax error: '],
    'with syntax that needs compiling': [
      'enum A { B }\nexport default {};\n',
      '{}:1 has a syntax error: TypeScript enum',
    ],
    'without default export': ['export const config = {};\n', '{} has no default export'],
    'that exports a function': ['export default () => ({});\n', '{} exports a function'],
    'that exports a plugin': [
      "import { tago } from '@caudal/provider-tago';\nexport default tago();\n",
      '{} exports a plugin',
    ],
    'that exports text': ["export default 'data';\n", '{} exports something that is no configuration'],
    'that imports what is not installed': [
      "import x from 'no-such-package';\nexport default x;\n",
      "imports something that is not there: Cannot find package 'no-such-package'",
    ],
    'that throws': [
      "const a: number = 1;\nthrow new RangeError('out of range');\n",
      '{}:2 failed: RangeError: out of range',
    ],
  };

  test.each(Object.entries(cases))('%s', async (_name, [content, says]) => {
    const made = project(content === undefined ? {} : { 'caudal.config.ts': content });
    const path = join(made.folder, 'caudal.config.ts');
    const { code, out, err } = await made.caudal(['validate', '--json']);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(JSON.parse(out)).toEqual({
      valid: false,
      mistakes: [
        {
          file: path,
          path: '',
          message: expect.stringContaining(says.replace('{}', path)) as string,
          severity: 'error',
        },
      ],
    });
  });

  test('is told once as text', async () => {
    const made = project();
    const path = join(made.folder, 'caudal.config.ts');
    expect(await made.caudal(['validate'])).toEqual({
      code: 1,
      out: `there is no configuration file ${path}; "npm create caudal" writes one\n1 mistake\n`,
      err: '',
    });
  });
});

describe('validate', () => {
  test('names each mistake with file, line and column, and ends with exit code 1', async () => {
    const data = example['data/example.yaml'] ?? '';
    const made = project({
      ...example,
      'data/example.yaml': data
        .replace('series: well/flow, unit', 'series: well/flux, unit')
        .replace('standard: MAYOR', 'standard: MAJOR'),
    });
    const line = (text: string) => data.split('\n').findIndex((one) => one.includes(text)) + 1;
    const { code, out, err } = await made.caudal(['validate'], { env: secrets });
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out.trimEnd().split('\n')).toEqual([
      `data/example.yaml:${line('well/flow, unit')}:39 bindings[1].series there is no series "well/flux"; did you mean "well/flow"?`,
      `data/example.yaml:${line('standard: MAYOR')}:5 obligations[0].standard DGA has no standard "MAJOR"; did you mean "MAYOR"?`,
      '2 mistakes',
    ]);
  });

  test('reads data and .env beside the configuration, wherever it is called from', async () => {
    const made = project({
      ...example,
      '.env': "TAGO_TOKEN_LOGGER=a-token\nDGA_PASSWORD='a password'\nSMTP_PASSWORD=another\n",
    });
    mkdirSync(join(made.folder, 'elsewhere'));
    const ended = await made.caudal(['validate', '--config', '../caudal.config.ts'], {
      cwd: join(made.folder, 'elsewhere'),
    });
    expect(ended).toEqual({ code: 0, out: 'valid: 1 point, 1 device, 1 obligation, 1 person\n', err: '' });
  });

  test('never shows a secret that was written in plain', async () => {
    const made = project({
      ...example,
      'caudal.config.ts': (example['caudal.config.ts'] ?? '').replace('env:SMTP_PASSWORD', secrets.SMTP_PASSWORD),
    });
    const { code, out, err } = await made.caudal(['validate']);
    expect(code).toBe(1);
    expect(out).toContain('caudal.config.ts notifiers.mail.password must be a reference to a secret');
    expectNoSecret(out, err);
  });
});

// Each asks several processes, one after the other.
describe('check and doctor against simulators', { timeout: 120_000 }, () => {
  const externalId = '5a3c0d9e1f2b4a6c8d7e0001';
  let made: Project;
  let close: () => Promise<void>;

  beforeAll(async () => {
    made = project();
    const vendor = await startTago({ clock: systemClock });
    vendor.addDevice({ id: externalId, token: secrets.TAGO_TOKEN_LOGGER });
    const regulator = await startDga({
      clock: systemClock,
      centres: ['77555666-8'],
      informants: [{ rut: '20999888-2', password: secrets.DGA_PASSWORD }],
      works: [{ code: 'OB-0101-114', variant: 'subterranea', informant: '20999888-2' }],
    });
    const mailbox = await startSmtp({ clock: systemClock, directory: join(made.folder, 'mails') });
    close = async () => {
      await Promise.all([vendor.close(), regulator.close(), mailbox.close()]);
    };
    made.write('data/all.yaml', (example['data/example.yaml'] ?? '').replace('000000000000000000000001', externalId));
    made.write(
      'caudal.config.ts',
      `import { dga } from '@caudal/compliance-dga';
import { email } from '@caudal/notifier-email';
import { tago } from '@caudal/provider-tago';
import { defineRuntime } from '@caudal/runtime';

export default defineRuntime({
  providers: { tago: tago({ baseUrl: '${vendor.url}' }) },
  targets: { dga: dga({ rutEmpresa: '77555666-8', baseUrl: '${regulator.url}' }) },
  notifiers: { mail: email({ host: '${mailbox.host}', port: ${mailbox.port}, allowPlaintext: true, from: 'caudal@example.org' }) },
});
`,
    );
  });
  afterAll(() => close());

  test('check tries every instance, device and work', async () => {
    const { code, out, err } = await made.caudal(['check'], { env: secrets });
    expect({ code, err }, out).toEqual({ code: 0, err: '' });
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.slice(0, line.indexOf(':'))),
    ).toEqual([
      'ok     provider tago',
      'ok     device   logger',
      'ok     target   dga',
      'ok     work     OB-0101-114',
      'ok     notifier mail',
    ]);
    expectNoSecret(out);
  });

  test('check ends with exit code 1 when one token is wrong, and tries the others all the same', async () => {
    const env = { ...secrets, TAGO_TOKEN_LOGGER: 'another-token-0001' };
    const { code, out } = await made.caudal(['check', '--json'], { env });
    const tried = JSON.parse(out) as { kind: string; name: string; ok: boolean; message: string }[];
    expect(code).toBe(1);
    expect(tried.filter(({ ok }) => !ok).map(({ kind, name }) => `${kind} ${name}`)).toEqual(['device logger']);
    expect(tried).toHaveLength(5);
    expect(out).not.toContain('another-token-0001');
  });

  test('check tries nothing while there are mistakes', async () => {
    made.write('data/more.yaml', 'points: [{ id: x }]\n');
    const { code, out, err } = await made.caudal(['check'], { env: secrets });
    made.write('data/more.yaml', '');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^data\/more\.yaml:1:10 points\[0\]\.\w+ is required$/m);
    expect(err).toContain('caudal check: the configuration has mistakes; nothing was tried.');
  });

  test('doctor finds nothing wrong, and who holds the database', async () => {
    const free = await made.caudal(['doctor', '--json'], { env: secrets });
    const findings = JSON.parse(free.out) as { name: string; state: string; message: string }[];
    expect(free.code, free.out).toBe(0);
    expect([...new Set(findings.map(({ name }) => name))]).toEqual([
      'node',
      'sqlite',
      'clock',
      'configuration',
      'secrets',
      'folder',
      'disk',
      'database',
      'server',
      'audit',
      'instances',
    ]);
    expect(findings.find(({ name }) => name === 'audit')).toMatchObject({
      state: 'warning',
      message: expect.stringContaining('not signed'),
    });
    expect(findings.filter(({ name }) => name === 'instances').map(({ state }) => state)).toEqual(['ok', 'ok', 'ok']);
    expect(existsSync(join(made.folder, 'caudal.db'))).toBe(false);

    const store = await openStore({ path: join(made.folder, 'caudal.db'), clock: systemClock });
    const held = await made.caudal(['doctor', '--offline'], { env: secrets });
    const refused = await made.caudal(['migrate'], { env: secrets });
    await store.close();
    expect(held.out).toMatch(new RegExp(`^ok +database +held by process ${process.pid} since \\d{4}-`, 'm'));
    expect(held.out).toMatch(/^skipped instances +--offline$/m);
    expect(refused.code).toBe(3);
    expect(refused.err).toContain(`is in use by process ${process.pid}`);

    const after = await made.caudal(['doctor', '--offline'], { env: secrets });
    expect(after.out).toMatch(/^ok +database +nobody holds the database$/m);
    expectNoSecret(free.out, held.out, after.out);
  });

  test('doctor names the secrets that can not be read', async () => {
    const { code, out } = await made.caudal(['doctor', '--offline'], { env: { ...secrets, DGA_PASSWORD: '' } });
    expect(code).toBe(1);
    expect(out).toMatch(/^failed +secrets +environment variable DGA_PASSWORD is not set \(obligations\[0\]\./m);
  });

  test('doctor goes on when the configuration can not be read', async () => {
    const { code, out } = await made.caudal(['doctor', '--config', 'none.ts']);
    expect(code).toBe(1);
    expect(out).toMatch(/^failed +configuration +there is no configuration file/m);
    expect(out).toMatch(/^skipped folder +/m);
  });
});

test.each([
  ['v22.22.0', false],
  ['v22.23.0', true],
  ['v23.5.0', false],
  ['v24.14.9', false],
  ['v24.15.0', true],
  ['v26.0.1', true],
])('Node.js %s fits: %s', (version, fits) => {
  expect(inRange(version, '>=22.23 <23 || >=24.15')).toBe(fits);
});
