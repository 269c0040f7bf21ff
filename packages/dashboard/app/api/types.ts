/** What the page reads of the API's answers; the whole is in the runtime's OpenAPI document. */

export interface Series {
  readonly id: string;
  readonly point: string;
  readonly variable: string;
  readonly kind: string;
  readonly unit: string;
  readonly interpretation: string;
}

export interface Point {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly code?: string;
  readonly owner?: string;
  readonly place?: { readonly latitude?: number; readonly longitude?: number };
  readonly state: 'ACTIVE' | 'INACTIVE' | 'MAINTENANCE';
  readonly health: 'OK' | 'OFFLINE' | 'never reported';
  readonly lastContact: string | null;
  readonly devices: readonly string[];
  readonly obligations: readonly string[];
  readonly series: readonly Series[];
}

export type FlagNumber = 1 | 2 | 3 | 4 | 9;

export interface Value {
  readonly series: string;
  readonly at: string;
  readonly value: number | null;
  readonly text: string | null;
  readonly unit: string | null;
  readonly flag: FlagNumber;
  readonly codes: readonly string[];
  readonly status: 'provisional' | 'final';
  readonly raw: string;
  readonly device: string;
}

export interface ChartColumns {
  readonly series: string;
  readonly unit: string;
  readonly from: string;
  readonly to: string;
  readonly widthMs: number;
  readonly at: readonly number[];
  readonly flag: readonly number[];
  readonly count: readonly number[];
  readonly min: readonly (number | null)[];
  readonly max: readonly (number | null)[];
  readonly mean: readonly (number | null)[];
}

export interface Finding {
  readonly point: string;
  readonly series: string;
  readonly rule: string;
  readonly key: string;
  readonly code: string;
  readonly about: 'quality' | 'event';
  readonly flag: FlagNumber;
  readonly status: 'provisional' | 'final';
  readonly from: string | null;
  readonly to: string | null;
}

export interface Correction {
  readonly point: string;
  readonly series: string;
  readonly rule: string;
  readonly key: string;
  readonly method: string;
  readonly amount: number | null;
  readonly state: string;
  readonly from: string | null;
  readonly to: string | null;
}

export interface Submission {
  readonly id: string;
  readonly obligation: string;
  readonly target: string;
  readonly work: string;
  readonly slot: string;
  readonly state: string;
  readonly dueAt: string | null;
  readonly maxLagAt: string | null;
  readonly nextAt: string | null;
  readonly receipt: string | null;
  readonly reason: string | null;
  readonly attempts: number;
  readonly sentAt: string | null;
  readonly confirmedAt: string | null;
}

export interface SubmissionDetail extends Submission {
  readonly report: unknown;
  readonly sources: readonly { readonly series: string; readonly at: string; readonly raw: string }[];
}

export interface Attempt {
  readonly id: string;
  readonly kind: 'submit' | 'confirm';
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly outcome: string;
  readonly reason: string | null;
  readonly artifactHash: string | null;
  readonly artifact: unknown;
  readonly answer: unknown;
}

export interface Obligation {
  readonly id: string;
  readonly target: string;
  readonly work: string;
  readonly standard: string;
  readonly shadow: boolean;
  readonly members: Readonly<Record<string, string>>;
}

export interface Cell {
  readonly slot: string;
  readonly submission: string | null;
  readonly state: string | null;
  readonly receipt: string | null;
  readonly dueAt: string | null;
}

export interface Owed {
  readonly obligation: string;
  readonly target: string;
  readonly work: string;
  readonly open: number;
  readonly states: Readonly<Record<string, number>>;
  readonly nextDueAt: string | null;
  readonly late: boolean;
  readonly nearestMaxLagAt: string | null;
}

export interface Alert {
  readonly id: string;
  readonly event: string;
  readonly rule: string;
  readonly subject: string;
  readonly point: string | null;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly openedAt: string;
  readonly closedAt: string | null;
  readonly facts: Readonly<Record<string, string>>;
}

interface Window {
  readonly start: string;
  readonly end: string;
  readonly coverage: number;
  readonly flag: FlagNumber;
}

export interface WindowVolume extends Window {
  readonly volume: number | null;
  readonly gapVolume: number;
  readonly meanLps: number | null;
}

interface Extreme {
  readonly at: string;
  readonly value: number;
}

export interface WindowState extends Window {
  readonly mean: number | null;
  readonly sum: number | null;
  readonly min: Extreme | null;
  readonly max: Extreme | null;
}

export interface PointReport {
  readonly point: string;
  readonly zone: string;
  readonly totals: readonly {
    readonly series: string;
    readonly unit: string;
    readonly windows: readonly WindowVolume[];
    readonly unattributed: number;
  }[];
  readonly states: readonly {
    readonly series: string;
    readonly unit: string;
    readonly windows: readonly WindowState[];
  }[];
  readonly submissions: readonly {
    readonly obligation: string;
    readonly target: string;
    readonly work: string;
    readonly states: Readonly<Record<string, number>>;
  }[];
}

export interface UseOfRight {
  readonly year: { readonly from: string; readonly to: string };
  readonly granted: { readonly volumeM3: number | null; readonly flowLps: number | null };
  readonly usedM3: number | null;
  readonly share: number | null;
  readonly coverage: number;
  readonly usedUp: { readonly at: string; readonly earliest: string | null; readonly latest: string | null } | null;
  readonly peakLps: Extreme | null;
  readonly hoursAboveRight: number | null;
}
