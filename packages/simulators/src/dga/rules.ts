import { CHILE_REGULATOR_OFFSET_MINUTES, civilAtOffset, civilDate } from '@caudal/core';
import type { StoredRecord, Try, ViolationKind } from './ledger.ts';
import type { Measurement } from './measurement.ts';

/** What the sending rules of the manual look at, all of it known before the request is processed. */
export interface Situation {
  readonly now: number;
  readonly measurement: Measurement;
  readonly stored: StoredRecord | undefined;
  readonly lastTry: Try | undefined;
  readonly lastBacklog: Try | undefined;
  /** A gap may be this much shorter than the rule, for the difference between sending and arriving. */
  readonly toleranceMs: number;
}

export interface Finding {
  readonly kind: ViolationKind;
  readonly detail: string;
  readonly earlier?: number;
}

const hour = 3_600_000;
const spacingMs = 5 * 60_000;

const day = (instant: number) => civilDate(civilAtOffset(instant, CHILE_REGULATOR_OFFSET_MINUTES));

/** Older than the hour that section 3 allows for transmission. */
export const isBacklog = (measuredAt: number | undefined, now: number): boolean =>
  measuredAt !== undefined && now - measuredAt > hour;

const resend = ({ now, stored, lastTry }: Situation): Finding[] => {
  if (lastTry === undefined) return [];
  if (stored?.told === true)
    return [
      {
        kind: 'resend-of-received',
        detail: `stored and answered as receipt ${stored.receipt}`,
        earlier: lastTry.request,
      },
    ];
  if (day(lastTry.at) !== day(now)) return [];
  return [{ kind: 'early-resend', detail: `tried before on the same day, ${day(now)}`, earlier: lastTry.request }];
};

const spacing = ({ now, measurement, lastBacklog, toleranceMs }: Situation): Finding[] => {
  if (lastBacklog === undefined || !isBacklog(measurement.measuredAt, now)) return [];
  const gap = now - lastBacklog.at;
  if (gap >= spacingMs - toleranceMs) return [];
  return [{ kind: 'backlog-spacing', detail: `${gap} ms after the backlog send before`, earlier: lastBacklog.request }];
};

/** The rules a POST breaks. */
export const judge = (situation: Situation): Finding[] => {
  const { measurement, now } = situation;
  const findings: Finding[] = measurement.problems.map((detail) => ({ kind: 'format', detail }));
  if (measurement.sendTimeProblem !== undefined && !measurement.problems.includes('timeStampOrigen is missing'))
    findings.push({ kind: 'send-time', detail: measurement.sendTimeProblem });
  if (measurement.measuredAt !== undefined && measurement.measuredAt > now)
    findings.push({ kind: 'future-measurement', detail: `${measurement.measuredAt - now} ms ahead of the clock` });
  return [...findings, ...resend(situation), ...spacing(situation)];
};
