import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import type { CaudalError } from '@caudal/core';
import type { Refusal, Writer } from './engine.ts';
import { type Claim, claimKey, claimLost } from './claims.ts';
import { engineOf } from './engines.ts';
import { writeOperations } from './operations/index.ts';
import type { WriteContext, WriteOperation } from './operations/operation.ts';
import {
  type CommitterData,
  type FromCommitter,
  toWire,
  type ToCommitter,
  type WireOperation,
  type WireResult,
} from './wire.ts';

const data = workerData as CommitterData;
const port = parentPort;
if (port === null) throw new Error('the committer runs in a worker thread');

const post = (message: FromCommitter, transfer: readonly ArrayBuffer[] = []) =>
  port.postMessage(message, [...transfer]);

/** A transaction that others got in the way of is run again as often as this. */
const mostRepeats = 5;
/** In whose names a group is written. */
const claimsOf = (operations: readonly WireOperation[]): readonly Claim[] => [
  ...new Map(operations.flatMap(({ claim }) => (claim === undefined ? [] : [[claimKey(claim), claim]]))).values(),
];

/** Operations of a group that may each meet a lock before the rest is given up as well. */
const mostStopped = 2;

type AnyOperation = WriteOperation & { run(...args: unknown[]): Promise<unknown> };
const operationOf = (name: string): AnyOperation =>
  (writeOperations as unknown as Record<string, AnyOperation>)[name] as AnyOperation;

const run = (operation: AnyOperation, context: WriteContext, args: readonly unknown[]): Promise<unknown> =>
  operation.run(context, ...args);

const failed = ({ id }: WireOperation, { error }: Refusal): WireResult => ({ id, error: toWire(error) });

type Committed = { readonly results: WireResult[] } | { readonly refused: Refusal };

const serve = (writer: Writer) => {
  const { sql } = writer;
  let commits = 0;
  let alone = 0;
  let waiting = 0;

  /** Runs operations in one transaction, in order, until the time is up; answers the results of those it ran. */
  const tryOnce = async (operations: readonly WireOperation[]): Promise<Committed> => {
    const results: WireResult[] = [];
    let committing = false;
    try {
      const lost = new Set((await writer.begin(claimsOf(operations), operations[0]?.now ?? 0)).map(claimKey));
      const started = performance.now();
      for (const { id, name, args, now, claim } of operations) {
        if (claim !== undefined && lost.has(claimKey(claim))) {
          results.push({ id, error: toWire(claimLost(claim.role)) });
          continue;
        }
        const context = { sql, now, checkpointRetentionMs: data.checkpointRetentionMs };
        results.push({ id, answer: await run(operationOf(name), context, args) });
        if (performance.now() - started >= data.groupMs) break;
      }
      committing = true;
      await writer.commit();
    } catch (thrown) {
      const refused = writer.refusal(thrown, committing);
      await writer.rollback();
      return { refused };
    }
    commits += 1;
    return { results };
  };

  const commit = async (operations: readonly WireOperation[]): Promise<Committed> => {
    for (let repeats = 0; ; repeats += 1) {
      const committed = await tryOnce(operations);
      if ('results' in committed || committed.refused.next !== 'again') return committed;
      if (repeats === mostRepeats) return { refused: { ...committed.refused, next: 'all' } };
    }
  };

  const oneByOne = async (operations: readonly WireOperation[]): Promise<WireResult[]> => {
    alone += 1;
    const results: WireResult[] = [];
    let stopped = 0;
    for (const operation of operations) {
      const committed = await commit([operation]);
      if ('results' in committed) results.push(...committed.results);
      else {
        results.push(failed(operation, committed.refused));
        // What waits for somebody else's lock waits long: those behind it are told, and come again.
        if (committed.refused.next === 'locked') stopped += 1;
        if (committed.refused.next === 'all' || stopped === mostStopped)
          return [...results, ...operations.slice(results.length).map((rest) => failed(rest, committed.refused))];
      }
    }
    return results;
  };

  const resultsOf = async (operations: readonly WireOperation[]): Promise<readonly WireResult[]> => {
    const committed = await commit(operations);
    if ('results' in committed) return committed.results;
    const { refused } = committed;
    const hopeless = operations.length === 1 || refused.next === 'all';
    return hopeless ? operations.map((operation) => failed(operation, refused)) : oneByOne(operations);
  };

  const group = async (operations: readonly WireOperation[]): Promise<void> => {
    const names = new Map(operations.map(({ id, name }) => [id, name]));
    for (let rest = operations; rest.length > 0;) {
      const results = await resultsOf(rest);
      rest = rest.slice(results.length);
      post(
        { kind: 'done', results, commits, alone },
        results.flatMap((result) =>
          'answer' in result
            ? (operationOf(names.get(result.id) as string).release?.(result.answer as never) ?? [])
            : [],
        ),
      );
    }
  };

  const close = async () => {
    await writer.close();
    post({ kind: 'closed' });
    port.close();
  };

  const handle = async (message: ToCommitter): Promise<void> => {
    if (message.kind === 'close') return close();
    await group(message.operations);
    waiting -= 1;
    setImmediate(() => {
      if (waiting === 0) writer.rest?.(commits);
    });
  };

  let turn = Promise.resolve();
  port.on('message', (message: ToCommitter) => {
    waiting += 1;
    turn = turn.then(() => handle(message));
  });
};

try {
  const engine = await engineOf(data.path);
  const writer = await engine.openWriter(data);
  serve(writer);
  post({ kind: 'open', facts: writer.facts });
} catch (thrown) {
  post({ kind: 'refused', error: toWire(thrown as CaudalError) });
}
