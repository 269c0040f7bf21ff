import { say } from './mistake-words.ts';
import type { Place } from './report.ts';
import { lookUp, type World } from './world.ts';

const root: Place = { steps: [] };

/** That everybody who is to get signed heads of the audit can get them. */
export const checkAuditReaders = (world: World, config: Readonly<Record<string, unknown>>): void => {
  const { tell } = (config['audit'] ?? {}) as { tell?: unknown };
  if (!Array.isArray(tell)) return;
  for (const [index, reader] of (tell as ({ person?: unknown; channel?: unknown } | null)[]).entries()) {
    if (typeof reader?.person !== 'string' || typeof reader.channel !== 'string') continue;
    const steps = ['audit', 'tell', index] as const;
    const person = lookUp(world, world.people, 'person', reader.person, root, [...steps, 'person']);
    lookUp(world, world.notifiers, 'notifier', reader.channel, root, [...steps, 'channel']);
    if (person !== undefined && !Object.hasOwn(person.value.addresses, reader.channel))
      world.report.error(
        root,
        [...steps, 'channel'],
        say('no-address', { person: reader.person, channel: reader.channel }),
      );
  }
};
