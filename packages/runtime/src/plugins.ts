import {
  type ComplianceDefinition,
  type ComplianceInstance,
  type ComplianceProfile,
  create,
  type Host,
  type JsonSchema,
  type NotifierCapabilities,
  type NotifierInstance,
  type OutletCapabilities,
  type OutletInstance,
  type ProviderCapabilities,
  type ProviderInstance,
  type RuleDefinition,
  type RuleInstance,
  withDefaults,
} from '@caudal/core';
import type { RuntimeConfig } from './config/define.ts';
import { type OutletOptions, outletOptions } from './config/outlet-options.ts';
import type { LogStream } from './observe/log.ts';

/** A created plugin under the name that the configuration gives it. */
export interface Named<D, I> {
  readonly name: string;
  readonly definition: D;
  readonly instance: I;
}

interface Told {
  readonly id: string;
  readonly version: string;
}

export interface ProviderEntry extends Named<
  Told & { readonly device: JsonSchema; readonly variable: JsonSchema },
  ProviderInstance
> {
  readonly capabilities: ProviderCapabilities;
}

export interface NotifierEntry extends Named<Told & { readonly address: JsonSchema }, NotifierInstance> {
  readonly capabilities: NotifierCapabilities;
}

export interface TargetEntry extends Named<ComplianceDefinition, ComplianceInstance> {
  readonly profile: ComplianceProfile;
  /** As configured: secrets are references. */
  readonly config: unknown;
}

export interface RuleEntry extends Named<RuleDefinition, RuleInstance> {
  readonly params: Readonly<Record<string, unknown>>;
  readonly roles: Readonly<Record<string, string>>;
}

export interface OutletEntry extends Named<Told, OutletInstance> {
  readonly capabilities: OutletCapabilities;
  readonly use: OutletOptions;
}

export interface Plugins {
  readonly providers: ReadonlyMap<string, ProviderEntry>;
  readonly targets: ReadonlyMap<string, TargetEntry>;
  readonly notifiers: ReadonlyMap<string, NotifierEntry>;
  readonly rules: readonly RuleEntry[];
  readonly outlets: ReadonlyMap<string, OutletEntry>;
}

/**
 * Creates every plugin of the configuration, each with a host whose log lines carry the instance's name. No I/O.
 *
 * @param hostFor makes the host of one instance
 * @throws CaudalError kind `config` that names the instance and every mistake
 */
export const createPlugins = (config: RuntimeConfig, hostFor: (name: string, stream: LogStream) => Host): Plugins => ({
  providers: new Map(
    Object.entries(config.providers ?? {}).map(([name, plugin]): [string, ProviderEntry] => [
      name,
      {
        name,
        definition: plugin.definition,
        capabilities: plugin.definition.capabilities,
        instance: create(plugin, hostFor(name, 'telemetry')) as ProviderInstance,
      },
    ]),
  ),
  targets: new Map(
    Object.entries(config.targets ?? {}).map(([name, plugin]): [string, TargetEntry] => [
      name,
      {
        name,
        definition: plugin.definition as ComplianceDefinition,
        profile: plugin.definition.profile,
        config: plugin.config,
        instance: create(plugin, hostFor(name, 'compliance')) as ComplianceInstance,
      },
    ]),
  ),
  notifiers: new Map(
    Object.entries(config.notifiers ?? {}).map(([name, plugin]): [string, NotifierEntry] => [
      name,
      {
        name,
        definition: plugin.definition,
        capabilities: plugin.definition.capabilities,
        instance: create(plugin, hostFor(name, 'notifications')) as NotifierInstance,
      },
    ]),
  ),
  rules: (config.rules ?? []).map(({ rule, params, roles }): RuleEntry => ({
    name: rule.definition.id,
    definition: rule.definition as RuleDefinition,
    instance: create(rule, hostFor(rule.definition.id, 'telemetry')) as RuleInstance,
    params: params ?? {},
    roles: roles ?? {},
  })),
  outlets: new Map(
    Object.entries(config.publish ?? {}).map(([name, { to, ...use }]): [string, OutletEntry] => [
      name,
      {
        name,
        definition: to.definition,
        capabilities: to.definition.capabilities,
        use: withDefaults(outletOptions, use) as OutletOptions,
        instance: create(to, hostFor(name, 'system')),
      },
    ]),
  ),
});
