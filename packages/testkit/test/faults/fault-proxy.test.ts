import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type FaultProxy,
  settled,
  startFaultProxy,
  startFaultServer,
  replies,
  virtualClock,
  type Weather,
} from '@caudal/testkit';

const text = 'x'.repeat(1_000);

const withProxy = async (
  body: (
    proxy: FaultProxy,
    server: Awaited<ReturnType<typeof startFaultServer>>,
    clock: ReturnType<typeof virtualClock>,
  ) => Promise<void>,
) => {
  const clock = virtualClock(0);
  await using server = await startFaultServer();
  await using proxy = await startFaultProxy({ to: Number(new URL(server.url).port), clock });
  server.reply('*', replies.answer(200, text));
  await body(proxy, server, clock);
};

const ask = async (proxy: FaultProxy): Promise<string> => {
  const answer = await fetch(proxy.url, { headers: { connection: 'close' } });
  return answer.text();
};

const failure = async (act: Promise<unknown>): Promise<string> => {
  const error = await act.then(
    () => expect.unreachable('it went well'),
    (thrown: unknown) => thrown as Error & { cause?: { code?: string } },
  );
  return error.cause?.code ?? error.message;
};

/** A connection of a client that asks for the page. */
const asking = (proxy: FaultProxy): Socket => {
  const socket = connect(proxy.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
  return socket;
};

test('fair weather: everything goes through, and what went is known', () =>
  withProxy(async (proxy, server) => {
    expect(await ask(proxy)).toBe(text);
    expect(server.requests).toHaveLength(1);
    const [connection] = proxy.connections;
    expect(connection?.answer).toBeGreaterThan(1_000);
    expect(connection?.request).toBeGreaterThan(10);
    expect(connection?.broke).toBeUndefined();
  }));

test('any bodies, in any weather that only delays, arrive byte for byte', async () => {
  await using server = await startFaultServer();
  server.reply('*', (request) => replies.answer(200, request.body));
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 100_000, size: 'max' }),
      fc.record<Weather>(
        {
          latencyMs: fc.integer({ min: 0, max: 500 }),
          bytesPerSecond: fc.integer({ min: 400_000, max: 10_000_000 }),
        },
        { requiredKeys: [] },
      ),
      async (body, weather) => {
        const clock = virtualClock(0);
        await using proxy = await startFaultProxy({ to: Number(new URL(server.url).port), clock });
        await proxy.set(weather);
        let echo: Uint8Array | undefined;
        const answer = fetch(proxy.url, {
          method: 'POST',
          body: new Uint8Array(body),
          headers: { connection: 'close' },
        })
          .then((response) => response.arrayBuffer())
          .then((bytes) => (echo = new Uint8Array(bytes)));
        while (echo === undefined) await clock.advance(1_000);
        await answer;
        expect(Buffer.compare(echo, body)).toBe(0);
      },
    ),
    { numRuns: 8 },
  );
});

test('refused: nobody listens until the weather changes, then at the same port', () =>
  withProxy(async (proxy) => {
    await proxy.set({ connect: 'refuse' });
    expect(await failure(ask(proxy))).toBe('ECONNREFUSED');
    expect(proxy.connections).toEqual([]);
    await proxy.set({});
    expect(await ask(proxy)).toBe(text);
  }));

test('an answer that is cut or reset in the middle, and a request that never arrives whole', () =>
  withProxy(async (proxy, server) => {
    for (const by of ['cut', 'reset'] as const) {
      await proxy.set({ answer: { after: 400, by } });
      await expect(ask(proxy)).rejects.toThrow();
      expect(proxy.connections.at(-1)).toMatchObject({ answer: 400, broke: by });
    }
    expect(server.requests).toHaveLength(2);
    await proxy.set({ request: { after: 20, by: 'reset' } });
    await expect(ask(proxy)).rejects.toThrow();
    expect(server.requests).toHaveLength(2);
    await proxy.set({ connect: 'reset' });
    await expect(ask(proxy)).rejects.toThrow();
    expect(server.requests).toHaveLength(2);
  }));

test('half-open and stalled: connections stand, and nothing comes over them', () =>
  withProxy(async (proxy, server, clock) => {
    for (const [weather, arrives] of [
      [{ swallow: true }, 0],
      [{ answer: { after: 0, by: 'stall' } }, 1],
    ] as const) {
      server.reset();
      server.reply('*', replies.answer(200, text));
      await proxy.set(weather);
      const socket = asking(proxy);
      let came = 0;
      socket.on('data', ({ length }) => (came += length));
      await once(socket, 'connect');
      await clock.advance(60_000);
      await settled();
      expect({ came, closed: socket.closed, requests: server.requests.length }).toEqual({
        came: 0,
        closed: false,
        requests: arrives,
      });
      const gone = once(socket, 'close');
      proxy.drop();
      await gone;
    }
  }));

test('latency and bandwidth are of the clock', () =>
  withProxy(async (proxy, server, clock) => {
    await proxy.set({ latencyMs: 300 });
    let socket = asking(proxy);
    let whole = buffer(socket);
    await once(socket, 'connect');
    await clock.advance(299);
    expect(server.requests).toHaveLength(0);
    await clock.advance(1);
    await server.received(1);
    proxy.drop();
    await whole;
    // A peer that drips: ten bytes a second.
    await proxy.set({ bytesPerSecond: 10 });
    socket = asking(proxy);
    whole = buffer(socket);
    await once(socket, 'connect');
    await clock.advance(2_000);
    expect(proxy.connections.at(-1)?.request).toBeGreaterThan(15);
    expect(proxy.connections.at(-1)?.request).toBeLessThan(25);
    expect(server.requests).toHaveLength(1);
    proxy.drop();
    await whole;
  }));

test('the next connections have their own weather, one each', () =>
  withProxy(async (proxy) => {
    proxy.next({ connect: 'reset' }, {}, { answer: { after: 10, by: 'cut' } });
    await expect(ask(proxy)).rejects.toThrow();
    expect(await ask(proxy)).toBe(text);
    await expect(ask(proxy)).rejects.toThrow();
    expect(await ask(proxy)).toBe(text);
  }));

test('a tap reads all that comes, what is lost on the way too; closing twice is safe', async () => {
  await using server = await startFaultServer();
  server.reply('*', replies.answer(200, text));
  const read = { request: '', answer: '' };
  const proxy = await startFaultProxy({
    to: () => Number(new URL(server.url).port),
    tap: () => ({
      request: (bytes) => void (read.request += bytes.toString('latin1')),
      answer: (bytes) => void (read.answer += bytes.toString('latin1')),
    }),
  });
  expect(await ask(proxy)).toBe(text);
  expect(read.request).toMatch(/^GET \/ HTTP\/1\.1\r\n/);
  expect(read.answer.includes(text)).toBe(true);
  await proxy.set({ swallow: true });
  const before = { ...read };
  const socket = asking(proxy);
  await once(socket, 'connect');
  await settled();
  expect(read.request.length).toBeGreaterThan(before.request.length);
  expect(read.answer).toBe(before.answer);
  await proxy.close();
  await proxy.close();
  expect(await failure(ask(proxy))).toBe('ECONNREFUSED');
});
