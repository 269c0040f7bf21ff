import type { Plugin, ProviderInstance } from '@caudal/core';
import { expect, test } from 'vitest';
import { providerConformance, type ProviderConformanceOptions, runConformance } from '@caudal/testkit';
import { acmeStream, type acmeStreamDefinition, streamServer } from '../reference/acme-stream.ts';
import { withParts } from '../reference/flawed.ts';
import { expectFailures } from './exactly.ts';

const options: ProviderConformanceOptions = {
  plugin: acmeStream,
  device: { id: 'logger-1', externalId: 'unit-1', settings: {}, variables: [{ name: 'level', settings: {} }] },
  records: [
    {
      id: 'raw-1',
      receivedAt: Date.UTC(2026, 5, 1),
      body: new Uint8Array(Buffer.from('7.25')),
      envelope: { channel: 'subscribe' },
    },
  ],
  readings: [{ variable: 'level', value: 7.25 }],
  stream: () => streamServer(),
};

test('a good stream passes the checks of streams', async () => {
  const { checks } = await runConformance(providerConformance(options));
  expect(checks.filter(({ status }) => status === 'failed')).toEqual([]);
  const passed = checks.filter(({ status }) => status === 'passed').map(({ id }) => id);
  expect(passed).toEqual(expect.arrayContaining(['P-01', 'P-07', 'P-33', 'P-34', 'P-35', 'P-36', 'P-37', 'P-38']));
});

type Subscribe = NonNullable<ProviderInstance['subscribe']>;

const subscribe = (change: (good: Subscribe) => Subscribe) => (url: string) =>
  withParts(acmeStream(url), (instance) => ({
    subscribe: change((request) => (instance as Required<ProviderInstance>).subscribe(request)),
  }));

const flaws: readonly (readonly [string, string, (url: string) => Plugin<typeof acmeStreamDefinition>])[] = [
  [
    'P-33',
    'acknowledges before emit has resolved',
    subscribe((good) => (request) => {
      // What fails at once is still not acknowledged, so that P-34 is passed.
      const emit = (records: Parameters<typeof request.emit>[0]) => {
        const stored = request.emit(records);
        return Promise.race([stored, new Promise<void>((resolve) => setImmediate(resolve))]);
      };
      return good({ ...request, emit });
    }),
  ],
  [
    'P-34',
    'acknowledges what was not stored',
    subscribe((good) => (request) => good({ ...request, emit: (records) => request.emit(records).catch(() => {}) })),
  ],
  [
    'P-35',
    'ignores abort',
    subscribe((good) => (request) => good({ ...request, signal: new AbortController().signal })),
  ],
  [
    'P-36',
    'does not tell that the connection is lost',
    subscribe((good) => (request) => good(request).catch(() => {})),
  ],
  ['P-37', 'never says that it flows', subscribe((good) => (request) => good({ ...request, connected() {} }))],
  [
    'P-37',
    'says that it flows with the first message',
    subscribe((good) => (request) => {
      let first = true;
      return good({
        ...request,
        connected() {},
        emit: async (records) => {
          await request.emit(records);
          if (first) request.connected();
          first = false;
        },
      });
    }),
  ],
  [
    'P-38',
    'says that it flows before it is connected',
    subscribe((good) => (request) => {
      request.connected();
      return good({ ...request, connected() {} });
    }),
  ],
];

test.for(flaws)('%s fails alone: %s', async ([id, , plugin]) => {
  await expectFailures(providerConformance({ ...options, plugin, stream: () => streamServer(plugin) }), id);
});
