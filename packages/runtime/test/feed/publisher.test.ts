import { CaudalError, type ErrorKind } from '@caudal/core';
import type { NewRecord } from '@caudal/kafka';
import { expect, test } from 'vitest';
import { createPublisher } from '../../src/feed/publisher.ts';

const record = (name: string, bytes = 10): NewRecord => ({ key: 'k', value: Buffer.from(name.padEnd(bytes)) });
const nameOf = ({ value }: NewRecord) => Buffer.from(value).toString().trim();
const error = (kind: ErrorKind) => new CaudalError(kind, `it is ${kind}`);

/** A broker that answers when it is told to. */
const broker = () => {
  const sent: string[] = [];
  const answers: PromiseWithResolvers<void>[] = [];
  return {
    sent,
    send: (records: readonly NewRecord[]) => {
      sent.push(records.map(nameOf).join(' '));
      const answer = Promise.withResolvers<void>();
      answers.push(answer);
      return answer.promise;
    },
    answer: async (kind?: ErrorKind) => {
      await Promise.resolve();
      const next = answers.shift();
      if (kind === undefined) next?.resolve();
      else next?.reject(error(kind));
      // Of what the answer leads to, until the next request.
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
};
const isItsOwn = ({ kind }: CaudalError) => kind === 'rejected';

test('one request at a time, in the order of asking; what came meanwhile goes together', async () => {
  const { sent, send, answer } = broker();
  const publish = createPublisher(send, 10_000, isItsOwn);
  const all = ['a', 'b', 'c'].map((name) => publish([record(name)]));
  expect(sent).toEqual(['a']);
  await answer();
  expect(sent).toEqual(['a', 'b c']);
  await answer();
  await Promise.all(all);
});

test('no request is larger than a record may be, and one that is too large stands alone', async () => {
  const { sent, send, answer } = broker();
  const publish = createPublisher(send, 1_000, isItsOwn);
  const first = publish([record('a', 600), record('b', 600), record('c', 2_000), record('d', 20), record('e', 20)]);
  const second = publish([record('f', 20)]);
  for (let times = 0; times < 5; times += 1) await answer();
  await Promise.all([first, second]);
  expect(sent).toEqual(['a', 'b', 'c', 'd e', 'f']);
});

test('what waits behind a request that failed fails with it, and what is asked later goes on', async () => {
  const { sent, send, answer } = broker();
  const publish = createPublisher(send, 10_000, isItsOwn);
  const all = Promise.allSettled(['a', 'b', 'c'].map((name) => publish([record(name)])));
  await answer('transient');
  expect((await all).map((one) => (one as PromiseRejectedResult).reason)).toEqual(
    Array.from({ length: 3 }, () => expect.objectContaining({ kind: 'transient' })),
  );
  const later = publish([record('d')]);
  await answer();
  await later;
  expect(sent).toEqual(['a', 'd']);
});

test('a record that the broker refuses for itself fails alone', async () => {
  const { sent, send, answer } = broker();
  const publish = createPublisher(send, 10_000, isItsOwn);
  const all = Promise.allSettled(['a', 'b', 'c', 'd'].map((name) => publish([record(name)])));
  await answer();
  await answer('rejected');
  await answer();
  await answer('rejected');
  await answer();
  expect((await all).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(sent).toEqual(['a', 'b c d', 'b', 'c', 'd']);
});
