import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@caudal/core';
import { mulberry32, startSmtp } from '@caudal/simulators';
import { stringify } from 'yaml';
import { expect, test } from 'vitest';
import { timeLimit } from '../time-limit.ts';
import type { ChildOptions } from './child.ts';
import { type Evidence, judge, met, unkeptByKilled } from './judge.ts';
import { offsetClock } from '../offset-clock.ts';
import { freePort } from '../../free-port.ts';
import { startRegulator, startVendor } from './parties.ts';
import { startRelay } from './relay.ts';
import { ask, type Run, startRun } from '../run.ts';
import {
  batchOf,
  data,
  environment,
  hour,
  kills,
  minute,
  moreHours,
  nextDay,
  pushers,
  secrets,
  start,
} from './scene.ts';

/** The seed of a failed run repeats its kills (their instants as near as the machine allows). */
const seed = Number(process.env['CAUDAL_RIG_SEED'] ?? systemClock.now() % 1_000_000);

/** By how much the clock jumps over all kills: as long as the sends are spread by their waits, and more. */
const spreadMs = moreHours * hour + 13 * minute;
const spacingMs = 5 * minute;
const settleRounds = 10;
/** So many are acknowledged at least, some of them after the last kill if need be. */
const pushes = Number(process.env['CAUDAL_RIG_PUSHES'] ?? 0);
/** Of each logger: all of them lie before the first kill. */
const pushesAtMost = 7_000;

const openScene = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'caudal-crash-'));
  const clock = offsetClock(start - systemClock.now());
  const vendor = await startVendor(clock);
  // Spacing is counted from the sender's clock; on a busy machine a request can be under way longer than usual.
  const regulator = await startRegulator(clock, 60_000);
  const mailbox = await startSmtp({ clock });
  const port = await freePort();
  const relay = await startRelay(`http://127.0.0.1:${port}/webhooks/tago`);
  writeFileSync(join(folder, 'data.yaml'), stringify(data));
  const options: ChildOptions = {
    database: join(folder, 'caudal.db'),
    data: join(folder, 'data.yaml'),
    port,
    vendorUrl: vendor.url,
    regulatorUrl: regulator.url,
    mail: { host: mailbox.host, port: mailbox.port },
  };
  return {
    clock,
    vendor,
    regulator,
    relay,
    options,
    async close() {
      await Promise.all([vendor.close(), regulator.close(), mailbox.close(), relay.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

type Scene = Awaited<ReturnType<typeof openScene>>;

/** Pushes batch after batch of one logger until told to end. Answers what was handed to the vendor. */
const push = async ({ vendor, relay, clock }: Scene, pusher: (typeof pushers)[number], end: AbortSignal) => {
  const webhook = vendor.webhook({
    url: relay.url,
    headers: { 'x-caudal-secret': secrets.CRASH_WEBHOOK_SECRET },
    retryMs: 100,
  });
  const sent = new Map<string, number>();
  for (let number = 0; !end.aborted && number < pushesAtMost; number += 1) {
    const items = batchOf(number);
    for (const { time, value } of items) sent.set(`${pusher.id}/level@${time}`, value as number);
    await webhook.send(pusher.externalId, items);
    await clock.sleep(20);
  }
  return sent;
};

const startLife = (options: ChildOptions, clock: Scene['clock']): Run =>
  startRun(
    {
      file: new URL('child.ts', import.meta.url),
      args: [JSON.stringify(options), String(clock.offset)],
      environment,
    },
    clock,
  );

type Kill = (scene: Scene, run: Run, random: () => number) => Promise<void>;

const killTable: readonly { readonly share: number; readonly kill: Kill }[] = [
  // While it starts, recovers and reads for the first time.
  { share: 0.15, kill: ({ clock }, _run, random) => clock.sleep(300 + 1000 * random()) },
  {
    share: 0.35,
    async kill({ clock }, run, random) {
      await run.ready;
      await clock.sleep(700 * random());
    },
  },
  // While a request to the regulator is under way or has just been answered.
  {
    share: 0.5,
    async kill({ clock, regulator }, run, random) {
      await run.ready;
      const before = regulator.ledger.requests.length;
      const give = new AbortController();
      const late = clock.sleep(1500, give.signal).catch(() => undefined);
      const came = regulator.ledger.until(({ requests }) => requests.length > before, give.signal);
      await Promise.race([came.catch(() => undefined), late]);
      give.abort();
      await clock.sleep(320 * random());
    },
  },
];

const chooseKill = (random: () => number): Kill => {
  let left = random();
  for (const { share, kill } of killTable) if ((left -= share) < 0) return kill;
  return (killTable.at(-1) as (typeof killTable)[number]).kill;
};

const isOpen = (state: string) => !['confirmed', 'conflict', 'rejected', 'failed-reported'].includes(state);

/** Waits until nothing is left that may be done at this time of the clock; answers whether all submissions are final. */
const untilQuiet = async ({ clock, options }: Scene): Promise<boolean> => {
  for (;;) {
    const status = await ask(options.database, 'status', null);
    const submissions = await ask(options.database, 'submissions', { limit: 1000 });
    const open = submissions.filter(({ state }) => isOpen(state));
    const now = clock.now();
    const lastSend = (work: string) =>
      Math.max(...submissions.filter((one) => one.work === work).map(({ sentAt }) => sentAt ?? 0));
    const moving = open.filter(
      ({ state, nextAt, work, reason }) =>
        // A slot that waits for its logger is looked at again within a minute.
        reason?.startsWith('waits for ') === true ||
        (nextAt <= now && (state === 'accepted' || state === 'received' || lastSend(work) + spacingMs <= now)),
    );
    const { raw, reopens } = status.counts;
    if (moving.length === 0 && raw.PENDING + raw.PROCESSING + reopens === 0) return open.length === 0;
    await clock.sleep(100);
  }
};

/** Answers how often. */
const killAgainAndAgain = async (scene: Scene, runs: Run[]): Promise<number> => {
  const { clock, options } = scene;
  const random = mulberry32(seed);
  const isUp = timeLimit();
  for (let count = 0; count < kills; count += 1) {
    if (isUp()) return count;
    const run = startLife(options, clock);
    runs.push(run);
    await chooseKill(random)(scene, run, random);
    await run.kill();
    await run.ready;
    clock.offset += spreadMs / kills;
  }
  return kills;
};

const untilPushed = async ({ relay, options, clock }: Scene, runs: Run[]) => {
  if (relay.acknowledged.length >= pushes) return;
  const run = startLife(options, clock);
  runs.push(run);
  while (relay.acknowledged.length < pushes) await clock.sleep(100);
  await run.stop();
};

/** After the regulator's midnight, round after round five minutes apart, until everything is final. */
const settle = async (scene: Scene, runs: Run[]) => {
  const { clock, options } = scene;
  clock.offset += nextDay - clock.now();
  for (let round = 0; round < settleRounds; round += 1) {
    const run = startLife(options, clock);
    runs.push(run);
    await run.ready;
    const done = await untilQuiet(scene);
    await run.stop();
    if (done) return;
    clock.offset += spacingMs;
  }
};

test(
  `${kills} kills lose nothing that was acknowledged, double nothing and send nothing twice (seed ${seed})`,
  // Nothing is judged by how long it took: a machine with other work to do takes ten times as long.
  { timeout: 300_000 + kills * 30_000 + pushes * 50 },
  async () => {
    const scene = await openScene();
    const runs: Run[] = [];
    const end = new AbortController();
    const pushing = Promise.all(pushers.map((pusher) => push(scene, pusher, end.signal)));
    try {
      const killed = await killAgainAndAgain(scene, runs);
      await untilPushed(scene, runs);
      end.abort();
      const sent = new Map((await pushing).flatMap((one) => [...one]));
      await settle(scene, runs);
      const evidence: Evidence = {
        database: scene.options.database,
        acknowledged: scene.relay.acknowledged,
        ledger: scene.regulator.ledger,
        unkept: unkeptByKilled(runs),
        end: scene.clock.now(),
      };
      const { values, unknown, duplicate, excused } = met(evidence);
      console.log(
        `crash: seed ${seed}, ${killed} kills, ${evidence.acknowledged.length} pushes acknowledged, ${values} values, ` +
          `${unknown} sends unknown, ${duplicate} found received, ${excused} excused`,
      );
      expect(judge(evidence, sent)).toEqual([]);
      // A few kills may miss what this is about; many that do prove nothing.
      if (killed >= 10) expect(Math.min(evidence.acknowledged.length, unknown)).toBeGreaterThan(0);
    } finally {
      end.abort();
      for (const run of runs) if (run.endedAt === undefined) await run.kill();
      await scene.close();
    }
  },
);
