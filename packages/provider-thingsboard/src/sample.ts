/** A sample as any of the channels carries it, before its value is read. */
export interface Sample {
  readonly device: string | undefined;
  readonly variable: string;
  readonly ts: unknown;
  readonly value: unknown;
  /** JSON pointer into the body. */
  readonly at: string;
}

/** A part of a body that is no sample. */
export interface NoSample {
  readonly problem: string;
  readonly at: string;
}
