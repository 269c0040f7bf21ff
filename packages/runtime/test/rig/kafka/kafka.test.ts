import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BusClient } from '@caudal/kafka';
import { systemClock } from '@caudal/core';
import { mulberry32 } from '@caudal/simulators';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type KafkaBroker, kafkaMissing, startKafka } from '../../../../../scripts/kafka.mjs';
import { noServer, type PostgresServer, startPostgres } from '../../store/postgres-server.ts';
import { timeLimit } from '../time-limit.ts';
import { judge, met } from './judge.ts';
import { type Member, openScene, type Scene, sessionMs } from './scene.ts';
import { until } from './until.ts';

/** The seed of a failed run repeats what is done to whom (its instants as near as the machine allows). */
const seed = Number(process.env['CAUDAL_RIG_SEED'] ?? systemClock.now() % 1_000_000);
/** Five minutes of waiting for groups to agree: by command only, `npm run rig -- --only=kafka`. */
const times = Number(process.env['CAUDAL_RIG_REBALANCES'] ?? 0);
/** How often something is done. By command: in CI as quickly as the group allows. */
const everySeconds = process.env['CAUDAL_RIG_REBALANCE_SECONDS'];
const long = everySeconds !== undefined;
const minute = 60_000;
/** A stalled consumer is named within it, as the options are by default. */
const namedMs = 60_000;

interface Setting {
  readonly name: string;
  readonly client: BusClient;
  readonly members: number;
  readonly on: 'postgres' | 'file';
}

const settings: readonly Setting[] = [
  { name: 'postgres', client: 'kafkajs', members: 3, on: 'postgres' },
  { name: 'postgres-platformatic', client: '@platformatic/kafka', members: 3, on: 'postgres' },
  { name: 'file', client: 'kafkajs', members: 1, on: 'file' },
  { name: 'file-platformatic', client: '@platformatic/kafka', members: 1, on: 'file' },
];
/** Where there is no server, a file is the short one. */
const chosen = long ? settings : settings.filter(({ name }) => name === (noServer === undefined ? 'postgres' : 'file'));

interface Party {
  readonly scene: Scene;
  readonly broker: KafkaBroker;
  readonly random: () => number;
  readonly note: (what: string) => void;
}

/** What is done. Each moves partitions from one member to another, or keeps them from all. */
const deeds: Readonly<Record<string, (party: Party, member: Member) => Promise<void>>> = {
  killed: ({ scene }, member) => scene.kill(member),
  async frozen({ scene, random }, member) {
    const thaw = scene.freeze(member);
    // Beyond its session and the leases of what it does, or for a moment.
    await systemClock.sleep(random() < 0.7 ? sessionMs + 3_000 * random() : 1_000 * random());
    thaw();
  },
  async left({ scene, random }, member) {
    const comeBack = await scene.leave(member);
    await systemClock.sleep(2_000 * random());
    await comeBack();
  },
  async guested({ scene, random }) {
    const guest = await scene.guest(() => Promise.reject(new Error('it takes nothing')));
    await systemClock.sleep(1_000 * random());
    await guest.stop();
  },
  async broken({ broker, random }) {
    await broker.kill();
    await systemClock.sleep(1_000 * random());
    await broker.start();
  },
};

/** A member that takes partitions and never ends with what it was given first. It is named, and not any more when it is gone. */
const stall = async ({ scene, note }: Party) => {
  const never = Promise.withResolvers<number>();
  let since: number | undefined;
  const guest = await scene.guest(() => {
    since ??= systemClock.now();
    return never.promise;
  });
  const named = async () => (await scene.status()).alerts.filter(({ rule }) => rule === 'kafka.stalled');
  let at = 0;
  await until(async () => {
    at = Math.min(...(await named()).map(({ openedAt }) => openedAt));
    return since !== undefined && Number.isFinite(at);
  });
  never.resolve(0);
  await guest.stop();
  await until(async () => (await named()).length === 0);
  const took = at - (since ?? 0);
  note(`a stalled consumer was named after ${(took / 1000).toFixed(1)} s`);
  expect(took).toBeLessThan(namedMs);
};

/** Everything is done as often as the rest, in an order that the seed decides. */
const dealt = (random: () => number): (() => string) => {
  let deck: string[] = [];
  return () => {
    if (deck.length === 0)
      deck = Object.keys(deeds)
        .map((name) => ({ name, place: random() }))
        .toSorted((a, b) => a.place - b.place)
        .map(({ name }) => name);
    return deck.pop() as string;
  };
};

const play = async (party: Party) => {
  const { scene, random } = party;
  const isUp = timeLimit();
  const next = dealt(random);
  const done: Record<string, number> = {};
  for (let count = 0; count < times && !isUp(); count += 1) {
    const until = systemClock.now() + Number(everySeconds ?? 0) * 1000;
    const what = next();
    const member = scene.members[Math.floor(scene.members.length * random())] as Member;
    await systemClock.sleep(500 * random());
    await deeds[what]?.(party, member);
    await scene.caughtUp();
    done[what] = (done[what] ?? 0) + 1;
    await systemClock.sleep(Math.max(0, until - systemClock.now()));
  }
  if (long) await stall(party);
  return done;
};

const missing = kafkaMissing() ?? (times === 0 ? 'by command, npm run rig -- --only=kafka' : undefined);

describe.skipIf(missing !== undefined)(`members of a group${missing === undefined ? '' : `: ${missing}`}`, () => {
  let broker: KafkaBroker;
  let postgres: PostgresServer | undefined;
  beforeAll(async () => {
    broker = await startKafka({ folder: mkdtempSync(join(tmpdir(), 'caudal-broker-')) });
    if (noServer === undefined) postgres = await startPostgres();
  }, 3 * minute);
  afterAll(async () => {
    await postgres?.remove();
    await broker?.remove();
  }, minute);

  for (const { name, client, members, on } of chosen)
    test(
      `${members} on a ${on === 'file' ? on : 'server'} with ${client}, ${times} times killed, frozen, gone, joined by another or without a broker: nothing lost, doubled or out of order (seed ${seed})`,
      { timeout: 10 * minute + times * (3 * minute + Number(everySeconds ?? 0) * 1000) },
      async ({ skip }) => {
        if (on === 'postgres' && postgres === undefined) return skip(noServer);
        const random = mulberry32(seed);
        const notes: string[] = [];
        const scene = await openScene(broker, {
          name,
          client,
          members,
          ...(on === 'postgres' && postgres !== undefined ? { server: postgres.address(name.replace('-', '_')) } : {}),
          // As by default, so that it is known how long a stall may go unnoticed.
          kafka: long ? { tickMs: 5_000, stallSeconds: 30 } : {},
          measureMs: long ? 100 : 250,
        });
        let failed = true;
        try {
          await scene.ready();
          await scene.caughtUp();
          const done = await play({ scene, broker, random, note: (what) => notes.push(what) });
          const evidence = await scene.end();
          console.log(
            [
              `kafka: seed ${seed}, ${name}, ${JSON.stringify(done)}`,
              JSON.stringify({ measured: evidence.measured.length, ...met(evidence) }),
              ...notes,
            ].join('; '),
          );
          expect(judge(evidence)).toEqual([]);
          failed = false;
        } finally {
          const place = await scene.close(failed);
          if (failed) console.error(`kafka: seed ${seed}: ${postgres?.lost() ?? ''} look into ${place}`);
        }
      },
    );
});
