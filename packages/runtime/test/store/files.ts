import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Store, type StoreOptions } from '../../src/store/index.ts';
import { t0 } from './rows.ts';

/** A clock that a test sets. */
export const handClock = () => {
  const clock = { at: t0, now: () => clock.at, sleep: () => Promise.resolve() };
  return clock;
};

export type Open = (options: StoreOptions) => Promise<Store>;

/** Runs a test in a folder of its own and takes the folder away. */
export const inFolder = async (test: (folder: string) => Promise<void>): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'caudal-store-'));
  try {
    await test(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** A fresh store for one test. */
export const withStore = (
  open: Open,
  test: (store: Store, clock: ReturnType<typeof handClock>) => Promise<void>,
  options: Partial<StoreOptions> = {},
): Promise<void> =>
  inFolder(async (folder) => {
    const clock = handClock();
    const store = await open({ path: join(folder, 'caudal.db'), clock, ...options });
    try {
      await test(store, clock);
    } finally {
      await store.close();
    }
  });
