import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRedactor, withDefaults } from '@caudal/core';
import { virtualClock } from '@caudal/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runtimeOptions, type RuntimeOptions } from '../../src/config/options.ts';
import { logFilesIn } from '../../src/config/places.ts';
import { createLog } from '../../src/observe/create-log.ts';
import { logStreams } from '../../src/observe/log.ts';

const secret = 'tago-token-"quoted"/and+plus-91';
const start = Date.UTC(2026, 0, 15, 12);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'caudal-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (log: Partial<RuntimeOptions['log']>) => {
  const options = withDefaults(runtimeOptions, { log: { console: false, ...log } }) as RuntimeOptions;
  const redact = createRedactor();
  redact.add(secret);
  return createLog(options.log, logFilesIn(folder), redact, virtualClock(start));
};

const text = (name: keyof ReturnType<typeof logFilesIn>) => readFileSync(logFilesIn(folder)[name], 'utf8');
const lines = (name: keyof ReturnType<typeof logFilesIn>) =>
  text(name)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const told = (name: keyof ReturnType<typeof logFilesIn>) =>
  lines(name).map(({ stream, level }) => `${String(stream)} ${String(level)}`);

const sayAll = (log: ReturnType<typeof open>) => {
  for (const name of logStreams) {
    const stream = log.stream(name);
    stream.debug({}, 'd');
    stream.info({}, 'i');
    stream.warn({}, 'w');
    stream.error({}, 'e');
  }
};

describe('streams of the log', () => {
  test('each has its level, else the common one; errors of all are in the stream errors as well', async () => {
    const log = open({ level: 'warn', levels: { telemetry: 'error', compliance: 'debug', errors: 'error' } });
    sayAll(log);
    await log.close();
    expect(told('all')).toEqual([
      'telemetry error',
      ...['debug', 'info', 'warn', 'error'].map((level) => `compliance ${level}`),
      'notifications warn',
      'notifications error',
      'system warn',
      'system error',
    ]);
    expect(told('errors')).toEqual(logStreams.map((name) => `${name} error`));
  });

  test('errors may begin with warnings', async () => {
    const log = open({ levels: { errors: 'warn' } });
    sayAll(log);
    await log.close();
    expect(told('errors')).toEqual(logStreams.flatMap((name) => [`${name} warn`, `${name} error`]));
  });

  test('a line says when, how severe, which stream, of what, and what happened', async () => {
    const log = open({});
    log.stream('telemetry', { instance: 'tago' }).info({ records: 3 }, 'records were read');
    await log.close();
    expect(lines('all')).toEqual([
      {
        level: 'info',
        time: '2026-01-15T12:00:00.000Z',
        stream: 'telemetry',
        instance: 'tago',
        records: 3,
        msg: 'records were read',
      },
    ]);
  });

  test('no file has a secret: not in details, errors, their causes, facts or the words themselves', async () => {
    const log = open({ level: 'debug' });
    const error = new Error(`refused ${secret}`, { cause: new Error(`token=${encodeURIComponent(secret)}`) });
    for (const name of logStreams) {
      const stream = log.stream(name, { instance: `of ${secret}` });
      stream.error({ error, nested: [{ header: `Bearer ${secret}` }] }, `asked with ${secret}`);
    }
    await log.close();
    for (const name of ['all', 'errors'] as const) {
      expect(lines(name)).toHaveLength(logStreams.length);
      expect(text(name)).not.toContain(secret);
      expect(text(name)).not.toContain(JSON.stringify(secret).slice(1, -1));
      expect(text(name)).not.toContain(encodeURIComponent(secret));
    }
  });

  test('a stream that talks much rotates away no error', async () => {
    const log = open({ maxFileBytes: 65_536 });
    log.stream('compliance').error({}, 'the one that matters');
    const telemetry = log.stream('telemetry');
    for (let count = 0; count < 3_000; count += 1) telemetry.info({ count }, 'nothing to see');
    await log.close();
    const { all } = logFilesIn(folder);
    expect(existsSync(`${all}.1`)).toBe(true);
    expect(readFileSync(all, 'utf8') + readFileSync(`${all}.1`, 'utf8')).not.toContain('matters');
    expect(lines('errors').map(({ msg }) => msg)).toEqual(['the one that matters']);
  });
});
