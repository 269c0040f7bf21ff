import type { NewRecord } from '@caudal/kafka';
import { type CaudalError, toCaudalError } from '@caudal/core';
import { bytesOf } from './record.ts';

/** Of one request to the broker. */
const recordsAtOnce = 500;

interface Waiting {
  readonly records: readonly NewRecord[];
  readonly bytes: number;
  readonly done: PromiseWithResolvers<void>;
}

const sizeOf = (records: readonly NewRecord[]): number => records.reduce((sum, record) => sum + bytesOf(record), 0);

/** Pieces that one request may hold, in order. A record that is larger stands alone. */
const piecesOf = (records: readonly NewRecord[], maxBytes: number): readonly (readonly NewRecord[])[] => {
  const pieces: NewRecord[][] = [];
  let room = 0;
  for (const record of records) {
    const bytes = bytesOf(record);
    const last = pieces.at(-1);
    if (last === undefined || bytes > room || last.length >= recordsAtOnce) {
      pieces.push([record]);
      room = maxBytes - bytes;
    } else {
      last.push(record);
      room -= bytes;
    }
  }
  return pieces;
};

/**
 * Publishes in the order in which it was asked, one request at a time: two that are under way could change places when the first is tried again.
 * What came meanwhile goes together. When a request fails, what waits behind it fails too, so that nothing overtakes what its sender will
 * bring again; a record that the broker refuses for itself fails alone.
 *
 * @param maxBytes of one request: the brokers refuse a batch that is larger than a record may be
 * @param isItsOwn whether an error is that of a record, and others may be taken
 */
export const createPublisher = (
  send: (records: readonly NewRecord[]) => Promise<void>,
  maxBytes: number,
  isItsOwn: (error: CaudalError) => boolean,
): ((records: readonly NewRecord[]) => Promise<void>) => {
  const waiting: Waiting[] = [];
  let running = false;

  const sendAll = async (records: readonly NewRecord[]) => {
    for (const piece of piecesOf(records, maxBytes)) await send(piece);
  };
  const takeGroup = (): readonly Waiting[] => {
    let count = 0;
    let bytes = 0;
    const more = waiting.findIndex((one, index) => {
      count += one.records.length;
      bytes += one.bytes;
      return index > 0 && (count > recordsAtOnce || bytes > maxBytes);
    });
    return waiting.splice(0, more === -1 ? waiting.length : more);
  };
  const fail = (failed: readonly Waiting[], error: CaudalError) => {
    for (const { done } of failed) done.reject(error);
  };
  /** Answers what keeps those behind from going on. */
  const sendGroup = async (group: readonly Waiting[]): Promise<CaudalError | undefined> => {
    try {
      await sendAll(group.flatMap(({ records }) => records));
      for (const { done } of group) done.resolve();
      return undefined;
    } catch (thrown) {
      const error = toCaudalError(thrown);
      if (!isItsOwn(error) || group.length === 1) {
        fail(group, error);
        return isItsOwn(error) ? undefined : error;
      }
    }
    for (const [index, one] of group.entries()) {
      const error = await sendGroup([one]);
      if (error === undefined) continue;
      fail(group.slice(index + 1), error);
      return error;
    }
    return undefined;
  };
  const run = async () => {
    running = true;
    while (waiting.length > 0) {
      const error = await sendGroup(takeGroup());
      if (error !== undefined) fail(waiting.splice(0), error);
    }
    running = false;
  };

  return (records) => {
    const done = Promise.withResolvers<void>();
    waiting.push({ records, bytes: sizeOf(records), done });
    if (!running) void run();
    return done.promise;
  };
};
