import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as rest } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { textCell } from '../../src/api/export/formats.ts';
import { processed, t0, value } from '../store/rows.ts';
import { fillSeries } from './export-child.ts';
import { openServed, type TestServed } from './served.ts';

const rows = Number(process.env['CAUDAL_EXPORT_ROWS'] ?? 1_000_000);
const format = process.env['CAUDAL_EXPORT_FORMAT'] ?? 'csv-es-CL';
const megabyte = 1024 * 1024;

let world: TestServed;
let token: string;
beforeAll(async () => {
  world = await openServed();
  token = await world.key({ role: 'viewer' });
});
afterAll(() => world.close());

const text = async (query: string) => {
  const answer = await world.ask('GET', `/exports/values?${query}`, { token });
  expect(answer.status, answer.text).toBe(200);
  return answer;
};
const span = `from=2026-01-01T00:30:00Z&to=2026-01-01T00:50:00Z`;

test('the first line has zone and units, numbers are exact, and what is suspect says so', async () => {
  const csv = await text(`series=well-north/flow,well-north/level&${span}`);
  expect(csv.headers.get('content-disposition')).toBe('attachment; filename="caudal.csv"');
  expect(csv.text.split('\r\n')).toEqual([
    'time [America/Santiago],instant [UTC],well-north/flow [L/s],well-north/flow flag,well-north/flow codes,well-north/level [m],well-north/level flag,well-north/level codes',
    '2025-12-31 21:30:00,2026-01-01T00:30:00.000Z,4.5,3,SPIKE,4.5,3,SPIKE',
    '2025-12-31 21:40:00,2026-01-01T00:40:00.000Z,6,1,,6,1,',
    '',
  ]);
  const chilean = await text(`series=well-north/flow&format=csv-es-CL&zone=UTC&${span}`);
  expect(chilean.text.split('\r\n').slice(0, 2)).toEqual([
    // fetch takes the byte order mark off
    'time [UTC];instant [UTC];well-north/flow [L/s];well-north/flow flag;well-north/flow codes',
    '2026-01-01 00:30:00;2026-01-01T00:30:00.000Z;4,5;3;SPIKE',
  ]);
  const lines = (await text(`series=well-north/flow&format=ndjson&${span}`)).text.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    { type: 'head', zone: 'America/Santiago', series: [{ id: 'well-north/flow', unit: 'L/s' }] },
    {
      type: 'row',
      at: '2026-01-01T00:30:00.000Z',
      time: '2025-12-31 21:30:00',
      values: { 'well-north/flow': { text: '4.5', flag: 3, codes: ['SPIKE'] } },
    },
    {
      type: 'row',
      at: '2026-01-01T00:40:00.000Z',
      time: '2025-12-31 21:40:00',
      values: { 'well-north/flow': { text: '6', flag: 1 } },
    },
  ]);
});

test('series of other instants stand side by side, each at its own', async () => {
  const at = (ms: number) => value(t0 + ms, ms, { series: 'well-south/flow' });
  await world.services.store.write.commitProcessed(
    processed({ values: [at(-3_000), { ...at(-1_000), value: null, text: null, flag: 9 as const }] }),
  );
  const csv = await text('series=well-north/flow,well-south/flow&zone=UTC&to=2026-01-01T00:00:01Z');
  expect(csv.text.split('\r\n').slice(1, 4)).toEqual([
    '2025-12-31 23:59:57,2025-12-31T23:59:57.000Z,,,,-3000,1,',
    '2025-12-31 23:59:59,2025-12-31T23:59:59.000Z,,,,,9,',
    '2026-01-01 00:00:00,2026-01-01T00:00:00.000Z,0,1,,0,1,',
  ]);
});

test('no text is a formula to a spreadsheet, and every text comes back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(',', ';'), (given, separator) => {
      const cell = textCell(given, separator);
      const quoted = cell.startsWith('"');
      const inside = quoted ? cell.slice(1, -1).replaceAll('""', '"') : cell;
      expect(inside).not.toMatch(/^[=+\-@\t\r]/);
      if (!quoted) expect(cell.includes(separator) || /["\r\n]/.test(cell)).toBe(false);
      expect(/^[=+\-@\t\r]/.test(given) ? inside.slice(1) : inside).toBe(given);
    }),
  );
});

test('what is not in sight, and zones and spans that are not, are refused before the first byte', async () => {
  const owner = await world.key({ role: 'owner', points: ['well-north'] });
  const ask = async (query: string, as: string) =>
    (await world.ask('GET', `/exports/values?${query}`, { token: as })).status;
  expect(await ask('series=well-south/flow', owner)).toBe(404);
  expect(await ask('series=well-north/flow,well-south/flow', owner)).toBe(404);
  expect(await ask('series=well-north/flow', owner)).toBe(200);
  expect(await ask('series=well-north/flow&zone=Mars/Base', token)).toBe(400);
  expect(await ask('series=nothing', token)).toBe(400);
});

test('a year of one-minute values opens and zooms in a moment', async () => {
  const year = 525_600;
  fillSeries(world, 'well-north/total', year);
  const time = async (query: string) => {
    const began = performance.now();
    const { status, json } = await world.ask('GET', `/series/well-north/total/chart?${query}`, { token });
    const took = performance.now() - began;
    expect(status).toBe(200);
    return { took, count: json.count.reduce((sum: number, one: number) => sum + one, 0) as number };
  };
  const whole = await time('buckets=1000');
  const again = await time('buckets=1000');
  const month = await time('buckets=1000&from=2025-06-01T00:00:00Z&to=2025-07-01T00:00:00Z');
  const day = await time('buckets=1000&from=2025-06-01T00:00:00Z&to=2025-06-02T00:00:00Z');
  expect(whole.count).toBeGreaterThanOrEqual(year);
  expect([month.count, day.count]).toEqual([30 * 1440, 1440]);
  const ms = ({ took }: { took: number }) => `${took.toFixed(0)} ms`;
  console.log(`a year of ${year} values: ${ms(whole)}, again ${ms(again)}; a month ${ms(month)}, a day ${ms(day)}`);
}, 120_000);

/** Resident memory of a process, bytes. */
const memoryOf = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;

/** Reads an export to its end, and says how many lines it had and how far the memory of its writer rose above where it was. */
const drain = async (answer: Response, pid: number) => {
  const before = memoryOf(pid);
  const began = performance.now();
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  let [peak, lines, chunks, bytes] = [0, 0, 0, 0];
  for (;;) {
    const { value: chunk, done } = await reader.read();
    if (done) break;
    for (const byte of chunk) if (byte === 10) lines += 1;
    chunks += 1;
    bytes += chunk.length;
    // Who reads slowly holds the writer back, not the memory.
    if (chunks === 20) await rest(300);
    if (chunks % 20 === 0) peak = Math.max(peak, memoryOf(pid) - before);
  }
  return { lines, bytes, megabytes: peak / megabyte, seconds: (performance.now() - began) / 1000 };
};

test.skipIf(process.platform !== 'linux')(
  `${rows} rows of ${format} are written while they are read, with at most 100 MB more memory`,
  async () => {
    const child = spawn(
      process.execPath,
      ['--conditions=@caudal/source', join(import.meta.dirname, 'export-child.ts'), String(rows)],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    try {
      const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
      const { url, token: viewer } = JSON.parse(line) as { url: string; token: string };
      const take = async () =>
        drain(
          await fetch(`${url}/exports/values?format=${format}&series=well-south/total`, {
            headers: { authorization: `Bearer ${viewer}` },
          }),
          child.pid as number,
        );
      // A process takes its heap's and its page cache's share with its first work, whatever that is: that is told, not judged.
      for (const time of ['first', 'second'] as const) {
        const { lines, bytes, megabytes, seconds } = await take();
        console.log(
          `${time}: ${lines} lines, ${(bytes / megabyte).toFixed(0)} MB of ${format} in ${seconds.toFixed(1)} s, at most ${megabytes.toFixed(0)} MB more memory`,
        );
        expect(lines).toBe(rows + 30 + 1);
        if (time === 'second') expect(megabytes).toBeLessThan(100);
      }
    } finally {
      child.stdin.end();
      await once(child, 'exit');
    }
  },
  Math.max(600_000, rows / 2),
);
