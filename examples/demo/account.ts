import { compareDecimals } from '@caudal/core';
import type { Runtime } from '@caudal/runtime';
import type { Truth, World } from './world.ts';

/** What became of everything that the devices sent and the regulator is owed. */
export interface Account {
  readonly readings: number;
  readonly values: number;
  readonly findings: Readonly<Record<string, number>>;
  readonly submissions: Readonly<Record<string, number>>;
  /** Receipts whose record at the regulator equals what was chosen to be sent. */
  readonly receipts: number;
  readonly notices: number;
  /** Readings without a value, and owed submissions with neither a confirmed receipt nor a reason. */
  readonly unaccounted: number;
}

/** Where the readings of a device and variable go; the same as in `data/points.yaml`. */
const seriesOf: Readonly<Record<string, string>> = {
  'campus-logger pulses': 'campus/total',
  'campus-logger flow': 'campus/flow',
  'well-logger 3grecdi1va': 'well/total',
  'well-logger 3grecuc1v': 'well/flow',
  'well-logger 3grecuc2v': 'well/level',
};

/** States that end a submission, or say why it waits. */
const isExplained = (state: string, reason: string | null, nextAt: number, now: number) =>
  state === 'confirmed' || (reason !== null && reason !== '') || nextAt > now;

const unaccountedReadings = async (
  runtime: Runtime,
  truth: readonly Truth[],
  now: number,
): Promise<{ known: number; lost: Truth[] }> => {
  const lost: Truth[] = [];
  let known = 0;
  // What was sent in the last minutes may not have been asked for yet.
  const settled = truth.filter(({ item }) => item.time <= now - 10 * 60_000);
  for (const [key, items] of Map.groupBy(settled, ({ device, item }) => `${device} ${item.variable}`)) {
    const values = await runtime.query.values({
      series: [seriesOf[key] as string],
      from: 0,
      to: now + 1,
      limit: 100_000,
    });
    const byInstant = new Map(values.map((row) => [row.at, row]));
    known += values.length;
    for (const one of items) {
      if (byInstant.get(one.item.time)?.rawText !== String(one.item.value)) lost.push(one);
    }
  }
  return { known, lost };
};

/** Compares what the devices sent and what the regulator holds with what the database says. */
export const takeAccount = async (runtime: Runtime, world: World, now: number): Promise<Account> => {
  const { known, lost } = await unaccountedReadings(runtime, world.truth, now);
  const status = await runtime.query.status();
  const submissions = await runtime.query.submissions({ limit: 10_000 });
  const unexplained = submissions.filter(({ state, reason, nextAt }) => !isExplained(state, reason, nextAt, now));
  let receipts = 0;
  let wrong = 0;
  for (const { id, receipt, state } of submissions) {
    if (state !== 'confirmed' || receipt === null) continue;
    const record = world.dga.ledger.byReceipt(receipt);
    const traced = await runtime.query.trace(id);
    const sent = traced?.kind === 'submission' ? traced.submission.report?.submissions[0]?.values : undefined;
    const equal =
      record !== undefined &&
      sent !== undefined &&
      Object.entries(record.values).every(([parameter, text]) => near(sent[parameter]?.value ?? '', text));
    if (equal) receipts += 1;
    else wrong += 1;
  }
  return {
    readings: world.truth.length,
    values: known,
    findings: status.counts.findings,
    submissions: Object.fromEntries(Object.entries(status.counts.submissions).filter(([, count]) => count > 0)),
    receipts,
    notices: status.counts.notices.sent,
    unaccounted: lost.length + unexplained.length + wrong + world.dga.ledger.violations.length,
  };
};

/** Whether the regulator's text is ours at its own number of decimals: rounded where it rounds, truncated for the register. */
const near = (ours: string, theirs: string): boolean => {
  if (ours === '' || theirs === '') return ours === theirs;
  const decimals = theirs.split('.')[1]?.length ?? 0;
  const step = 10 ** -decimals;
  const difference = Number(ours) - Number(theirs);
  return compareDecimals(ours, theirs) === 0 || Math.abs(difference) <= step;
};
