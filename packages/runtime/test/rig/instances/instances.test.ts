import { systemClock } from '@caudal/core';
import { mulberry32 } from '@caudal/simulators';
import { describe, expect, test } from 'vitest';
import { noServer } from '../../store/postgres-server.ts';
import { judge, met } from '../crash/judge.ts';
import { hour, minute, start, wells, wellsOwing } from '../crash/scene.ts';
import { ask } from '../run.ts';
import { timeLimit } from '../time-limit.ts';
import { endOf, settle, startPushing } from './play.ts';
import { judgeSchedules, slotsMet } from './schedules.ts';
import { openScene, type Instance, type Scene } from './scene.ts';

/** The seed of a failed run repeats what is done to whom (its instants as near as the machine allows). */
const seed = Number(process.env['CAUDAL_RIG_SEED'] ?? systemClock.now() % 1_000_000);
const times = Number(process.env['CAUDAL_RIG_ABSENCES'] ?? 4);

const leaseSeconds = 4;
/** All sends lie in so much of the scene's time, see the waits of its wells. */
const spreadMs = 13 * minute;
/** What is done takes about so long each time, of the machine's clock. */
const aboutMs = 6_000;

/** One run: how many instances, how far their clocks are off, and what is done to them for how long. */
interface Plan {
  readonly name: string;
  readonly instances: number;
  readonly skewMs: number;
  readonly wells: Parameters<typeof openScene>[0]['wells'];
  readonly pollMinutes: number;
  /** How many times as fast as the machine's its clock goes. */
  readonly rate: number;
  /** Whose work is looked for to be ended; the machine does not tell them apart. */
  readonly parts: readonly string[];
  /** Whether enough was done. */
  readonly enough: (count: number, now: number) => boolean;
  /** Until when every slot of a schedule has to be taken at its time. */
  readonly watchedTo: number;
  /** Rounds after the last midnight in which all has to become final: one sends once to each work. */
  readonly settleRounds: number;
  readonly timeoutMs: number;
}

const few: Plan = {
  name: `3 instances, ${times} of them killed or frozen`,
  instances: 3,
  skewMs: 0,
  wells,
  pollMinutes: 0.05,
  rate: Math.max(1, Math.floor(spreadMs / (times * aboutMs))),
  parts: ['comply', 'comply', 'process', 'collect'],
  enough: (count) => count >= times,
  watchedTo: start,
  settleRounds: 10,
  timeoutMs: 240_000 + times * 20_000,
};

/** Twenty-four hours in a quarter of one. Only by command: `npm run instances -- --long`. */
const hours = Number(process.env['CAUDAL_RIG_HOURS'] ?? 0);
const dayRate = 96;
const skewMs = 90_000;

const wholeDay: Plan = {
  name: `${hours} hours of 5 instances with clocks ± ${skewMs / 1000} s, killed and frozen all the time`,
  instances: 5,
  skewMs,
  wells: wellsOwing(hours),
  pollMinutes: 2,
  rate: dayRate,
  parts: ['comply', 'comply', 'process', 'collect', 'maintain', 'maintain'],
  enough: (_count, now) => now >= start + hours * hour,
  watchedTo: start + hours * hour,
  settleRounds: 20,
  timeoutMs: 20 * minute + (2 * hours * hour) / dayRate,
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
const disturb = async (scene: Scene, { parts, enough }: Plan, random: () => number) => {
  const isUp = timeLimit();
  const done = { killed: 0, frozen: 0, frozenBriefly: 0 };
  for (let count = 0; !enough(count, scene.clock.now()) && !isUp(); count += 1) {
    const part = parts[Math.floor(parts.length * random())] as string;
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

/** Until the slots of schedules are taken and ended: what somebody took who was killed is taken again ten minutes later. */
const untilTaken = async ({ clock, instances }: Scene, { watchedTo }: Plan) => {
  const place = (instances[0] as Instance).place;
  for (;;) {
    const { schedules } = await ask(place, 'schedules', null);
    const slots = await Promise.all(schedules.map(({ name }) => ask(place, 'scheduleSlots', { name, limit: 100 })));
    if (clock.now() >= watchedTo + skewMs && slots.flat().every(({ endedAt }) => endedAt !== null)) return;
    await systemClock.sleep(200);
  }
};

const shared = describe.skipIf(noServer !== undefined);

shared(`instances${noServer === undefined ? '' : `: ${noServer}`}`, () => {
  for (const plan of hours === 0 ? [few] : [few, wholeDay])
    test(
      `${plan.name}: nothing lost, doubled or out of order, every slot once (seed ${seed})`,
      {
        timeout: plan.timeoutMs,
      },
      async () => {
        const random = mulberry32(seed);
        const { instances, skewMs, wells, pollMinutes, rate } = plan;
        const scene = await openScene({ instances, skewMs, leaseSeconds, rate, wells, pollMinutes });
        const pushing = startPushing(scene);
        try {
          scene.go(rate);
          const done = await disturb(scene, plan, random);
          const sent = await pushing.stop();
          await untilTaken(scene, plan);
          await settle(scene, plan.settleRounds);
          const evidence = { ...(await endOf(scene, wells)), hurried: plan === wholeDay, skewMs };
          const { database } = evidence;
          const { values, unknown, duplicate, without, excused } = met(evidence);
          const { slots, again } = slotsMet(database);
          console.log(
            `instances: seed ${seed}, ${JSON.stringify(done)}, ${evidence.acknowledged.length} pushes acknowledged, ${values} values, ` +
              `${unknown} sends unknown, ${duplicate} found received, ${excused} excused, ${without} slots gone without their own reading, ${slots} slots of schedules, ${again} of them taken again`,
          );
          expect(judge(evidence, sent)).toEqual([]);
          expect(judgeSchedules(database, { from: start + skewMs, to: plan.watchedTo, absent: scene.absent })).toEqual(
            [],
          );
          expect(evidence.acknowledged.length).toBeGreaterThan(0);
        } catch (thrown) {
          const lost = scene.lost();
          if (lost !== undefined) console.error(`instances: seed ${seed}: ${lost}`);
          throw thrown;
        } finally {
          await pushing.stop();
          await scene.close();
        }
      },
    );
});
