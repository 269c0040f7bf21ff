/** One thing that a plugin is asked, as data. `C` is what the check needs to know of the plugin. */
export interface Check<C> {
  /** Stable, for reports and for skipping: `A` every kind, `P` provider, `R` rule, `C` compliance target, `N` notifier. */
  readonly id: string;
  /** What holds when it passes. */
  readonly title: string;
  /** One sentence: what goes wrong in the field when it does not hold. */
  readonly why: string;
  /** Throws when it does not hold; calls {@link skip} when it does not apply. */
  run(this: void, context: C): void | Promise<void>;
}

/** What {@link skip} throws. */
export interface Skipped {
  readonly skipped: string;
}

/** Ends a check that does not apply, with the reason that is printed. */
export const skip = (reason: string): never => {
  // oxlint-disable-next-line typescript/only-throw-error -- a skip is no failure and must not look like one
  throw { skipped: reason } satisfies Skipped;
};

/** Whether a check ended by {@link skip}. */
export const isSkipped = (thrown: unknown): thrown is Skipped =>
  typeof thrown === 'object' && thrown !== null && typeof (thrown as Skipped).skipped === 'string';
