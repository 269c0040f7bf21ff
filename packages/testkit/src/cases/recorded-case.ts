import type { AnyCase } from './case-schemas.ts';

/** A case folder: what is put in, the recorded bytes, and what must come out. */
export interface RecordedCase<C extends AnyCase = AnyCase> {
  readonly given: C;
  /** By file name; every one of them is named by `given` or `expected`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Absent where the author has not settled it yet: `CAUDAL_CASES=update` writes it. */
  readonly expected?: Readonly<Record<string, unknown>>;
}
