import type { AttemptKind } from '../../store/rows.ts';

/** What a package holds. Its own hash stands in the chain, in the entry `evidence exported`. */
export interface Manifest {
  readonly format: 'caudal.evidence/v1';
  readonly work: string;
  /** Slots in [from, to). */
  readonly from: string;
  readonly to: string;
  readonly at: string;
  /** The newest entry when reading began: what came later may be in the package or not. */
  readonly asOf: number;
  readonly submissions: readonly PackedSubmission[];
  /** Files of bodies, by raw record. One that is no longer kept has none. */
  readonly raw: Readonly<Record<string, string>>;
  /** Files of rule versions and what else stands behind values, by basis. */
  readonly basis: Readonly<Record<string, string>>;
  /** SHA-256 of every file but this one and those of `chain/`, which prove themselves. */
  readonly files: Readonly<Record<string, string>>;
}

export interface PackedSubmission {
  readonly id: string;
  readonly file: string;
  /** Canonical JSON of what was chosen for the slot; absent while nothing was. */
  readonly report?: string;
  readonly receipt: string | null;
  /** Corrections of what the regulator holds, with every step; a step's canonical JSON has its hash in the chain. Absent: none. */
  readonly tasks?: string;
  readonly attempts: readonly {
    readonly id: string;
    readonly kind: AttemptKind;
    /** False for one from before the audit held attempts. */
    readonly chained: boolean;
    readonly artifact?: string;
    readonly answer?: string;
  }[];
}
