import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Runtime } from '@caudal/runtime';
import { parse } from 'yaml';
import type { Truth } from './field/upload.ts';
import { takeReceipts } from './receipts.ts';
import type { World } from './world.ts';

/** What became of everything that the devices measured and the regulators are owed. */
export interface Account {
  readonly readings: number;
  readonly values: number;
  readonly findings: Readonly<Record<string, number>>;
  /** Slots by target and state. */
  readonly submissions: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Receipts by target whose record at the regulator equals what was chosen to be sent. */
  readonly receipts: Readonly<Record<string, number>>;
  /** Broken rules in each regulator's own ledger. */
  readonly violations: Readonly<Record<string, number>>;
  /** Messages that arrived, by channel, as the receiving side counted them. */
  readonly messages: Readonly<Record<string, number>>;
  /** Everything below, counted. */
  readonly unaccounted: number;
  /** Readings without a value, owed slots without receipt or reason, receipts that the regulator does not know. The first 20. */
  readonly missing: readonly string[];
}

interface Bindings {
  readonly bindings: readonly { readonly device: string; readonly variable: string; readonly series: string }[];
}

const { bindings } = parse(readFileSync(join(import.meta.dirname, 'data/devices.yaml'), 'utf8')) as Bindings;
const seriesOf = new Map(bindings.map(({ device, variable, series }) => [`${device} ${variable}`, series]));

/** What was measured in the last minutes may not have been asked for yet. */
const graceMs = 35 * 60_000;

const takeReadings = async (runtime: Runtime, truth: readonly Truth[], now: number) => {
  const settled = truth.filter(({ sample }) => Math.max(sample.at, sample.arrives ?? 0) <= now - graceMs);
  const missing: string[] = [];
  let values = 0;
  for (const [key, own] of Map.groupBy(settled, ({ device, sample }) => `${device} ${sample.variable}`)) {
    const series = seriesOf.get(key) as string;
    const held = await runtime.query.values({ series: [series], from: 0, to: now + 1, limit: 100_000 });
    const byInstant = new Map(held.map((row) => [row.at, row.rawText]));
    values += held.length;
    for (const { sample } of own)
      if (Number(byInstant.get(sample.at)) !== sample.value)
        missing.push(`${series} at ${new Date(sample.at).toISOString()}: measured ${sample.value}`);
  }
  return { values, missing };
};

/** Compares what the devices measured and what the regulators hold with what the database says. */
export const takeAccount = async (
  runtime: Runtime,
  world: World,
  truth: readonly Truth[],
  now: number,
): Promise<Account> => {
  const { values, missing } = await takeReadings(runtime, truth, now);
  const { counts } = await runtime.query.status();
  const { submissions, receipts, wrong } = await takeReceipts(runtime, world, now);
  const all = [...missing, ...wrong];
  return {
    readings: truth.length,
    values,
    findings: counts.findings,
    submissions,
    receipts,
    violations: { dga: world.dga.ledger.violations.length, sma: world.sma.ledger.violations.length },
    messages: {
      email: world.smtp.mails.length,
      sms: world.twilio.messages.length,
      webhook: world.receiver.messages.length,
    },
    unaccounted: all.length,
    missing: all.slice(0, 20),
  };
};

/** Whether nothing was lost, invented, or sent against a rule. */
export const isClean = ({ unaccounted, violations }: Account): boolean =>
  unaccounted === 0 && Object.values(violations).every((count) => count === 0);
