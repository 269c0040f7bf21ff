import { systemClock } from '@caudal/core';
import { expect, test } from 'vitest';
import { judgeOutages } from './judge.ts';
import { hour, openOutageWorld, start } from './world.ts';
import { timeLimit } from '../time-limit.ts';
import { planOutages } from './plan.ts';

/** `npm run rig` sets them; a seed that failed plays the same outages again. */
const days = Number(process.env['CAUDAL_RIG_DAYS'] ?? 3);
const works = Number(process.env['CAUDAL_RIG_WORKS'] ?? 50);
const seed = Number(process.env['CAUDAL_RIG_SEED'] ?? systemClock.now() % 1_000_000);

test(
  `${days} days of outages with ${works} hourly obligations: no block, nothing lost, nobody told too late (seed ${seed})`,
  { timeout: 120_000 + days * works * 10_000 },
  async () => {
    const world = await openOutageWorld(works, planOutages(seed, start, start + days * 24 * hour));
    const isUp = timeLimit();
    let hours = 0;
    try {
      for (; hours < days * 24 && !isUp(); hours += 1) await world.pass(start + (hours + 1) * hour - 1);
      const end = start + hours * hour;
      const plan = await world.calm();
      // What was refused or not answered on the last day goes after the regulator's midnight.
      for (let more = 1; more <= 48; more += 1) {
        await world.pass(end - 1 + more * hour);
        const left = (await world.runtime?.query.owed({}))?.obligations.some(
          ({ oldestSlot }) => (oldestSlot ?? end) < end,
        );
        if (left === false) break;
      }
      const { faults, met } = judgeOutages(world, plan, { works, hours });
      console.log(`outages: seed ${seed}, ${hours} hours with ${works} works, ${JSON.stringify(met)}`);
      expect(faults.slice(0, 20)).toEqual([]);
      expect(met.late).toBeGreaterThan(0);
    } finally {
      await world.close();
    }
  },
);
