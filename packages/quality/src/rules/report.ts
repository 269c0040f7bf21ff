import { type Correction, type Finding, nothing, type RuleOutput } from '@caudal/core';

/** Collects what a run says within one chunk, so that what is said and taken back within it is not said at all. */
export class Report {
  #findings = new Map<string, Finding>();
  #corrections = new Map<string, Correction>();
  #withdrawn = new Set<string>();
  #empty = true;

  find(finding: Finding): void {
    this.#empty = false;
    this.#withdrawn.delete(finding.key);
    this.#findings.set(finding.key, finding);
  }

  correct(correction: Correction): void {
    this.#empty = false;
    this.#withdrawn.delete(correction.key);
    this.#corrections.set(correction.key, correction);
  }

  /** Takes back the finding and the corrections of these keys. */
  withdraw(...keys: readonly string[]): void {
    this.#empty = false;
    for (const key of keys) {
      this.#findings.delete(key);
      this.#corrections.delete(key);
      this.#withdrawn.add(key);
    }
  }

  /** What was said since the last call. */
  take(): RuleOutput {
    if (this.#empty) return nothing;
    const output = {
      findings: [...this.#findings.values()],
      corrections: [...this.#corrections.values()],
      withdrawn: [...this.#withdrawn],
    };
    this.#findings = new Map();
    this.#corrections = new Map();
    this.#withdrawn = new Set();
    this.#empty = true;
    return output;
  }
}
