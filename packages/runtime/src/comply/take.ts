import { convertText, decimalText, findUnit, type Report, type ReportValue } from '@caudal/core';
import { applyCorrections } from '@caudal/quality';
import { parameterOf, variantOf } from '../config/parameter.ts';
import { reportable } from './testing.ts';
import { readCorrections } from '../kept/shown.ts';
import type { Services } from '../services.ts';
import type { SubmissionRow, ValueRow } from '../store/rows.ts';
import type { SubmissionChange } from '../store/store.ts';
import { minutes, type Owed } from './expect.ts';
import { looksAgainAt, unreadOf, waitsUntil, type Wanted } from './unread.ts';

/** What became of a slot when its value was to be taken. */
export interface Taken {
  readonly change: SubmissionChange;
  /** Sent as read although a flag would have held it: an incidence people should know of. */
  readonly incidence: string | undefined;
}

const minute = 60_000;

/** A slot whose value is to be taken. */
export interface Slot {
  readonly owed: Owed;
  readonly submission: SubmissionRow;
}

const toleranceOf = ({ obligation }: Owed): number => minutes(obligation.toleranceMinutes, 60);

/**
 * Takes the values of slots: per member the last value at or before it within the tolerance, as the instrument gave it, never
 * interpolated. Flags that hold it hold it until a stated time, then it goes as read. Missing stays missing. A slot waits for the
 * devices that feed it to be read up to it, for as long as its deadline allows.
 *
 * @param beganAt since when this process could have had devices read; absent: nothing is waited for
 */
export const takeSlots = async (
  services: Services,
  slots: readonly Slot[],
  beganAt?: number,
): Promise<readonly Taken[]> => {
  const windows = slots.flatMap(({ owed, submission: { slot } }) =>
    Object.values(owed.obligation.members).map(({ series }) => ({ series, from: slot - toleranceOf(owed), to: slot })),
  );
  const seen = await reportable(services, windows);
  const waits = beganAt === undefined ? [] : await waitsOf(services, slots, seen, beganAt);
  // Whoever learns that all was read has to look again: the slot's own reading may have come since the first look.
  const found = waits.some(({ change }) => change === undefined) ? await reportable(services, windows) : seen;
  const taken: Taken[] = [];
  let next = 0;
  for (const [index, slot] of slots.entries()) {
    const first = next;
    next += Object.keys(slot.owed.obligation.members).length;
    const wait = waits[index];
    const rows = found.slice(first, next);
    const without = rows.every((row) => row?.at === slot.submission.slot) ? undefined : wait?.without;
    taken.push(
      wait?.change === undefined
        ? await takeSlot(services, slot, rows, without)
        : { change: wait.change, incidence: undefined },
    );
  }
  return taken;
};

/** What a slot waits with, or what it is taken without. */
interface Wait {
  readonly change?: SubmissionChange;
  readonly without?: string;
}

/** Which slots wait for their devices. A reading of the slot's own instant needs no other. */
const waitsOf = async (
  services: Services,
  slots: readonly Slot[],
  found: readonly (ValueRow | null)[],
  beganAt: number,
): Promise<readonly Wait[]> => {
  const now = services.clock.now();
  let next = 0;
  const wanted = slots.map(({ owed, submission: { slot } }) =>
    Object.values(owed.obligation.members).flatMap(({ series }): Wanted[] => {
      const row = found[next++];
      if (row?.at === slot) return [];
      const dueAt = slot + minutes(owed.obligation.waitMinutes, 15);
      return [{ series, slot, from: row?.at ?? slot - toleranceOf(owed), dueAt }];
    }),
  );
  if (wanted.every(({ length }) => length === 0)) return [];
  const unread = await unreadOf(services, wanted.flat());
  let first = 0;
  return slots.map(({ owed, submission }, index) => {
    const own = wanted[index] as readonly Wanted[];
    const lacking = unread.slice(first, (first += own.length)).flat();
    if (lacking.length === 0) return {};
    const until = waitsUntil(owed, submission, beganAt);
    const isOver = now >= until;
    // One that had no value is in no hurry, and must not take the first half of what is being read.
    const open =
      submission.state === 'missing' && isOver ? lacking.filter(({ lacks }) => lacks === 'answered') : lacking;
    const names = [...new Set(lacking.map(({ device }) => device))].join(', ');
    if (isOver && (submission.state !== 'missing' || open.length === 0 || now >= submission.maxLagAt))
      return { without: `taken before ${names} could be read up to the slot` };
    const from = Math.max(submission.slot + minutes(owed.obligation.waitMinutes, 15), beganAt);
    const { id, epoch, state } = submission;
    const nextAt = looksAgainAt(from, isOver ? submission.maxLagAt : until, now);
    return { change: { id, epoch, state, nextAt, reason: `waits for ${names} to be read up to the slot` } };
  });
};

/**
 * @param found by member
 * @param without what it would have waited for
 */
const takeSlot = async (
  services: Services,
  { owed, submission }: Slot,
  found: readonly (ValueRow | null)[],
  without?: string,
): Promise<Taken> => {
  const { obligation, target, delivery, configuration } = owed;
  const now = services.clock.now();
  const tolerance = toleranceOf(owed);
  const members = Object.entries(obligation.members);
  const variant = variantOf(target.profile, obligation.work.settings);
  const release = submission.slot + minutes(obligation.waitMinutes, 15) + minutes(obligation.holdMinutes, 45);

  const values: Record<string, ReportValue> = {};
  const sources: { series: string; at: number; raw: string }[] = [];
  const absent: string[] = [];
  const holding: string[] = [];
  const shown = await shownValues(services, owed, found);
  members.forEach(([parameter, { series, settings }], index) => {
    const wanted = variant === undefined ? undefined : parameterOf(variant, parameter, settings);
    const row = shown[index] ?? null;
    const say = sayOf(owed, row);
    if (row === null || say === 'missing') {
      values[parameter] = { value: null, at: row?.at ?? null, flag: row?.flag ?? 9 };
      if (wanted?.required !== false) absent.push(parameter);
      return;
    }
    if (say === 'hold') holding.push(`${parameter} (flag ${row.flag})`);
    values[parameter] = {
      value: inUnit(row, services.domain.series.get(series)?.unit, wanted?.unit),
      at: row.at,
      flag: row.flag,
    };
    sources.push({ series, at: row.at, raw: row.raw });
  });

  const base = { id: submission.id, epoch: submission.epoch, watched: members.map(([, { series }]) => series) };
  const asMissing = (parameters: readonly string[]): Taken => {
    const reason = `no value for ${parameters.join(', ')} within ${tolerance / minute} minutes before the slot`;
    if (now >= submission.maxLagAt) {
      const change = {
        ...base,
        state: 'failed-reported' as const,
        nextAt: now,
        reason: `${reason}; the maximum lag has passed`,
      };
      return { change, incidence: reason };
    }
    // The older the hole, the rarer the look: late data inside the maximum lag still fill it.
    const rest = Math.max(5 * minute, Math.ceil((now - submission.slot) / 20));
    const nextAt = Math.min(submission.maxLagAt, now + rest);
    return { change: { ...base, state: 'missing', nextAt, reason }, incidence: undefined };
  };
  if (target.profile.completeness === 'all' ? absent.length > 0 : absent.length === members.length) {
    return asMissing(absent);
  }
  if (holding.length > 0 && now < release) {
    const change = { ...base, state: 'held' as const, nextAt: release, reason: `held: ${holding.join(', ')}` };
    return { change, incidence: undefined };
  }
  const report: Report = {
    work: obligation.work,
    members: Object.fromEntries(members.map(([parameter, { settings }]) => [parameter, settings ?? {}])),
    submissions: [{ id: submission.id, slot: submission.slot, values }],
    ...(delivery === 'manual' ? { delivery } : {}),
  };
  const faults = target.instance.validate(report).filter(({ severity }) => severity !== 'warning');
  // Whether an optional parameter may be left out depends on the work, which only the target knows.
  const lacking = members
    .map(([parameter]) => parameter)
    .filter(
      (parameter) =>
        values[parameter]?.value === null &&
        faults.some(({ path }) => path.endsWith(`/${parameter}`) || path.includes(`/${parameter}/`)),
    );
  if (lacking.length > 0) return asMissing(lacking);
  if (faults.length > 0) {
    const reason = faults.map(({ path, message }) => `${path} ${message}`).join('; ');
    return {
      change: { ...base, state: 'quarantined', nextAt: now, report, sources, reason, configuration },
      incidence: reason,
    };
  }
  return {
    change: {
      ...base,
      state: delivery === 'manual' ? 'manual' : 'due',
      nextAt: now,
      report,
      sources,
      reason: joined(without, holding.length === 0 ? undefined : `sent as read: ${holding.join(', ')}`) ?? null,
    },
    incidence: joined(
      without,
      holding.length === 0 ? undefined : `sent as read although flagged: ${holding.join(', ')}`,
    ),
  };
};

const joined = (...texts: readonly (string | undefined)[]): string | undefined => {
  const said = texts.filter((text) => text !== undefined);
  return said.length === 0 ? undefined : said.join('; ');
};

/** What becomes of a value by its flag. */
const sayOf = ({ obligation, target }: Owed, row: ValueRow | null): 'send' | 'hold' | 'missing' =>
  row === null || row.value === null
    ? 'missing'
    : (obligation.flags?.[String(row.flag) as '1'] ?? target.profile.flags[row.flag]);

/** The text that the regulator would get of a value; null for none. */
export const reportedText = (
  { domain }: Pick<Services, 'domain'>,
  owed: Owed,
  parameter: string,
  row: ValueRow | null,
): string | null => {
  if (row === null || sayOf(owed, row) === 'missing') return null;
  const variant = variantOf(owed.target.profile, owed.obligation.work.settings);
  const settings = owed.obligation.members[parameter]?.settings;
  const wanted = variant === undefined ? undefined : parameterOf(variant, parameter, settings);
  return inUnit(row, domain.series.get(row.series)?.unit, wanted?.unit);
};

/** Values as they are reported: as read, or as corrected where the obligation says so in writing. */
export const shownValues = async (
  services: Services,
  { obligation }: Owed,
  found: readonly (ValueRow | null)[],
): Promise<readonly (ValueRow | null)[]> =>
  obligation.reportCorrected === undefined ? found : corrected(services, found);

/**
 * Values as the applied corrections show them: only for an obligation that says so in writing. A hidden value is missing, and
 * one that would have to be held or interpolated is too: the regulator gets no value that nobody measured.
 */
const corrected = async (
  services: Services,
  found: readonly (ValueRow | null)[],
): Promise<readonly (ValueRow | null)[]> =>
  Promise.all(
    found.map(async (row) => {
      if (row === null || row.value === null) return row;
      const corrections = await readCorrections(services, row.series);
      const samples = { time: Float64Array.of(row.at), value: Float64Array.of(row.value) };
      const value = applyCorrections(samples, corrections).value[0] as number;
      if (value === row.value) return row;
      return Number.isNaN(value) ? { ...row, value: null, text: null } : { ...row, value, text: null };
    }),
  );

/** The exact decimal text of a value in the unit the regulator asks for: digit for digit as read where the unit is the same, however spelt. */
const inUnit = (row: ValueRow, unit: string | undefined, wanted: string | undefined): string => {
  const text = row.text ?? decimalText(row.value as number);
  if (wanted === undefined || unit === undefined) return text;
  const [from, to] = [findUnit(unit), findUnit(wanted)];
  return from === undefined || to === undefined || from.name === to.name ? text : convertText(text, unit, wanted, 9);
};
