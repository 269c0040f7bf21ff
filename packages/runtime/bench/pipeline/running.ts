import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { dga } from '@caudal/compliance-dga';
import type { Clock } from '@caudal/core';
import * as Effect from 'effect/Effect';
import { createComplier } from '../../src/comply/complier.ts';
import { keepRaw } from '../../src/collect/read.ts';
import { createProcessor } from '../../src/process/processor.ts';
import type { StageName } from '../../src/services.ts';
import { createWaker, runStage } from '../../src/stage.ts';
import type { NewRaw } from '../../src/store/index.ts';
import { openServices } from '../../test/process/services.ts';
import { hour, minute, start, valuesPerRecord, wellsOf } from './wells.ts';

/** A body has to be made a submission within this, or something is stuck. */
const patienceMs = 60_000;

/** What the bench sees of the stages at work. */
export interface Running {
  /** The end of every way in, pull, stream and webhook: resolves when the body is synced. */
  keep(row: NewRaw): Promise<void>;
  /** Resolves when every value of so many hours is on disk. */
  processed(hours: number): Promise<void>;
  /** Resolves when so many submissions are due. */
  due(submissions: number): Promise<void>;
  /** Ends the stages and answers how much is on disk. */
  close(): Promise<{ readonly values: number; readonly records: number; readonly due: number }>;
}

/**
 * Processing and compliance as the runtime runs them, on the time of the wells: the clock shows the quarter past an hour when every value
 * of it is on disk, so that its slots can be taken. Sends are stopped, as `caudal pause` stops them.
 */
export const startStages = async (folder: string, wells: number): Promise<Running> => {
  let values = 0;
  let due = 0;
  const hours = () => Math.floor(values / (wells * valuesPerRecord));
  const clock: Clock = {
    now: () => start + hours() * hour + 16 * minute,
    sleep: (ms, signal) => wait(ms, undefined, { ref: false, ...(signal === undefined ? {} : { signal }) }),
  };
  const waker = createWaker(clock);
  const services = await openServices(
    folder,
    wellsOf(wells),
    clock,
    { targets: { dga: dga({ rutEmpresa: '77555666-8' }) } },
    (stage: StageName) => waker.wake(stage),
  );
  const waiting = new Set<{ readonly reached: () => boolean; readonly resolve: () => void }>();
  const look = () => {
    for (const one of waiting) if (one.reached() && waiting.delete(one)) one.resolve();
  };
  services.events.on('values', (rows) => {
    values += rows.length;
    look();
  });
  services.events.on('submission', ({ state }) => {
    if (state === 'due') due += 1;
    look();
  });
  /** Rejects when nothing has moved for long: a stage that fails says why in its log. */
  const until = (reached: () => boolean) =>
    new Promise<void>((resolve, reject) => {
      let seen = values + due;
      const watch = setInterval(() => {
        if (values + due === seen) reject(new Error(`stuck at ${values} values, ${due} due: see ${folder}/caudal.log`));
        seen = values + due;
      }, patienceMs);
      waiting.add({
        reached,
        resolve: () => {
          clearInterval(watch);
          resolve();
        },
      });
      look();
    });
  await services.store.write.stopSends(
    { scope: 'all', since: start, actor: 'bench', reason: 'the way ends where a submission is due' },
    { at: start, actor: 'bench', act: 'sends stopped', subject: 'all', hash: null },
  );
  const stages = [createProcessor(services), createComplier(services)];
  const never = new AbortController().signal;
  const ran = stages.map((stage) => Effect.runPromise(runStage(stage, services, waker, never)));
  return {
    keep: async (row) => void (await keepRaw(services, [row])),
    processed: (wanted) => until(() => hours() >= wanted),
    due: (wanted) => until(() => due >= wanted),
    async close() {
      waker.drain();
      await Promise.all(ran);
      for (const stage of stages) await stage.finish?.(never);
      const counts = await services.store.read.counts();
      await services.close();
      return {
        values: Object.values(counts.values).reduce((sum, count) => sum + count, 0),
        records: counts.raw.COMPLETED,
        due: counts.submissions.due,
      };
    },
  };
};

export const databaseIn = (folder: string): string => join(folder, 'caudal.db');
