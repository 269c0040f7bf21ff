import { join } from 'node:path';
import { systemClock } from '@caudal/core';
import { mulberry32 } from '@caudal/simulators';
import { describe, expect, test } from 'vitest';
import { noServer } from '../../store/postgres-server.ts';
import { judge, met } from '../crash/judge.ts';
import { batchOf, minute, nextDay, pushers, secrets } from '../crash/scene.ts';
import { ask } from '../run.ts';
import { timeLimit } from '../time-limit.ts';
import { copyDown } from './copy-down.ts';
import { openScene, type Instance, type Scene } from './scene.ts';

/** The seed of a failed run repeats what is done to whom (its instants as near as the machine allows). */
const seed = Number(process.env['CAUDAL_RIG_SEED'] ?? systemClock.now() % 1_000_000);
const times = Number(process.env['CAUDAL_RIG_ABSENCES'] ?? 4);

const leaseSeconds = 4;
/** All sends lie in so much of the scene's time, see the waits of its wells. */
const spreadMs = 13 * minute;
/** What is done takes about so long each time, of the machine's clock. */
const aboutMs = 6_000;
const settleRounds = 10;
const spacingMs = 5 * minute;

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

/** While a request to the regulator is under way or has just been answered; or at any moment. */
const moment = async ({ regulator }: Scene, random: () => number) => {
  await systemClock.sleep(1_000 * random());
  if (random() < 0.3) return;
  const before = regulator.ledger.requests.length;
  const give = new AbortController();
  const late = systemClock.sleep(1_500, give.signal).catch(() => undefined);
  const came = regulator.ledger.until(({ requests }) => requests.length > before, give.signal);
  await Promise.race([came.catch(() => undefined), late]);
  give.abort();
  await systemClock.sleep(320 * random());
};

/** Who does a part, as an instance that answers says; most of what can go wrong is where something is done. */
const holderOf = async ({ instances }: Scene, part: string): Promise<Instance | undefined> => {
  for (const instance of instances) {
    if (instance.frozen) continue;
    const { parts } = await ask(instance.place, 'status', null);
    if (parts.some((one) => one.part === part && one.by === 'here')) return instance;
  }
  return undefined;
};

/** Kills and freezes, one after the other, so that two are never absent at once. Answers how often. */
const disturb = async (scene: Scene, random: () => number) => {
  const isUp = timeLimit();
  const done = { killed: 0, frozen: 0, frozenBriefly: 0 };
  for (let count = 0; count < times && !isUp(); count += 1) {
    const part = ['comply', 'comply', 'process', 'collect'][Math.floor(4 * random())] as string;
    const chosen = scene.instances[Math.floor(scene.instances.length * random())] as Instance;
    const instance = (await holderOf(scene, part)) ?? chosen;
    await moment(scene, random);
    const what = random();
    if (what < 0.4) {
      done.killed += 1;
      await scene.kill(instance);
      continue;
    }
    const beyond = what < 0.8;
    done[beyond ? 'frozen' : 'frozenBriefly'] += 1;
    const thaw = scene.freeze(instance);
    await systemClock.sleep(beyond ? leaseSeconds * 1000 + 500 + 2_000 * random() : 1_000 * random());
    thaw();
  }
  return done;
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
const settle = async (scene: Scene) => {
  const { clock } = scene;
  if (await untilQuiet(scene)) return;
  scene.go(1, Math.max(0, nextDay + 5 * minute - clock.now()));
  for (let round = 0; round < settleRounds; round += 1) {
    if (await untilQuiet(scene)) return;
    scene.go(1, spacingMs);
  }
};

const shared = describe.skipIf(noServer !== undefined);

shared(`instances${noServer === undefined ? '' : `: ${noServer}`}`, () => {
  test.each([
    { instances: 3, skewMs: 0 },
    ...(process.env['CAUDAL_RIG_SKEWED'] === undefined ? [] : [{ instances: 5, skewMs: 90_000 }]),
  ])(
    `$instances instances (clocks ± $skewMs ms), ${times} of them killed or frozen: nothing lost, doubled or out of order, every slot once (seed ${seed})`,
    { timeout: 120_000 + times * 20_000 },
    async ({ instances, skewMs }) => {
      const random = mulberry32(seed);
      const rate = Math.max(1, Math.floor(spreadMs / (times * aboutMs)));
      const scene = await openScene({ instances, skewMs, leaseSeconds, rate });
      const end = new AbortController();
      try {
        const pushing = Promise.all(pushers.map((pusher) => push(scene, pusher, end.signal)));
        scene.go(rate);
        const done = await disturb(scene, random);
        end.abort();
        const sent = new Map((await pushing).flatMap((one) => [...one]));
        await settle(scene);
        await scene.end(() => untilQuiet(scene));
        const database = join(scene.folder, 'copy.db');
        await copyDown(scene.database, database);
        const evidence = {
          database,
          acknowledged: scene.relay.acknowledged,
          ledger: scene.regulator.ledger,
          unkept: ({ answeredAt }: { readonly answeredAt: number }) => scene.unkept(answeredAt),
          end: scene.clock.now(),
        };
        const { values, unknown, duplicate, excused } = met(evidence);
        console.log(
          `instances: seed ${seed}, ${JSON.stringify(done)}, ${evidence.acknowledged.length} pushes acknowledged, ${values} values, ` +
            `${unknown} sends unknown, ${duplicate} found received, ${excused} excused`,
        );
        expect(judge(evidence, sent)).toEqual([]);
        expect(evidence.acknowledged.length).toBeGreaterThan(0);
      } finally {
        end.abort();
        await scene.close();
      }
    },
  );
});
