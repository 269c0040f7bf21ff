import { createCollector } from '../collect/collector.ts';
import { createSubscriber } from '../collect/subscriber.ts';
import { createComplier } from '../comply/complier.ts';
import type { RuntimeConfig } from '../config/define.ts';
import { createNotifier } from '../notify/notifier.ts';
import { createProcessor } from '../process/processor.ts';
import { createPublishing } from '../publish/publishing.ts';
import { createMaintainer } from '../schedule/maintainer.ts';
import type { Services } from '../services.ts';
import type { Stage } from '../stage.ts';
import type { Store } from '../store/store.ts';
import type { Part } from './roles.ts';

/** The stages of a part, made anew whenever it is begun: what one remembers is worth nothing once another instance did its work. */
export const stagesOf: Readonly<Record<Part, (services: Services, rules: RuntimeConfig['rules']) => readonly Stage[]>> =
  {
    collect: (services) =>
      [createCollector(services), createSubscriber(services)].filter((stage) => stage !== undefined),
    process: (services, rules) => [createProcessor(services, rules)],
    comply: (services) => [createComplier(services)],
    notify: (services) => [createNotifier(services)],
    publish: (services) => [createPublishing(services)],
    maintain: (services) => [createMaintainer(services)],
  };

/**
 * Takes back what whoever did a part before left under way; answers how much. Attempts at regulators are looked after by their stage, notices
 * by their time.
 */
export const recoverPart: Readonly<Partial<Record<Part, (store: Store) => Promise<number>>>> = {
  process: ({ write }) => write.recoverRaw(),
  collect: ({ write }) => write.recoverLeases(),
};
