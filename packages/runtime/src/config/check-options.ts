import { readFileSync } from 'node:fs';
import { closedObject, schemaOf, Type } from '@caudal/core';
import { RuntimeOptions } from './options.ts';
import { say } from './mistake-words.ts';
import type { Place, Report } from './report.ts';
import { schemaIssues } from './schema-issues.ts';
import { judgeSecret } from './secret-references.ts';
import { isZone } from './zone.ts';

const root: Place = { steps: [] };

/** What a configuration holds beside its options; each has a check of its own. */
export const besideOptions = ['providers', 'targets', 'notifiers', 'publish', 'rules', 'clock'] as const;

/** Of the whole configuration, so that a misspelt `provider` is told of `providers`. */
const schema = schemaOf(
  closedObject({
    ...RuntimeOptions.properties,
    ...Object.fromEntries(besideOptions.map((key) => [key, Type.Optional(Type.Unknown())])),
  }),
);

const isUrl = (text: string, protocols: readonly string[]): boolean =>
  URL.canParse(text) && protocols.includes(new URL(text).protocol);

const checkUrl = (report: Report, path: readonly [string, string], value: unknown, protocols: readonly string[]) => {
  if (typeof value !== 'string' || isUrl(value, protocols)) return;
  report.error(root, path, say('no-url', { begins: protocols.map((name) => `${name}//`).join(' or ') }));
};

const valueAt = (config: Readonly<Record<string, unknown>>, steps: readonly string[]): unknown =>
  steps.reduce<unknown>((value, step) => (value as Readonly<Record<string, unknown>> | undefined)?.[step], config);

/** Options that are secrets. */
const secretOptions = [
  ['audit', 'key'],
  ['access', 'tokenKey'],
  ['heartbeat', 'url'],
  ['kafka', 'sasl', 'password'],
  ['kafka', 'tls', 'key'],
] as const;

/** The options against their schema, and what a schema can not say of addresses, the CA file and the clock. */
export const checkOptions = (
  report: Report,
  config: Readonly<Record<string, unknown>>,
  environment: NodeJS.ProcessEnv,
): void => {
  const plain = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      (besideOptions as readonly string[]).includes(key) ? true : value,
    ]),
  );
  const given = secretOptions.flatMap((steps) => {
    const value = valueAt(config, steps);
    return typeof value === 'string' ? [{ steps, value }] : [];
  });
  for (const { steps, said } of schemaIssues(schema, plain))
    if (!given.some((one) => one.steps.join('.') === steps.join('.'))) report.error(root, steps, said);
  for (const { steps, value } of given) {
    const verdict = judgeSecret(value, environment);
    if (verdict !== undefined) report[verdict.severity](root, steps, verdict.said);
    if (verdict?.severity !== 'error') report.secret(root, steps, value);
  }
  const sealing = (config['secrets'] ?? {}) as { key?: unknown; formerKeys?: unknown };
  const formerKeys: readonly unknown[] = Array.isArray(sealing.formerKeys) ? sealing.formerKeys : [];
  for (const [path, reference] of [
    [['key'], sealing.key] as const,
    ...formerKeys.map((former, index) => [['formerKeys', index], former] as const),
  ]) {
    if (typeof reference !== 'string') continue;
    const verdict = reference.startsWith('store:')
      ? { said: say('secret-key-stored'), severity: 'error' as const }
      : judgeSecret(reference, environment);
    if (verdict !== undefined) report[verdict.severity](root, ['secrets', ...path], verdict.said);
    if (verdict?.severity !== 'error') report.secret(root, ['secrets', ...path], reference);
  }
  for (const [name, one] of Object.entries((config['schedules'] ?? {}) as Record<string, { zone?: unknown } | null>))
    if (typeof one?.zone === 'string' && !isZone(one.zone))
      report.error(root, ['schedules', name, 'zone'], say('no-zone'));
  const network = (config['network'] ?? {}) as { proxy?: unknown; caFile?: unknown };
  const http = (config['http'] ?? {}) as { publicUrl?: unknown };
  checkUrl(report, ['network', 'proxy'], network.proxy, ['http:', 'https:']);
  checkUrl(report, ['http', 'publicUrl'], http.publicUrl, ['http:', 'https:']);
  if (typeof network.caFile === 'string') {
    try {
      if (!readFileSync(network.caFile, 'utf8').includes('-----BEGIN CERTIFICATE-----')) {
        report.error(root, ['network', 'caFile'], say('no-certificate'));
      }
    } catch {
      report.error(root, ['network', 'caFile'], say('unreadable'));
    }
  }
  const clock = config['clock'] as { now?: unknown; sleep?: unknown } | undefined;
  if (clock !== undefined && (typeof clock?.now !== 'function' || typeof clock.sleep !== 'function')) {
    report.error(root, ['clock'], say('no-clock'));
  }
};
