import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startDga } from '../src/index.ts';
import { minutes, TestClock } from './clock.ts';
import { post, query, reply, world } from './dga-client.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'caudal-dga-'));
});
afterEach(() => rm(directory, { recursive: true }));

it('goes on from its file after it was killed in the middle of a line', async () => {
  const clock = new TestClock('2026-06-10T14:15:00Z');
  const at = clock.now() - minutes(15);
  const file = join(directory, 'ledger.ndjson');
  const first = await startDga({ clock, ...world, file });
  const { data } = await reply(post(first.url, { now: clock.now(), at }));
  const receipt = data['numeroComprobante'] ?? '';
  await first.ledger.until(({ records }) => records[0]?.told === true);
  const truth = { records: first.ledger.records, requests: first.ledger.requests };
  await first.close();
  await appendFile(file, '{"type":"request","req');

  const second = await startDga({ clock, ...world, file });
  expect({ records: second.ledger.records, requests: second.ledger.requests }).toEqual(truth);
  expect((await reply(query(second.url, receipt))).status).toBe('00');
  expect((await reply(post(second.url, { now: clock.now(), at }))).message).toContain(receipt);
  const other = await reply(post(second.url, { now: clock.now(), at: at - 1000 }));
  expect(other.data['numeroComprobante']).not.toBe(receipt);
  await second.close();

  const third = await startDga({ clock, ...world, file });
  expect(third.ledger.records).toHaveLength(2);
  expect(third.ledger.requests.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
  expect(third.ledger.violations.map(({ kind }) => kind)).toEqual(['resend-of-received']);
  await third.close();
});
