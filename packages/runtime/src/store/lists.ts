import type { Flag } from '@caudal/core';
import type {
  AlertRow,
  ChainRow,
  CorrectionRow,
  FindingRow,
  NoticeRow,
  SubmissionRow,
  SubmissionState,
  ValueRow,
} from './rows.ts';

/** Which of a kind: null for all. An empty list is none. Conditions go into the query, so that what is left out is not read. */
export type Among = readonly string[] | null;

/** From, half open. */
interface Span {
  readonly from?: number;
  readonly to?: number;
}

export type Order = 'asc' | 'desc';

/** Where a judgement stands in its list. */
export interface JudgementPlace {
  readonly from: number;
  readonly point: string;
  readonly rule: string;
  readonly key: string;
}

/** Values of a series at equal distances, for a chart: one row for each flag that a bucket holds. Columns, of equal length. */
export interface ChartColumns {
  /** Number of the bucket, from 0. */
  readonly bucket: readonly number[];
  readonly flag: readonly Flag[];
  readonly count: readonly number[];
  /** Of those that have a value; null when none has. */
  readonly min: readonly (number | null)[];
  readonly max: readonly (number | null)[];
  readonly mean: readonly (number | null)[];
}

/** A page of current values as columns. */
export interface ValueColumns {
  readonly at: Float64Array;
  /** Exact text; null for no value. */
  readonly text: readonly (string | null)[];
  readonly flag: Uint8Array;
  /** JSON list; null for none. */
  readonly codes: readonly (string | null)[];
  readonly final: Uint8Array;
}

/** Lists for people and programs that look: keyset pages, each with its order and its end. */
export interface ListReads {
  pageValues(
    input: Span & {
      readonly series: string;
      readonly flags?: readonly Flag[];
      readonly order: Order;
      readonly limit: number;
    },
  ): Promise<readonly ValueRow[]>;
  /** Oldest first. */
  exportValues(input: {
    readonly series: string;
    readonly from: number;
    readonly to: number;
    readonly limit: number;
  }): Promise<ValueColumns>;
  chart(input: {
    readonly series: string;
    /** Start of the first bucket. */
    readonly from: number;
    readonly widthMs: number;
    readonly buckets: number;
  }): Promise<ChartColumns>;
  /** First and last instant of each series that has values. */
  extents(
    series: readonly string[],
  ): Promise<readonly { readonly series: string; readonly first: number; readonly last: number }[]>;
  /** By slot. */
  pageSubmissions(
    input: Span & {
      readonly obligations: Among;
      readonly targets?: readonly string[];
      readonly states?: readonly SubmissionState[];
      readonly order: Order;
      readonly after?: { readonly slot: number; readonly id: string };
      readonly limit: number;
    },
  ): Promise<readonly SubmissionRow[]>;
  /** Newest opening first; `from` and `to` are of the opening. */
  pageAlerts(
    input: Span & {
      readonly points: Among;
      readonly open?: boolean;
      readonly events?: readonly string[];
      readonly severities?: readonly string[];
      readonly after?: { readonly openedAt: number; readonly id: string };
      readonly limit: number;
    },
  ): Promise<readonly AlertRow[]>;
  /** Those that touch the span, newest beginning first. */
  pageFindings(
    input: Span & {
      readonly points: Among;
      readonly series?: string;
      readonly codes?: readonly string[];
      readonly after?: JudgementPlace;
      readonly limit: number;
    },
  ): Promise<readonly FindingRow[]>;
  pageCorrections(
    input: Span & {
      readonly points: Among;
      readonly series?: string;
      readonly after?: JudgementPlace;
      readonly limit: number;
    },
  ): Promise<readonly CorrectionRow[]>;
  /** Newest first. */
  pageNotices(input: {
    readonly person?: string;
    readonly states?: readonly NoticeRow['state'][];
    readonly after?: { readonly createdAt: number; readonly id: string };
    readonly limit: number;
  }): Promise<readonly NoticeRow[]>;
  /** Newest first. */
  pageAudit(input: {
    readonly subject?: string;
    readonly before?: number;
    readonly limit: number;
  }): Promise<readonly ChainRow[]>;
}
