import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withDefaults } from '@caudal/core';
import { expect, test } from 'vitest';
import { exitCodes } from '../../src/cli/command.ts';
import { commands } from '../../src/cli/commands.ts';
import { runtimeOptions, type RuntimeOptions } from '../../src/config/options.ts';
import { present } from './outside.ts';

const unit = readFileSync(new URL('../../../../examples/systemd/caudal.service', import.meta.url), 'utf8');
const valuesOf = (key: string) => [...unit.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value = '']) => value);

test('the unit calls commands that there are, and stops as they expect', () => {
  const called = [...valuesOf('ExecStartPre'), ...valuesOf('ExecStart')].map((line) => line.split(' '));
  expect(called.map(([program]) => program)).toEqual(called.map(() => '/opt/caudal/node_modules/.bin/caudal'));
  for (const [, command] of called) expect(Object.keys(commands)).toContain(command);
  const { drainSeconds } = withDefaults(runtimeOptions, {}) as RuntimeOptions;
  expect(Number.parseInt(valuesOf('TimeoutStopSec')[0] ?? '', 10)).toBeGreaterThan(drainSeconds);
  expect(valuesOf('KillSignal')).toEqual(['SIGTERM']);
  expect(valuesOf('RestartPreventExitStatus')).toEqual([
    [exitCodes.usage, exitCodes.damaged, exitCodes.newer].join(' '),
  ]);
});

const missing = present('systemd-analyze')
  ? undefined
  : 'systemd-analyze is not installed (Debian: apt-get install systemd)';

test.skipIf(missing !== undefined)(`systemd accepts the unit${missing ? `: ${missing}` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'caudal-systemd-'));
  try {
    // It looks whether the program is there, and whether the pages of the documentation are.
    const program = join(folder, 'caudal');
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
    mkdirSync(join(folder, 'units'));
    const file = join(folder, 'units', 'caudal.service');
    const verify = (text: string) => {
      writeFileSync(file, text.replaceAll('/opt/caudal/node_modules/.bin/caudal', program));
      return execFileSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8', stdio: 'pipe' });
    };
    expect(verify(unit)).toBe('');
    expect(() => verify(unit.replace('Type=exec', 'Type=sometimes\nExecStart=/nowhere/at-all'))).toThrow();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
