import { afterAll, expect, test } from 'vitest';
import { createProject } from './project.ts';

const made = createProject({
  'caudal.config.ts': `export default { data: [], http: { enabled: false }, schedules: { 'send-daily-summary': { enabled: false } } };\n`,
});
afterAll(() => made.remove());

test('schedules without a runtime: what was asked for waits for the next start, what is off or unknown is refused', async () => {
  expect(await made.caudal(['schedules', 'run', 'health-check'])).toMatchObject({ code: 0, err: '' });
  const { code, out } = await made.caudal(['schedules']);
  expect(code).toBe(0);
  const lines = out.trim().split('\n');
  expect(lines.map((line) => line.split(/\s+/)[0])).toEqual([
    'schedule',
    'sync-telemetry-sources',
    'reread-telemetry',
    'health-check',
    'cleanup-old-data',
    'daily-compliance-report',
    'sync-compliance-sources',
    'send-daily-summary',
  ]);
  expect(lines[3]).toMatch(/^health-check +every 10 min +asked +\d{4}-/u);
  expect(lines[5]).toMatch(
    /^daily-compliance-report +daily at 07:00 America\/Santiago +waiting +– +\d{4}-.*T1[01]:00:00/u,
  );
  expect(lines[7]).toMatch(/^send-daily-summary +daily at 08:00 America\/Santiago +off +– +– +0$/u);
  expect(await made.caudal(['schedules', 'run', 'send-daily-summary'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('switched off') as string,
  });
  expect(await made.caudal(['schedules', 'none'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('there is no schedule none') as string,
  });
  expect(await made.caudal(['schedules', 'run'])).toMatchObject({ code: 2, out: '' });
});
