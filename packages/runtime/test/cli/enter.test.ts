import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createRuntime } from '@caudal/runtime';
import { manual } from '@caudal/provider-manual';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mediaTypeOf } from '../../src/cli/entry/read-entry.ts';
import { main } from '../../src/cli/main.ts';
import { createProject, type Project } from './project.ts';

const config = `import { manual } from '@caudal/provider-manual';
import { tago } from '@caudal/provider-tago';
import { defineRuntime } from '@caudal/runtime';

export default defineRuntime({
  providers: { sheets: manual({ decimal: ',', timeFormat: 'day-first' }), tago: tago() },
  http: { enabled: false },
});
`;

const data = `
points:
  - { id: well, name: Pozo, kind: well, series: { flow: {} } }
devices:
  - { id: logbook, provider: sheets, externalId: page-1, settings: { zone: '-04:00' } }
bindings:
  - { device: logbook, variable: caudal, series: well/flow }
`;

const sheet = `variable;time;value;unit
caudal;06-07-2026 10:00;12,5;L/s
caudal;06-07-2026 11:00;13,25;L/s
caudal;06-07-2026;14,0;L/s
nivel;06-07-2026 10:00;seco;m
caudal;06-07-2026 12:00;;L/s
`;

let made: Project;
const caudal = (args: readonly string[], input?: string) =>
  made.caudal(['enter', ...args], input === undefined ? {} : { input });
const signed = ['--author', 'A. Reader', '--note', 'July, read by hand'];

beforeEach(() => {
  made = createProject({ 'caudal.config.ts': config, 'data/all.yaml': data, 'july.csv': sheet });
});
afterEach(() => made.remove());

const shown = `3 readings
  logbook caudal: 2 readings from 2026-07-06T14:00:00.000Z to 2026-07-06T15:00:00.000Z
  logbook nivel: 1 reading from 2026-07-06T14:00:00.000Z to 2026-07-06T14:00:00.000Z, 1 without a value, no binding wants it
1 problem
  line 4: the time has no time of day
`;

describe('what is found', () => {
  test('is shown by variable with its span, problems with their lines; a dry run keeps nothing', async () => {
    const ended = await caudal(['--instance', 'sheets', '--device', 'logbook', '--dry-run', 'july.csv']);
    expect(ended).toEqual({ code: 0, out: shown, err: '' });
    expect(existsSync(join(made.folder, 'caudal.db'))).toBe(false);
  });

  test('comes as JSON', async () => {
    const ended = await caudal(['--instance', 'sheets', '--device', 'logbook', '--dry-run', '--json', 'july.csv']);
    expect(JSON.parse(ended.out)).toMatchObject({
      readings: 3,
      found: [
        { variable: 'caudal', readings: 2, wanted: true },
        { variable: 'nivel', wanted: false },
      ],
      problems: [{ at: 'line 4' }],
    });
  });

  test.each([
    ['no line that can be read', 'variable;time;value\ncaudal;never;1\n', '  line 2: the time has no time of day'],
    ['no header', 'caudal;06-07-2026 10:00;1\n', '  the first row is no header: no column is named "time"'],
    ['no value', 'variable;time;value\ncaudal;06-07-2026 10:00;\n', '0 readings'],
  ])('is nothing, with exit code 1, in a file with %s', async (_name, text, line) => {
    const ended = await caudal(['--instance', 'sheets', '--device', 'logbook', ...signed, '-'], text);
    expect(ended).toMatchObject({ code: 1, err: 'caudal enter: nothing could be read; nothing was kept.\n' });
    expect(ended.out.split('\n')).toContain(line);
    expect(existsSync(join(made.folder, 'caudal.db'))).toBe(false);
  });

  test('is nothing where there are more readings than the runtime takes', async () => {
    made.write('caudal.config.ts', config.replace('http:', 'process: { maxReadingsPerRecord: 2 },\n  http:'));
    const ended = await caudal(['--instance', 'sheets', '--device', 'logbook', ...signed, 'july.csv']);
    expect(ended.code).toBe(1);
    expect(ended.out).toContain('3 readings in one record; the limit is 2');
  });
});

test.each<[readonly string[], number, string]>([
  [[], 2, 'say one file, or - for standard input.'],
  [['a.csv', 'b.csv'], 2, 'say one file, or - for standard input.'],
  [['july.csv'], 1, '--author is missing'],
  [['--author', 'x', 'july.csv'], 1, '--note is missing'],
])('%j ends with exit code %i before anything is read', async (args, code, sentence) => {
  const err: string[] = [];
  const ended = await main(['enter', ...args], { out: () => undefined, err: (text) => err.push(text) });
  expect({ ended, err }).toEqual({ ended: code, err: [`caudal enter: ${sentence}`] });
});

test.each<[string, string | undefined, readonly string[], string]>([
  ['July.CSV', undefined, ['application/json', 'text/csv'], 'text/csv'],
  ['-', undefined, ['application/json', 'text/csv'], 'application/json'],
  ['july.dat', 'text/csv', ['text/csv'], 'text/csv'],
])('%s, said to be %s, for a provider of %j is %s', (file, said, taken, expected) => {
  expect(mediaTypeOf(file, said, taken)).toBe(expected);
});

test.each<[string, string | undefined, readonly string[], string]>([
  ['july.csv', undefined, [], 'this provider takes nothing that people hand in'],
  ['july.xlsx', undefined, ['text/csv'], 'say with --media-type what july.xlsx is: text/csv'],
  ['july.csv', 'text/xml', ['text/csv'], 'the provider takes text/csv; this is text/xml'],
])('%s, said to be %s, for a provider of %j is refused', (file, said, taken, message) => {
  expect(() => mediaTypeOf(file, said, taken)).toThrow(expect.objectContaining({ kind: 'config', message }));
});

test.each<[readonly string[], string]>([
  [['--instance', 'tago', '--dry-run', 'july.csv'], 'this provider takes nothing that people hand in'],
  [
    ['--instance', 'sheets', '--device', 'logger', '--dry-run', 'july.csv'],
    'sheets has no device logger; there are logbook',
  ],
  [['--instance', 'sheets', '--dry-run', 'june.csv'], 'june.csv can not be read: ENOENT: no such file or directory'],
])('%j ends with exit code 1', async (args, sentence) => {
  const ended = await caudal(args);
  expect(ended).toMatchObject({ code: 1, out: '' });
  expect(ended.err).toContain(`caudal enter: ${sentence}`);
});

test('a file larger than the limit is refused before it is read to its end', async () => {
  made.write('caudal.config.ts', config.replace('enabled: false', 'enabled: false, maxManualBytes: 1024'));
  const ended = await caudal(['--instance', 'sheets', '--dry-run', '-'], 'x'.repeat(2000));
  expect(ended).toEqual({ code: 1, out: '', err: 'caudal enter: - has more than 1024 bytes (http.maxManualBytes)\n' });
});

const openRuntime = () =>
  createRuntime({
    database: join(made.folder, 'caudal.db'),
    data: [join(made.folder, 'data')],
    providers: { sheets: manual({ decimal: ',', timeFormat: 'day-first' }) },
    // Smaller than the file: webhooks have a limit of their own.
    http: { enabled: false, maxBodyBytes: 1024 },
    log: { console: false },
  });

const span = { series: ['well/flow'], from: Date.UTC(2026, 6, 6), to: Date.UTC(2026, 6, 7) };

describe('what is entered', () => {
  test('while nothing runs is processed by the next run', async () => {
    const ended = await caudal(['--instance', 'sheets', '--device', 'logbook', ...signed, 'july.csv']);
    expect(ended).toMatchObject({ code: 0, err: '' });
    expect(ended.out).toMatch(/^kept as raw record [0-9a-f-]{36}$/m);
    const runtime = await openRuntime();
    await runtime.start();
    try {
      await expect
        .poll(async () => (await runtime.query.values(span)).map(({ value }) => value), { interval: 50 })
        .toEqual([12.5, 13.25]);
    } finally {
      await runtime.stop();
    }
  });

  test('goes to the runtime that runs, typed readings from standard input too, and twice changes nothing', async () => {
    const runtime = await openRuntime();
    await runtime.start();
    try {
      const first = await caudal(
        ['--instance', 'sheets', '--device', 'logbook', ...signed, '-'],
        sheet + `;;;\n`.repeat(2000),
      );
      expect(first).toMatchObject({ code: 0, err: '' });
      const typed = { readings: [{ variable: 'caudal', time: '2026-07-06T13:00', value: 15 }] };
      made.write('typed.json', JSON.stringify(typed));
      const args = ['--instance', 'sheets', '--device', 'logbook', ...signed, '--json', 'typed.json'];
      const second = await caudal(args);
      expect(JSON.parse(second.out)).toMatchObject({ readings: 1, problems: [], raw: expect.any(String) as string });
      expect(await caudal(args)).toMatchObject({ code: 0 });
      await expect
        .poll(async () => (await runtime.query.values(span)).map(({ value }) => value), { interval: 50 })
        .toEqual([12.5, 13.25, 15]);
    } finally {
      await runtime.stop();
    }
  });
});
