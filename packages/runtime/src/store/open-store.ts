import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '@caudal/core';
import { refuseInterruptedRestore } from './backup/interrupted.ts';
import { type Claim, isClaimLost } from './claims.ts';
import { type Committer, startCommitter } from './committer.ts';
import { createDiskWatch } from './disk-watch.ts';
import { isAddress } from './engine.ts';
import { readOperations, writeOperations } from './operations/index.ts';
import { printableAddress } from './postgres/address.ts';
import { type Reader, startReader } from './readers.ts';
import { lockWhenFree } from './sqlite/lock.ts';
import { sqliteError } from './sqlite/errors.ts';
import type { Store, StoreReads, StoreWrites, WriteClass } from './store.ts';
import { createWriteWatch } from './write-watch.ts';

const mebibyte = 1024 * 1024;
const day = 86_400_000;

export interface StoreOptions {
  /**
   * A file on a local disk, whose folder is created; `-wal`, `-shm`, `.lock` and `.owner` files appear beside it. Or the address of a PostgreSQL
   * database, `postgres://user@host/database?schema=caudal`; the schema is created.
   */
  readonly path: string;
  readonly clock: Clock;
  /** Most rows of one group commit. Default 500. */
  readonly groupRows?: number;
  /** Most bytes of bodies in one group commit. Default 8 MiB. */
  readonly groupBytes?: number;
  /** A group that has run so long commits, and what is left of it goes on in the next. Milliseconds, default 10. */
  readonly groupMs?: number;
  /** Most bytes of the database file; what does not fit is refused as on a full disk (`transient`). Default: what the disk holds. */
  readonly maxBytes?: number;
  /** Threads that read. Default 1. */
  readonly readers?: number;
  /** How long states of the judge are kept, counted from a point's newest. Milliseconds, default 90 days. */
  readonly checkpointRetentionMs?: number;
  /** Copy a database of an older version before its tables change. Default true. */
  readonly backup?: boolean;
  /** A file is opened for one act and given back: a runtime that starts meanwhile waits for it, and it waits for no runtime. Default false. */
  readonly brief?: boolean;
  /** On a server: what an instance does is another's for the taking when it is not heard of for so long. Milliseconds, default 20 s. */
  readonly leaseMs?: number;
  /** Told once when another one has the file briefly. */
  readonly onWait?: (message: string) => void;
}

/** Counts what was handed in and not answered yet. */
const createCount = (disk: ReturnType<typeof createDiskWatch>) => {
  let waiting = 0;
  return {
    get waiting() {
      return waiting;
    },
    async during<T>(answer: Promise<T>): Promise<T> {
      waiting += 1;
      try {
        return await disk.over(answer);
      } finally {
        waiting -= 1;
      }
    },
  };
};

type Count = ReturnType<typeof createCount>;

/** What watches an answer that is waited for. */
type During = <T>(answer: Promise<T>) => Promise<T>;
type How = Parameters<Committer['submit']>[2] & { readonly onLost?: () => void };

const writes = (committer: Committer, during: During, { onLost, ...how }: How): StoreWrites =>
  Object.fromEntries(
    Object.keys(writeOperations).map((name) => [
      name,
      (...args: unknown[]) =>
        during(committer.submit(name as keyof StoreWrites, args, how)).catch((thrown: unknown) => {
          if (isClaimLost(thrown)) onLost?.();
          throw thrown;
        }),
    ]),
  ) as unknown as StoreWrites;

/** All writes that are done in one way, in each class. */
const writesInClasses = (committer: Committer, during: During, how: How): Store['write'] => {
  const byClass = new Map<WriteClass, StoreWrites>();
  const as = (writeClass: WriteClass): StoreWrites => {
    const kept = byClass.get(writeClass) ?? writes(committer, during, { ...how, writeClass });
    byClass.set(writeClass, kept);
    return kept;
  };
  return { ...writes(committer, during, how), as };
};

const reads = (readers: readonly Reader[], count: Count): StoreReads =>
  Object.fromEntries(
    Object.keys(readOperations).map((name) => [
      name,
      (...args: unknown[]) =>
        count.during(
          readers.reduce((least, reader) => (reader.waiting < least.waiting ? reader : least)).read(name, args),
        ),
    ]),
  ) as unknown as StoreReads;

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

const filesOf = (path: string) => ({ path, databaseBytes: sizeOf(path), logBytes: sizeOf(`${path}-wal`) });

/** Takes a database file for this process alone; answers what gives it back. */
const takeFile = async (path: string, now: number, options: StoreOptions): Promise<() => void> => {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (thrown) {
    throw sqliteError(thrown);
  }
  refuseInterruptedRestore(path);
  return lockWhenFree(path, now, options);
};

/**
 * Opens the store, creates or migrates its tables, and checks a database file when its last owner was killed.
 *
 * @throws CaudalError kind `config` when another process holds the database file, when a newer program wrote the database, when the file is
 * damaged or no database, or when this Node.js brings an SQLite that is too old, or the server is an old PostgreSQL; `transient` while the
 * server can not be reached
 */
export const openStore = async (options: StoreOptions): Promise<Store> => {
  const { path, clock } = options;
  const onServer = isAddress(path);
  const leaseMs = options.leaseMs ?? 20_000;
  const unlock = onServer ? () => undefined : await takeFile(path, clock.now(), options);
  const readers = Array.from({ length: options.readers ?? 1 }, () => startReader(path));
  const closeReaders = () => Promise.all(readers.map((reader) => reader.close()));
  let committer: Committer;
  try {
    committer = await startCommitter({
      path,
      clock,
      groupRows: options.groupRows ?? 500,
      groupBytes: options.groupBytes ?? 8 * mebibyte,
      groupMs: options.groupMs ?? 10,
      maxBytes: options.maxBytes ?? Infinity,
      checkpointRetentionMs: options.checkpointRetentionMs ?? 90 * day,
      backUpAt: options.backup === false ? null : clock.now(),
      leaseMs,
    });
  } catch (thrown) {
    await closeReaders();
    unlock();
    throw thrown;
  }

  const claims = onServer ? (await import('./postgres/claims.ts')).openClaims(path, leaseMs) : null;
  const disk = createDiskWatch(clock);
  const count = createCount(disk);
  const watch = createWriteWatch(clock);
  const during: During = (answer) => count.during(watch.over(answer));
  let closing: Promise<void> | undefined;
  const close = async () => {
    await closeReaders();
    await committer.close();
    await claims?.close();
    unlock();
  };
  const write = writesInClasses(committer, during, {});
  const store: Store = {
    write,
    claims,
    under: (claim: Claim, onLost) =>
      Object.create(store, { write: { value: writesInClasses(committer, during, { claim, onLost }) } }) as Store,
    get disk() {
      return disk.trouble;
    },
    probe: () => disk.probe(write),
    read: reads(readers, count),
    get waiting() {
      return count.waiting;
    },
    get unanswered() {
      return watch.unanswered;
    },
    facts: () =>
      Promise.resolve({
        ...committer.facts(),
        ...(onServer ? { path: printableAddress(path) } : filesOf(path)),
        waitingReads: readers.reduce((sum, reader) => sum + reader.waiting, 0),
      }),
    close: () => (closing ??= close()),
  };
  return store;
};
