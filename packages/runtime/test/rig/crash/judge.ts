import { DatabaseSync } from 'node:sqlite';
import { acts } from '../../../src/evidence/acts.ts';
import type { ChainRow } from '../../../src/evidence/chain.ts';
import { createVerifier } from '../../../src/evidence/verify-chain.ts';
import { CHILE_REGULATOR_OFFSET_MINUTES, civilAtOffset, civilDate } from '@caudal/core';
import type { Ledger, TagoWireItem, Violation } from '@caudal/simulators';
import { hour, owedValues, pushers, sourceOf, start, type Well, wells as shortWells } from './scene.ts';
import { imbalances } from '../../recovery/imbalances.ts';
import type { Run } from '../run.ts';

/** What a run of the test left behind, and what it has to be compared with. */
export interface Evidence {
  readonly database: string;
  /** Bodies of pushes that were answered with 2xx. */
  readonly acknowledged: readonly Buffer[];
  readonly ledger: Ledger;
  /** With what they owe. Absent: those of the scene. */
  readonly wells?: readonly Well[];
  /** The clock goes so fast that a reading may not be fetched before its slot has to go: then an earlier one is right, if the audit says so. */
  readonly hurried?: boolean;
  /** How far clocks of senders may be ahead of the regulator's: an attempt is noted by the one and its request by the other. Absent: not at all. */
  readonly skewMs?: number;
  /** Whether an answer of the regulator may have come to a process that was dead or frozen before it could keep it. */
  readonly unkept: (answer: { readonly askedAt: number; readonly answeredAt: number }) => boolean;
  /** Where the simulated clock ended. */
  readonly end: number;
}

/**
 * An answer that was written so shortly before the kill may have died with the process that should have kept it: a second where the machine has
 * nothing else to do. What counts is that the process never knew of it.
 */
const unkeptMs = 30_000;

const spacingMs = 5 * 60_000;

const keyOf = (series: string, at: number) => `${series}@${at}`;

const seriesOf = new Map(pushers.map(({ id, externalId }) => [externalId, `${id}/level`]));

const acknowledgedBodies = (database: DatabaseSync, acknowledged: readonly Buffer[]): string[] => {
  const kept = new Map<string, number>();
  for (const { body } of database.prepare('SELECT body FROM raw_body').iterate() as Iterable<{ body: Uint8Array }>) {
    const text = Buffer.from(body).toString('latin1');
    kept.set(text, (kept.get(text) ?? 0) + 1);
  }
  return acknowledged.flatMap((body, index) => {
    const text = body.toString('latin1');
    const left = kept.get(text) ?? 0;
    kept.set(text, left - 1);
    return left > 0 ? [] : [`push ${index} was acknowledged and is not on disk`];
  });
};

interface StoredValue {
  readonly series: string;
  readonly at: number;
  readonly value: number | null;
}

/** What each value has to be: of the wells by their sources, of the pushed series by the vendor's own items. */
const truth = (acknowledged: readonly Buffer[], end: number, wells: readonly Well[]) => {
  const must = new Map<string, number>();
  for (const body of acknowledged)
    for (const item of JSON.parse(body.toString('utf8')) as TagoWireItem[])
      must.set(keyOf(seriesOf.get(item.device) ?? item.device, Date.parse(item.time)), item.value as number);
  const may = new Map<string, number>();
  for (const well of wells) {
    const convert: Readonly<Record<string, [string, (value: number) => number]>> = {
      pulses: ['total', (value) => value / 10],
      flow: ['flow', (value) => value],
      column: ['level', (value) => 45 - value],
    };
    for (const { variable, time, value } of sourceOf(well)(start - 4 * hour, end)) {
      const [name, inUnit] = convert[variable] as [string, (value: number) => number];
      may.set(keyOf(`${well.id}/${name}`, time), inUnit(value as number));
    }
  }
  return { must, may };
};

const values = (
  database: DatabaseSync,
  { acknowledged, end, wells = shortWells }: Evidence,
  sent: ReadonlyMap<string, number>,
): string[] => {
  const faults: string[] = [];
  const { must, may } = truth(acknowledged, end, wells);
  const seen = new Set<string>();
  const rows = database.prepare(
    'SELECT series.name AS series, value.at, value.value FROM value JOIN series ON series.id = value.series',
  );
  for (const { series, at, value } of rows.iterate() as Iterable<StoredValue>) {
    const key = keyOf(series, at);
    if (seen.has(key)) faults.push(`${key} is there twice`);
    seen.add(key);
    const expected = must.get(key) ?? sent.get(key) ?? may.get(key);
    if (expected !== value) faults.push(`${key} is ${value}, the vendor sent ${expected ?? 'nothing'}`);
  }
  for (const key of must.keys()) if (!seen.has(key)) faults.push(`${key} was acknowledged and has no value`);
  return faults;
};

/** Counts of what may not be there. */
const remains: Readonly<Record<string, string>> = {
  'values were revised, although nothing was sent twice with another content':
    'SELECT count(*) AS n FROM value_revision',
  'raw records are not COMPLETED': 'SELECT count(*) AS n FROM raw WHERE status <> 2',
  'points wait to be judged again': 'SELECT count(*) AS n FROM reopen',
  'attempts are open': "SELECT count(*) AS n FROM attempt WHERE outcome = 'open'",
};

const leftovers = (database: DatabaseSync): string[] =>
  Object.entries(remains).flatMap(([what, query]) => {
    const { n } = database.prepare(query).get() as { n: number };
    return n === 0 ? [] : [`${n} ${what}`];
  });

const unsettled = (database: DatabaseSync): string[] =>
  database
    .prepare("SELECT work, slot, state, reason, receipt, next_at FROM submission WHERE state <> 'confirmed'")
    .all()
    .map((row) => `a submission is not confirmed: ${JSON.stringify(row)}`);

const civil = (slot: number) => {
  const time = civilAtOffset(slot, CHILE_REGULATOR_OFFSET_MINUTES);
  return { date: civilDate(time), time: `${String(time.hour).padStart(2, '0')}:00:00` };
};

/** Readings a slot may take that has to go without its own, newest first. */
const earlier = Array.from({ length: 6 }, (_, index) => (index + 1) * 10 * 60_000);

const wentWithout = (database: DatabaseSync, work: string, slot: number): boolean =>
  database
    .prepare(
      `SELECT 1 FROM submission s JOIN audit a ON instr(a.entry, s.id) > 0
       WHERE s.work = ? AND s.slot = ? AND instr(a.entry, 'taken before ') > 0 LIMIT 1`,
    )
    .get(work, slot) !== undefined;

const records = (database: DatabaseSync, { ledger: { records }, wells = shortWells, hurried }: Evidence): string[] => {
  const owed = wells.flatMap((well) => well.slots.map((slot) => ({ well, slot, ...civil(slot) })));
  const faults = owed.flatMap(({ well, slot, date, time }) => {
    const held = records.filter((record) => record.work === well.code && record.date === date && record.time === time);
    const where = `${well.code} ${date} ${time}`;
    const [only] = held;
    if (only === undefined || held.length > 1) return [`${where} is held ${held.length} times`];
    // The vendor never fails here: however often the process dies, the slot's own reading is what it gets.
    const isOf = (at: number) =>
      Object.entries(owedValues(well, at)).every(([name, text]) => only.values[name] === text);
    const fits =
      isOf(slot) ||
      (hurried === true && earlier.some((ms) => isOf(slot - ms)) && wentWithout(database, well.code, slot));
    return fits ? [] : [`${where} is ${JSON.stringify(only.values)}, it was ${JSON.stringify(owedValues(well, slot))}`];
  });
  return records.length === owed.length ? faults : [...faults, `${records.length} records for ${owed.length} slots`];
};

/** Of one process after the other: the answer was written shortly before the end of one that was killed. */
export const unkeptByKilled =
  (runs: readonly Run[]): Evidence['unkept'] =>
  ({ askedAt, answeredAt }) => {
    const run = runs.findLast(({ startedAt }) => startedAt <= askedAt);
    return run?.killed === true && run.endedAt !== undefined && run.endedAt - answeredAt <= unkeptMs;
  };

/** What became of the send that made a request: the newest of its slot that was on disk before the request. */
const outcomeOf = (database: DatabaseSync, { work, date, time }: Violation, at: number): unknown =>
  database
    .prepare(
      `SELECT a.outcome FROM attempt a JOIN submission s ON s.id = a.submission
       WHERE a.kind = 'submit' AND s.work = ? AND s.slot = ? AND a.started_at <= ? ORDER BY a.started_at DESC LIMIT 1`,
    )
    .get(work ?? '', Date.parse(`${date}T${time}-04:00`), at)?.['outcome'];

/** A kill explains one thing only: a resend of what had been answered when nobody could keep the answer, and which nobody kept. */
const isExplained = (
  database: DatabaseSync,
  violation: Violation,
  { ledger, unkept, skewMs = 0 }: Evidence,
): boolean => {
  if (violation.kind !== 'resend-of-received') return false;
  const earlier = ledger.requests.find(({ number }) => number === violation.earlier);
  return (
    earlier?.answer !== undefined &&
    unkept({ askedAt: earlier.at, answeredAt: earlier.answer.at }) &&
    outcomeOf(database, violation, earlier.at + skewMs) === 'unknown'
  );
};

const violations = (database: DatabaseSync, evidence: Evidence): string[] =>
  evidence.ledger.violations
    .filter((violation) => !isExplained(database, violation, evidence))
    .map(({ kind, work, date, time, detail }) => `${kind}: ${work} ${date} ${time}: ${detail}`);

/** Sends of one work by the sender's own clock: how long each was under way does not count. */
const unspaced = (database: DatabaseSync): string[] => {
  const sends = database
    .prepare(
      `SELECT s.work, a.started_at AS at FROM attempt a JOIN submission s ON s.id = a.submission
       WHERE a.kind = 'submit' ORDER BY s.work, a.started_at`,
    )
    .all() as unknown as { work: string; at: number }[];
  return sends.flatMap(({ work, at }, index) => {
    const before = sends[index - 1];
    return before?.work === work && at - before.at < spacingMs
      ? [`${work} was sent to ${at - before.at} ms after the send before`]
      : [];
  });
};

/** One chain over all runs, and every attempt in it: opened once, and closed once where it ended. */
const chain = (database: DatabaseSync): string[] => {
  const verifier = createVerifier();
  const seen = new Map<string, number>();
  for (const row of database.prepare('SELECT seq, entry, link FROM audit ORDER BY seq').iterate()) {
    if (!verifier.push(row as unknown as ChainRow)) break;
    const { act, detail } = JSON.parse(String(row['entry'])) as { act: string; detail?: { attempt?: string } };
    const key = `${act} ${detail?.attempt ?? ''}`;
    if (detail?.attempt !== undefined) seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  const { fault } = verifier.end();
  const faults = fault === undefined ? [] : [`audit: entry ${fault.seq} ${fault.message}`];
  for (const { id, outcome } of database.prepare('SELECT id, outcome FROM attempt').all()) {
    const opened = seen.get(`${acts.attemptOpened} ${String(id)}`) ?? 0;
    const closed = seen.get(`${acts.attemptClosed} ${String(id)}`) ?? 0;
    if (opened !== 1 || closed !== (outcome === 'open' ? 0 : 1))
      faults.push(
        `audit: attempt ${String(id)} (${String(outcome)}) was opened ${opened} times and closed ${closed} times`,
      );
  }
  return faults;
};

/**
 * Everything that is wrong; nothing when the promises held.
 *
 * @param sent every reading that was handed to the vendor, by `series@instant`: what a value may be
 */
export const judge = (evidence: Evidence, sent: ReadonlyMap<string, number>): string[] => {
  const database = new DatabaseSync(evidence.database, { readOnly: true });
  try {
    return [
      ...acknowledgedBodies(database, evidence.acknowledged),
      ...values(database, evidence, sent),
      ...leftovers(database),
      ...unsettled(database),
      ...imbalances(evidence.database),
      ...chain(database),
      ...records(database, evidence),
      ...violations(database, evidence),
      ...unspaced(database),
    ];
  } finally {
    database.close();
  }
};

/** How often the test met what it is for: a judge that saw nothing proves nothing. */
export const met = ({ database: path, ledger }: Evidence) => {
  const database = new DatabaseSync(path, { readOnly: true });
  const count = (query: string) => (database.prepare(query).get() as { n: number }).n;
  try {
    return {
      values: count('SELECT count(*) AS n FROM value'),
      unknown: count("SELECT count(*) AS n FROM attempt WHERE kind = 'submit' AND outcome = 'unknown'"),
      duplicate: count("SELECT count(*) AS n FROM attempt WHERE outcome = 'duplicate'"),
      without: count("SELECT count(*) AS n FROM audit WHERE instr(entry, 'taken before ') > 0"),
      excused: ledger.violations.length,
    };
  } finally {
    database.close();
  }
};
