import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CaudalError, configured } from '@caudal/core';
import { providerConformance, runConformance } from '@caudal/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { acmeStream, acmeStreamDefinition } from '../reference/acme-stream.ts';
import { withParts } from '../reference/flawed.ts';

/** The reference's lines as the body of one HTTP answer. */
const overHttp = ({ url }: { url: string }) =>
  withParts(configured(acmeStreamDefinition, { url }), () => ({
    async subscribe(request) {
      const response = await fetch(url, { signal: request.signal });
      request.connected();
      for (const line of (await response.text()).trimEnd().split('\n'))
        await request.emit([{ body: new Uint8Array(Buffer.from(line)), envelope: { channel: 'subscribe' } }]);
      throw new CaudalError('transient', 'the stream ended');
    },
  }));

const good = {
  readings: [7.25, 8].map((value) => ({
    device: 'unit-1',
    variable: 'level',
    at: '2026-06-01T12:00:00.000Z',
    value,
    raw: String(value),
    atArrival: true,
  })),
  connected: true,
  error: { kind: 'transient' },
  message: 'ended',
  requests: ['GET /'],
};

const fateOf = async (expected: object, plugin: (config: never) => ReturnType<typeof acmeStream> = overHttp) => {
  const folder = mkdtempSync(join(tmpdir(), 'caudal-cases-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string) => writeFileSync(join(folder, 'a-stream', name), text);
  mkdirSync(join(folder, 'a-stream'));
  write('stream.txt', '7.25\n8\n');
  write('expected.json', JSON.stringify(expected));
  write(
    'case.json',
    JSON.stringify({
      why: 'What a stream brought before it ended counts.',
      origin: 'The reference provider of this kit.',
      act: 'subscribe',
      now: '2026-06-01T12:00:00Z',
      config: { url: '{{server}}' },
      devices: [{ id: 'logger-1', externalId: 'unit-1', settings: {}, variables: ['level'] }],
      answers: [{ status: 200, headers: {}, file: 'stream.txt' }],
    }),
  );
  const whole = providerConformance({
    plugin: acmeStream,
    device: { id: 'logger-1', externalId: 'unit-1', settings: {}, variables: [{ name: 'level', settings: {} }] },
    cases: { folder: pathToFileURL(`${folder}/`), plugin },
  });
  const { checks } = await runConformance({
    ...whole,
    checks: whole.checks.filter(({ id }) => id.startsWith('P-70')),
  });
  return checks.map(({ status, reason }) => `${status} ${reason ?? ''}`).join();
};

test('what a stream brought is decoded and compared beside the error that its end is', async () => {
  expect(await fateOf(good)).toBe('passed ');
});

test('each part of it counts', async () => {
  expect(await fateOf({ ...good, readings: good.readings.slice(1) })).toContain('"value":7.25');
  expect(await fateOf({ ...good, connected: false })).toContain('+   "connected": true');
  const { error: _error, ...endless } = good;
  expect(await fateOf(endless)).toContain('it ended with: the stream ended');
});

test('a plugin without a stream is told so', async () => {
  const without = ({ url }: { url: string }) =>
    withParts(configured(acmeStreamDefinition, { url }), () => ({ subscribe: undefined as never }));
  expect(await fateOf(good, without)).toContain('case.json: the plugin has no subscribe');
});
