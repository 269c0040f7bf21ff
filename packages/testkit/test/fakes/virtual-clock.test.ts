import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { virtualClock } from '@caudal/testkit';

const start = Date.UTC(2026, 0, 1);

test('sleepers wake in order, each at its own instant', async () => {
  const clock = virtualClock(start);
  const seen: [string, number][] = [];
  const sleeper = async (name: string, ...delays: number[]) => {
    for (const delay of delays) {
      await clock.sleep(delay);
      seen.push([name, clock.now() - start]);
    }
  };
  const all = Promise.all([sleeper('a', 30, 30), sleeper('b', 10, 50), sleeper('c', 20, 1000)]);
  await clock.advance(100);
  expect(seen).toEqual([
    ['b', 10],
    ['c', 20],
    ['a', 30],
    ['b', 60],
    ['a', 60],
  ]);
  expect(clock.now()).toBe(start + 100);
  expect(clock.sleepers).toBe(1);
  expect(clock.next).toBe(start + 1020);
  await clock.advanceTo(start + 1020);
  await all;
});

test('an aborted sleep rejects with the reason and leaves nothing behind', async () => {
  const clock = virtualClock(start);
  const controller = new AbortController();
  const sleep = clock.sleep(1000, controller.signal);
  controller.abort(new Error('enough'));
  await expect(sleep).rejects.toThrow('enough');
  await expect(clock.sleep(1, controller.signal)).rejects.toThrow('enough');
  expect(clock.sleepers).toBe(0);
});

test('an exchange with a real server between two sleeps is over before time moves on', async () => {
  const clock = virtualClock(start);
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end('x'.repeat(300_000)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const seen: number[] = [];
  const polling = (async () => {
    for (let round = 0; round < 20; round += 1) {
      await clock.sleep(60_000);
      const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'y'.repeat(100_000) });
      expect((await answer.text()).length).toBe(300_000);
      seen.push(clock.now() - start);
    }
  })();
  await clock.advance(20 * 60_000);
  expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => (index + 1) * 60_000));
  await polling;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('runUntil stops at the first instant where the condition holds', async () => {
  const clock = virtualClock(start);
  let count = 0;
  const stop = new AbortController();
  const ticking = (async () => {
    for (;;) {
      await clock.sleep(1000, stop.signal);
      count += 1;
    }
  })();
  await clock.runUntil(() => count === 7);
  expect(clock.now()).toBe(start + 7000);
  await expect(clock.runUntil(() => false, 5000)).rejects.toThrow('5000 ms of virtual time');
  stop.abort(new Error('stopped'));
  await expect(ticking).rejects.toThrow('stopped');
});

test('a clock does not go back and is moved by one at a time', async () => {
  const clock = virtualClock(start);
  await expect(clock.advance(-1)).rejects.toThrow('does not go back');
  const first = clock.advance(5);
  await expect(clock.advance(5)).rejects.toThrow('already being moved');
  await first;
});
