import type { Bus, ConsumeOptions, Consumption } from '@caudal/kafka';
import { systemClock } from '@caudal/core';

/** A member of a group that has partitions. It joins again when it broke: a broker that has just started has no coordinator for a while. */
export const joined = async (bus: Bus, options: ConsumeOptions): Promise<Consumption> => {
  for (;;) {
    const member = await bus.consume(options).catch(() => undefined);
    let over = member === undefined;
    const end = () => (over = true);
    member?.ended.then(end, end);
    while (!over && member?.assigned.length === 0) await systemClock.sleep(50);
    if (member !== undefined && !over) return member;
    await member?.stop();
  }
};
