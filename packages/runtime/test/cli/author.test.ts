import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@caudal/core';
import { startTago } from '@caudal/simulators';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createProject, type Project } from './project.ts';

const externalId = '5a3c0d9e1f2b4a6c8d7e0001';
const token = 'a-token-that-no-file-may-hold';
const at = Date.UTC(2026, 5, 1, 12);

const data = `
points:
  - { id: well, name: Pozo, kind: well, series: { total: {}, level: {} } }
devices:
  - { id: logger, provider: tago, externalId: ${externalId}, credential: env:LOGGER_TOKEN }
bindings:
  - { device: logger, variable: nivel, series: well/level, unit: m, level: { convention: depth, sensorDepthM: 45 } }
`;

let made: Project;
let vendor: Awaited<ReturnType<typeof startTago>>;
const caudal = (...args: string[]) => made.caudal(args, { env: { LOGGER_TOKEN: token } });

beforeAll(async () => {
  made = createProject();
  vendor = await startTago({ clock: systemClock });
  const device = vendor.addDevice({ id: externalId, token, name: 'Pozo 1' });
  device.add([
    { variable: 'nivel', value: '22.80', time: at, unit: 'm' },
    { variable: '3grecdi1va', value: 276_166, time: at },
    { variable: 'x7', value: 1, time: at },
  ]);
  made.write('data/all.yaml', data);
  made.write(
    'caudal.config.ts',
    `import { tago } from '@caudal/provider-tago';
import { defineRuntime } from '@caudal/runtime';

export default defineRuntime({ providers: { tago: tago({ baseUrl: '${vendor.url}' }) } });
`,
  );
});

afterAll(async () => {
  await vendor.close();
  made.remove();
});

describe('discover', () => {
  test('shows variables with their last values, and proposes bindings for those that say what they are', async () => {
    const { code, out, err } = await caudal('discover');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(
      'variable: nivel, series: POINT/level, unit: m } # last 22.80 at 2026-06-01T12:00:00.000Z; its unit is m',
    );
    expect(out).toMatch(/# - \{ device: logger, variable: x7, series: POINT\/\? \} .*yours to say/);
    expect(out).not.toContain(token);
  });

  test('a provider or device that is not there is named', async () => {
    expect(await caudal('discover', '--instance', 'tagoo')).toMatchObject({
      code: 1,
      err: 'caudal discover: there is no provider named tagoo; there are tago\n',
    });
    expect((await caudal('discover', '--device', 'other')).err).toContain('tago has no device other; there are logger');
  });
});

describe('record', () => {
  test('writes what the vendor answers as a case folder that holds no secret', async () => {
    const { code, out } = await caudal(
      'record',
      '--device',
      'logger',
      '--name',
      'a-level',
      '--why',
      'A level as text.',
    );
    expect({ code, out }).toEqual({ code: 0, out: 'test/cases/a-level\n' });
    const folder = join(made.folder, 'test', 'cases', 'a-level');
    const files = readdirSync(folder).toSorted();
    expect(files).toEqual(['body', 'case.json', 'expected.json']);
    for (const name of files) expect(readFileSync(join(folder, name), 'utf8')).not.toContain(token);
    const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as { readings: unknown[] };
    expect(expected.readings).toMatchObject([
      { device: externalId, variable: 'nivel', at: '2026-06-01T12:00:00.000Z', value: 22.8, raw: '22.80' },
    ]);
    expect(JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8'))).toMatchObject({
      act: 'decode',
      why: 'A level as text.',
    });
  });

  test('half a span is refused', async () => {
    expect(await caudal('record', '--device', 'logger', '--name', 'x', '--from', '2026-06-01T00:00:00Z')).toMatchObject(
      { code: 2, err: 'caudal record: --from and --to belong together.\n' },
    );
  });
});

describe('plugins', () => {
  const install = (name: string, manifest: object, report?: object) => {
    const folder = join(made.folder, 'node_modules', name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '2.1.0', ...manifest }));
    if (report !== undefined) writeFileSync(join(folder, 'conformance.json'), JSON.stringify(report));
  };

  test('lists the direct dependencies that say they are plugins, without running one', async () => {
    install(
      'caudal-acme',
      {
        main: 'throws-when-loaded.js',
        caudal: { plugins: [{ kind: 'provider', spec: 'provider/v1', id: 'acme', export: 'acme' }] },
      },
      { checks: [{ status: 'passed' }, { status: 'skipped' }, { status: 'passed' }] },
    );
    install('caudal-old', {
      caudal: { plugins: [{ kind: 'provider', spec: 'provider/v9', id: 'old', export: 'old' }] },
    });
    install('left-alone', {});
    made.write(
      'package.json',
      JSON.stringify({ type: 'module', dependencies: { 'caudal-acme': '*', 'caudal-old': '*', 'left-alone': '*' } }),
    );
    const { code, out } = await caudal('plugins');
    expect(out.trimEnd().split('\n')).toEqual([
      expect.stringMatching(
        /^provider +acme +caudal-acme@2\.1\.0 +provider\/v1 +conformance: 2 passed, 1 skipped, 0 failed$/,
      ),
      expect.stringMatching(
        /^provider +old +caudal-old@2\.1\.0 +provider\/v9 \(not known to this runtime\) +conformance: no report$/,
      ),
    ]);
    expect(code).toBe(1);
  });
});
