import { isPlugin, type OutletCapabilities, type OutletDefinition, withDefaults } from '@caudal/core';
import { type OutletOptions, outletOptions } from './outlet-options.ts';
import { say } from './mistake-words.ts';
import type { Steps } from './property-path.ts';
import type { Place, Report } from './report.ts';
import { templateProblem, type TopicOf } from './topic-template.ts';
import { checkValue } from './world.ts';

const root: Place = { steps: [] };

/** What the schema can not say of an outlet's use. */
const checkUse = (report: Report, steps: Steps, use: OutletOptions, { topics, retain }: OutletCapabilities): void => {
  const { values, events, from } = use;
  if (values === undefined && events === undefined) report.error(root, steps, say('outlet-nothing'));
  for (const [of, topic] of [
    ['values', values?.topic],
    ['events', events?.topic],
  ] as const satisfies readonly (readonly [TopicOf, string | undefined])[]) {
    const problem = topic === undefined ? undefined : templateProblem(topic, of, topics);
    if (problem !== undefined) report.error(root, [...steps, of, 'topic'], problem);
  }
  if (values?.retain === true) {
    if (!retain) report.error(root, [...steps, 'values', 'retain'], say('outlet-retain'));
    else if (!(values.topic ?? topics.values).includes('{series}'))
      report.error(root, [...steps, 'values', 'retain'], say('outlet-retain-series'));
  }
  if (from !== 'now' && !Number.isFinite(Date.parse(from))) report.error(root, [...steps, 'from'], say('no-instant'));
};

/**
 * One entry of `publish`.
 *
 * @param checkPlugin checks what stands under `to`
 */
export const checkOutletUse = (
  scope: { readonly report: Report; readonly environment: NodeJS.ProcessEnv },
  given: unknown,
  steps: Steps,
  checkPlugin: (value: unknown, steps: Steps) => unknown,
): void => {
  if (typeof given !== 'object' || given === null || Array.isArray(given) || isPlugin(given)) {
    scope.report.error(root, steps, say('outlet-use'));
    return;
  }
  const { to, ...rest } = given as Readonly<Record<string, unknown>>;
  const definition = checkPlugin(to, [...steps, 'to']) as OutletDefinition | undefined;
  const sound = checkValue(scope, outletOptions, rest, root, steps);
  if (definition === undefined || !sound) return;
  checkUse(scope.report, steps, withDefaults(outletOptions, rest) as OutletOptions, definition.capabilities);
};
