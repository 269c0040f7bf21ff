import {
  type AnyDefinition,
  type ComplianceDefinition,
  create,
  createHost,
  isCaudalError,
  isPlugin,
  type NotifierDefinition,
  type Plugin,
  type ProviderDefinition,
  type RuleDefinition,
  type Spec,
} from '@caudal/core';
import { checkOutletUse } from './check-outlets.ts';
import { closest } from './closest.ts';
import { say } from './mistake-words.ts';
import type { Steps } from './property-path.ts';
import type { Place, Report } from './report.ts';
import { checkValue, type Known } from './world.ts';

const slots = {
  providers: 'provider/v1',
  targets: 'compliance/v1',
  notifiers: 'notifier/v1',
  rules: 'rule/v1',
  publish: 'outlet/v1',
} as const satisfies Record<string, Spec>;

export type Slot = keyof typeof slots;

const kindNames: Readonly<Record<string, { readonly what: string; readonly slot: Slot }>> = {
  'provider/v1': { what: 'a provider', slot: 'providers' },
  'compliance/v1': { what: 'a compliance target', slot: 'targets' },
  'notifier/v1': { what: 'a notifier', slot: 'notifiers' },
  'rule/v1': { what: 'a rule', slot: 'rules' },
  'outlet/v1': { what: 'an outlet', slot: 'publish' },
};

/** Names of instances stand in addresses (`/webhooks/<name>`) and in the database. */
const instanceName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

const root: Place = { steps: [] };

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

interface Scope {
  readonly report: Report;
  readonly environment: NodeJS.ProcessEnv;
}

/** A plugin of the right kind, or undefined with the reason reported. */
const pluginIn = ({ report }: Scope, value: unknown, slot: Slot, steps: Steps): Plugin | undefined => {
  if (!isPlugin(value)) {
    const why = typeof value === 'function' ? say('plugin-function') : say('no-plugin');
    report.error(root, steps, why);
    return undefined;
  }
  const { spec, id } = value.definition;
  if (spec === slots[slot]) return value;
  const kind = kindNames[spec];
  report.error(
    root,
    steps,
    kind === undefined
      ? say('plugin-contract', { plugin: id, contract: spec })
      : say('plugin-kind', { plugin: id, kind: kind.what, slot: kind.slot }),
  );
  return undefined;
};

/** What the schema can not say the plugin says itself when it is created, which does no I/O. */
const checkCreation = ({ report }: Scope, plugin: Plugin, steps: Steps): void => {
  try {
    create(plugin, createHost());
  } catch (thrown) {
    report.error(
      root,
      steps,
      isCaudalError(thrown) ? { message: thrown.message } : say('plugin-broken', { plugin: plugin.definition.id }),
    );
  }
};

const checkPlugin = (scope: Scope, value: unknown, slot: Slot, steps: Steps): AnyDefinition | undefined => {
  const plugin = pluginIn(scope, value, slot, steps);
  if (plugin === undefined) return undefined;
  if (checkValue(scope, plugin.definition.config, plugin.config, root, steps)) checkCreation(scope, plugin, steps);
  return plugin.definition;
};

/** What stands under the names of an object. */
const namedIn = (scope: Scope, slot: Slot, given: unknown): [string, unknown][] => {
  if (given === undefined) return [];
  if (!isObject(given) || isPlugin(given)) {
    scope.report.error(root, [slot], slot === 'publish' ? say('outlets-named') : say('plugins-named', { slot }));
    return [];
  }
  const named = Object.entries(given);
  for (const [name] of named) {
    if (instanceName.test(name)) continue;
    scope.report.error(root, [slot, name], say('plugin-name'));
  }
  return named;
};

/** The named instances of one kind, each with its definition where it is sound enough to check data against. */
const checkInstances = <D>(scope: Scope, slot: Exclude<Slot, 'rules' | 'publish'>, given: unknown): Known<D> =>
  new Map(
    namedIn(scope, slot, given).map(([name, value]) => [
      name,
      checkPlugin(scope, value, slot, [slot, name]) as D | undefined,
    ]),
  );

const checkOutlets = (scope: Scope, given: unknown): void => {
  for (const [name, use] of namedIn(scope, 'publish', given))
    checkOutletUse(scope, use, ['publish', name], (value, steps) => checkPlugin(scope, value, 'publish', steps));
};

const useKeys = ['rule', 'params', 'roles'];

const checkRuleUse = (scope: Scope, use: unknown, steps: Steps): [string, RuleDefinition | undefined][] => {
  const { report } = scope;
  if (!isObject(use) || isPlugin(use)) {
    report.error(root, steps, say('rule-use'));
    return [];
  }
  for (const key of Object.keys(use)) {
    if (useKeys.includes(key)) continue;
    report.error(root, [...steps, key], say('unknown-key', { key, meant: closest(key, useKeys) }));
  }
  const definition = checkPlugin(scope, use['rule'], 'rules', [...steps, 'rule']) as RuleDefinition | undefined;
  if (definition === undefined) return [];
  checkValue(scope, definition.params, use['params'] ?? {}, root, [...steps, 'params']);
  const roles = isObject(use['roles']) ? use['roles'] : {};
  for (const role of Object.keys(roles)) {
    if (Object.hasOwn(definition.roles, role)) continue;
    const meant = closest(role, Object.keys(definition.roles));
    report.error(root, [...steps, 'roles', role], say('no-role', { rule: definition.id, role, meant }));
  }
  return [[definition.id, definition]];
};

const checkRules = (scope: Scope, given: unknown): [string, RuleDefinition | undefined][] => {
  if (given === undefined) return [];
  if (!Array.isArray(given)) {
    scope.report.error(root, ['rules'], say('rules-list'));
    return [];
  }
  return given.flatMap((use, index) => checkRuleUse(scope, use, ['rules', index]));
};

export interface CheckedPlugins {
  readonly providers: Known<ProviderDefinition>;
  readonly targets: Known<ComplianceDefinition>;
  readonly notifiers: Known<NotifierDefinition>;
  /** The rules of the configuration, by id. */
  readonly rules: readonly [string, RuleDefinition | undefined][];
}

/** Shape, kind, name, configuration and secrets of every plugin. */
export const checkPlugins = (scope: Scope, config: Readonly<Partial<Record<Slot, unknown>>>): CheckedPlugins => {
  const checked: CheckedPlugins = {
    providers: checkInstances(scope, 'providers', config.providers),
    targets: checkInstances(scope, 'targets', config.targets),
    notifiers: checkInstances(scope, 'notifiers', config.notifiers),
    rules: checkRules(scope, config.rules),
  };
  checkOutlets(scope, config.publish);
  return checked;
};
