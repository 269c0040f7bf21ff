import { join } from 'node:path';
import { systemClock } from '@caudal/core';
import type { Evidence } from '../crash/judge.ts';
import { batchOf, hour, minute, nextDay, pushers, secrets, type Well } from '../crash/scene.ts';
import { ask } from '../run.ts';
import { copyDown } from './copy-down.ts';
import type { Instance, Scene } from './scene.ts';

const spacingMs = 5 * minute;
const day = 24 * hour;

/** Pushes batch after batch of one logger until told to end. Answers what was handed to the vendor. */
const push = async ({ vendor, relay }: Scene, pusher: (typeof pushers)[number], end: AbortSignal) => {
  const webhook = vendor.webhook({
    url: relay.url,
    headers: { 'x-caudal-secret': secrets.CRASH_WEBHOOK_SECRET },
    retryMs: 200,
    retries: 1_000,
  });
  const sent = new Map<string, number>();
  for (let number = 0; !end.aborted && number < 7_000; number += 1) {
    const items = batchOf(number);
    for (const { time, value } of items) sent.set(`${pusher.id}/level@${time}`, value as number);
    await webhook.send(pusher.externalId, items);
    await systemClock.sleep(300);
  }
  return sent;
};

/** What is pushed goes on until it is told to end. Answers every reading that was handed to the vendor, by `series@instant`. */
export const startPushing = (scene: Scene) => {
  const end = new AbortController();
  const pushing = Promise.all(pushers.map((pusher) => push(scene, pusher, end.signal)));
  return {
    async stop(): Promise<ReadonlyMap<string, number>> {
      end.abort();
      return new Map((await pushing).flatMap((one) => [...one]));
    },
  };
};

const isOpen = (state: string) => !['confirmed', 'conflict', 'rejected', 'failed-reported'].includes(state);

/** Waits until nothing is left that may be done at this time of the clock; answers whether all submissions are final. */
const untilQuiet = async ({ clock, instances }: Scene): Promise<boolean> => {
  const place = (instances[0] as Instance).place;
  for (;;) {
    const status = await ask(place, 'status', null);
    const submissions = await ask(place, 'submissions', { limit: 1000 });
    const open = submissions.filter(({ state }) => isOpen(state));
    const now = clock.now();
    const lastSend = (work: string) =>
      Math.max(...submissions.filter((one) => one.work === work).map(({ sentAt }) => sentAt ?? 0));
    const moving = open.filter(
      ({ state, nextAt, work }) =>
        state === 'sending' ||
        (nextAt <= now && (state === 'accepted' || state === 'received' || lastSend(work) + spacingMs <= now)),
    );
    const { raw, reopens } = status.counts;

    if (moving.length === 0 && raw.PENDING + raw.PROCESSING + reopens === 0) return open.length === 0;
    await systemClock.sleep(200);
  }
};

/** After the regulator's midnight, round after round five minutes apart, until everything is final. */
export const settle = async (scene: Scene, rounds: number): Promise<void> => {
  const { clock } = scene;
  if (await untilQuiet(scene)) return;
  const midnight = nextDay + Math.ceil((clock.now() - nextDay) / day) * day;
  scene.go(1, midnight + 5 * minute - clock.now());
  for (let round = 0; round < rounds; round += 1) {
    if (await untilQuiet(scene)) return;
    scene.go(1, spacingMs);
  }
};

/** Ends all instances in order, and answers what the judge has to look at. */
export const endOf = async (scene: Scene, wells: readonly Well[]): Promise<Evidence> => {
  await scene.end(() => untilQuiet(scene));
  const database = join(scene.folder, 'copy.db');
  await copyDown(scene.database, database);
  return {
    database,
    acknowledged: scene.relay.acknowledged,
    ledger: scene.regulator.ledger,
    wells,
    unkept: ({ answeredAt }) => scene.unkept(answeredAt),
    end: scene.clock.now(),
  };
};
