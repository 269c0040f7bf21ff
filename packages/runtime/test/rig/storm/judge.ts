import { DatabaseSync } from 'node:sqlite';
import type { RegistryLedger } from '@caudal/simulators';
import type { ChainRow } from '../../../src/evidence/chain.ts';
import { createVerifier } from '../../../src/evidence/verify-chain.ts';
import { imbalances } from '../../recovery/imbalances.ts';
import { minute, type Served, served, tempers, wells } from './fleet.ts';
import { servedFrom } from './fleet-server.ts';
import { regulators } from './regulators.ts';
import { slots, toleranceMinutes } from './scene.ts';

/** What the world around the runtime knows. */
export interface Truth {
  /** Bodies of pushes that were answered with success. */
  readonly acknowledged: readonly string[];
  readonly ledgers: Readonly<Record<string, RegistryLedger>>;
  readonly now: number;
}

interface Row {
  readonly [name: string]: string | number | null;
}

const all = (database: DatabaseSync, query: string) => database.prepare(query).all() as unknown as Row[];

/** Broken whatever happens; that something received goes again is explained by an answer that never came. */
const always: ReadonlySet<string> = new Set(['format', 'key-reuse', 'early-question', 'unasked-resend']);

const instantOf = (slot: number) => new Date(slot).toISOString().replace('.000Z', 'Z');

/** What a regulator may hold of a slot: what the well's logger said of the time before it. */
const allowed = (readings: readonly Served[], slot: number): readonly string[] =>
  readings
    .filter(({ variable, at }) => variable === 'flow' && at <= slot && at >= slot - toleranceMinutes * minute)
    .map(({ raw }) => raw);

const records = ({ ledgers, now }: Truth): string[] =>
  Object.entries(ledgers).flatMap(([name, ledger]) => {
    const faults = ledger.violations
      .filter(({ kind }) => always.has(kind))
      .map(({ kind, key, detail }) => `${name}: ${kind} of ${key ?? ''}: ${detail}`);
    for (const well of wells) {
      const readings = served(well, servedFrom, now);
      for (const slot of slots) {
        const held = ledger.of(well, instantOf(slot));
        if (held.length > 1) faults.push(`${name} holds ${well} ${instantOf(slot)} ${held.length} times`);
        for (const { values } of held)
          if (!allowed(readings, slot).some((raw) => Number(raw) === Number(values['q'])))
            faults.push(`${name} holds ${values['q']} for ${well} ${instantOf(slot)}, which no logger said`);
      }
    }
    return faults;
  });

const chain = (database: DatabaseSync): string[] => {
  const verifier = createVerifier();
  (all(database, 'SELECT seq, entry, link FROM audit ORDER BY seq') as unknown as ChainRow[]).every((row) =>
    verifier.push(row),
  );
  const { fault } = verifier.end();
  return fault === undefined ? [] : [`audit: entry ${fault.seq} ${fault.message}`];
};

const pushes = (database: DatabaseSync, acknowledged: readonly string[]): string[] => {
  const kept = new Set(
    (database.prepare('SELECT body FROM raw_body').all() as unknown as { body: Uint8Array }[]).map(({ body }) =>
      Buffer.from(body).toString(),
    ),
  );
  return acknowledged.filter((body) => !kept.has(body)).map((body) => `acknowledged and not on disk: ${body}`);
};

/** Nothing that nobody said, and nothing twice. Answers what there is, too. */
const values = (database: DatabaseSync, { acknowledged, now }: Truth, pushed: ReadonlySet<string>) => {
  const said = new Set<string>(pushed);
  for (const well of wells)
    for (const { variable, at, raw } of served(well, servedFrom, now)) said.add(`${well}/${variable}@${at}=${raw}`);
  const there = all(
    database,
    'SELECT series.name AS series, value.at, value.value FROM value JOIN series ON series.id = value.series',
  );
  const faults: string[] = [];
  const instants = new Set<string>();
  for (const { series, at, value } of there) {
    const [key, known] = [`${series}@${at}`, instants.size];
    instants.add(key);
    if (instants.size === known) faults.push(`${key} is there twice`);
    const texts = [String(value), Number(value).toFixed(2)];
    if (!texts.some((text) => said.has(`${key}=${text}`))) faults.push(`${key} is ${value}, which nobody said`);
  }
  const missing = acknowledged.filter((body) => !instants.has(keyOfPush(body)));
  return { faults, unprocessed: missing.length, instants };
};

/** `pushed level 2026-01-01T00:00:00.000Z;20.1` */
const keyOfPush = (body: string) =>
  `pushed/level@${Date.parse(body.slice('pushed level '.length).split(';')[0] ?? '')}`;

/** What has to hold at every moment, whatever has just happened. */
export const judgeStep = (path: string, truth: Truth, pushed: ReadonlySet<string>): string[] => {
  // Nothing was promised yet: the first life may have died among its tables, and the next has to begin on what is there.
  if (truth.acknowledged.length === 0 && Object.values(truth.ledgers).every(({ records: held }) => held.length === 0))
    return [];
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return [
      ...pushes(database, truth.acknowledged),
      ...values(database, truth, pushed).faults,
      ...chain(database),
      ...imbalances(path),
      ...records(truth),
    ];
  } finally {
    database.close();
  }
};

/** What has to hold once all is calm and nothing is left to do. */
export const judgeEnd = (path: string, truth: Truth, pushed: ReadonlySet<string>): string[] => {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const { unprocessed, instants } = values(database, truth, pushed);
    const faults = unprocessed === 0 ? [] : [`${unprocessed} acknowledged pushes have no value`];
    for (const well of wells)
      for (const { variable, at, visibleAt } of served(well, slots[0] as number, slots.at(-1) as number))
        if (visibleAt < truth.now && !instants.has(`${well}/${variable}@${at}`))
          faults.push(`${well}/${variable} of ${instantOf(at)} never became a value`);
    const owed = all(database, 'SELECT target, work, slot, state, reason FROM submission ORDER BY slot');
    const expected = Object.keys(regulators).length * wells.length * slots.length;
    if (owed.length !== expected) faults.push(`${owed.length} slots are owed, not ${expected}`);
    for (const { target, work, slot, state, reason } of owed) {
      const name = `${target} ${work} ${instantOf(Number(slot))}`;
      const ends = ['confirmed', ...(regulators[String(target)]?.ends ?? [])];
      const withoutData = tempers[String(work)]?.steady === true ? [] : ['missing', 'failed-reported'];
      if (![...ends, ...withoutData].includes(String(state))) faults.push(`${name} is ${state}: ${reason ?? ''}`);
      const held = truth.ledgers[String(target)]?.of(String(work), instantOf(Number(slot))).length ?? 0;
      if ((state === 'confirmed' || state === 'accepted-unverified') && held !== 1)
        faults.push(`${name} is ${state} and there ${held} times`);
      if (state !== 'confirmed' && state !== 'accepted-unverified' && (reason ?? '') === '')
        faults.push(`${name} is ${state} without a reason`);
    }
    return faults;
  } finally {
    database.close();
  }
};

/** How often the storm met what it is for. */
export const met = (path: string): Readonly<Record<string, number>> => {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return Object.fromEntries([
      ...all(database, "SELECT outcome, count(*) AS n FROM attempt WHERE kind = 'submit' GROUP BY outcome").map(
        ({ outcome, n }) => [`sends ${outcome}`, Number(n)],
      ),
      ...all(database, 'SELECT state, count(*) AS n FROM submission GROUP BY state').map(({ state, n }) => [
        `slots ${state}`,
        Number(n),
      ]),
    ]) as Record<string, number>;
  } finally {
    database.close();
  }
};
