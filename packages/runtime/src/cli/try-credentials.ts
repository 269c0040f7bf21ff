import { refOf } from '../collect/read.ts';
import {
  type CheckResult,
  type ComplianceInstance,
  createRedactor,
  type Instance,
  type ProviderInstance,
  type Redactor,
  toCaudalError,
} from '@caudal/core';
import type { RuntimeConfig } from '../config/define.ts';
import type { Domain } from '../config/domain.ts';
import type { RuntimeOptions } from '../config/options.ts';
import { createPlugins } from '../plugins.ts';
import { pluginHost } from './plugin-host.ts';

/** One set of credentials that was tried. */
export interface Tried extends CheckResult {
  readonly kind: 'provider' | 'device' | 'target' | 'work' | 'notifier' | 'outlet';
  readonly name: string;
}

/** What of an instance is tried, in this order: itself, then what it serves. */
interface Trial {
  readonly kind: Tried['kind'];
  readonly name: string;
  readonly check: (signal: AbortSignal) => Promise<CheckResult>;
}

/** One answer may take this long. */
const patienceMs = 30_000;

const withPatience = async <T>(act: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const signal = AbortSignal.timeout(patienceMs);
  const late = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`no answer within ${patienceMs / 1000} s`)), {
      once: true,
    });
  });
  return Promise.race([act(signal), late]);
};

const providerTrials = (name: string, instance: ProviderInstance, domain: Domain): Trial[] => [
  { kind: 'provider', name, check: (signal) => instance.check({ signal }) },
  ...[...domain.devices.values()]
    .filter(({ provider }) => provider === name)
    .map((device): Trial => ({
      kind: 'device',
      name: device.id,
      check: (signal) => instance.check({ signal, device: refOf(device, device.wanted) }),
    })),
];

/** Several obligations may report one work; it is tried once. */
const targetTrials = (name: string, instance: ComplianceInstance, domain: Domain): Trial[] => {
  const works = new Map(
    [...domain.obligations.values()]
      .filter(({ target }) => target === name)
      .map(({ work }) => [JSON.stringify(work), work]),
  );
  return [
    { kind: 'target', name, check: (signal) => instance.check({ signal }) },
    ...[...works.values()].map((work): Trial => ({
      kind: 'work',
      name: work.code,
      check: (signal) => instance.check({ signal, work }),
    })),
  ];
};

const tryAll = async function* (instance: Instance, trials: readonly Trial[], redact: Redactor): AsyncGenerator<Tried> {
  const failed = (thrown: unknown): CheckResult => ({
    ok: false,
    message: toCaudalError(thrown, 'check failed').message,
  });
  let started: CheckResult | undefined;
  try {
    await withPatience(async (signal) => instance.start?.({ signal }));
  } catch (thrown) {
    started = failed(thrown);
  }
  for (const { kind, name, check } of trials) {
    const { ok, message } = started ?? (await withPatience(check).catch(failed));
    yield { kind, name, ok, message: redact.text(message) };
  }
  await withPatience(async () => instance.close?.()).catch(() => undefined);
};

/**
 * Asks every provider, target and notifier whether its credentials work, and with `all` those of each device and work. Sends no
 * measurement and changes nothing. One after the other, so that the vendors' limits are not touched; never throws for an answer.
 */
export const tryCredentials = async function* (
  config: RuntimeConfig,
  options: RuntimeOptions,
  domain: Domain,
  what: 'all' | 'instances',
): AsyncGenerator<Tried> {
  const redact = createRedactor();
  const host = pluginHost(config, options, redact);
  const { providers, targets, notifiers, outlets } = createPlugins(config, () => host);
  const sets: (readonly [Instance, readonly Trial[]])[] = [
    ...[...providers].map(([name, { instance }]) => [instance, providerTrials(name, instance, domain)] as const),
    ...[...targets].map(([name, { instance }]) => [instance, targetTrials(name, instance, domain)] as const),
    ...[...notifiers].map(([name, { instance }]) => {
      const trial: Trial = { kind: 'notifier', name, check: (signal) => instance.check({ signal }) };
      return [instance, [trial]] as const;
    }),
    ...[...outlets].map(([name, { instance }]) => {
      const trial: Trial = { kind: 'outlet', name, check: (signal) => instance.check({ signal }) };
      return [instance, [trial]] as const;
    }),
  ];
  for (const [instance, trials] of sets) yield* tryAll(instance, what === 'all' ? trials : trials.slice(0, 1), redact);
};
