import { assertSocketNetwork, runSocket } from '@caudal/http';
import { fakeHost } from '@caudal/testkit';
import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllEnvs();
});

const own = 'an own authority';

test.each([
  ['ws://vendor.example', { proxy: 'http://proxy.example' }, 'unsupported'],
  ['wss://vendor.example', { proxy: 'http://proxy.example' }, 'unsupported'],
  ['wss://vendor.example', { ca: own }, 'unsupported'],
])('%s with %o is refused before anything is sent: it would be gone around', (url, network, kind) => {
  expect(() => assertSocketNetwork(url, fakeHost({ network }))).toThrow(
    expect.objectContaining({ kind, sent: 'no' }) as Error,
  );
});

test('an authority does not matter without TLS', () => {
  expect(() => assertSocketNetwork('ws://vendor.example', fakeHost({ network: { ca: own } }))).not.toThrow();
});

test('TLS that nobody verifies is refused, by the runner too', async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  const options = {
    url: 'wss://127.0.0.1:1',
    host: fakeHost(),
    signal: new AbortController().signal,
    readyMs: 1000,
    maxWaiting: {},
    opened: () => true,
    connected() {},
    hear: () => ({ flows: true }),
  };
  await expect(runSocket(options)).rejects.toMatchObject({ kind: 'config', sent: 'no' });
});

test('a signal that is aborted already opens nothing', async () => {
  const controller = new AbortController();
  controller.abort();
  let opened = false;
  await runSocket({
    url: 'ws://127.0.0.1:1',
    host: fakeHost(),
    signal: controller.signal,
    readyMs: 1000,
    maxWaiting: {},
    opened: () => (opened = true),
    connected() {},
    hear: () => ({ flows: true }),
  });
  expect(opened).toBe(false);
});
