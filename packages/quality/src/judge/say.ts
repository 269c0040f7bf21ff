import { type Correction, Flag, type RuleOutput } from '@caudal/core';
import type { BoundRole, BoundUse } from './bind.ts';
import type { JudgeCorrection, JudgeFinding } from './contract.ts';
import type { History } from './history.ts';

/** The amount in the unit of the series: an offset is a distance, so that a scale with another zero does not shift it. */
const amountOf = ({ method, amount }: Correction, bound: BoundRole | undefined): { amount?: number } => {
  if (amount === undefined) return {};
  const back = bound?.convertBack;
  if (back === undefined) return { amount };
  return { amount: method === 'offset' ? back(amount) - back(0) : back(amount) };
};

/** Turns what rules say into findings of the point: series for roles, unique keys, versions; and keeps the flags. */
export class Output {
  readonly findings = new Map<string, JudgeFinding>();
  readonly corrections = new Map<string, JudgeCorrection>();
  readonly withdrawn = new Set<string>();
  readonly #histories: Readonly<Record<string, History>>;

  constructor(histories: Readonly<Record<string, History>>) {
    this.#histories = histories;
  }

  add(use: BoundUse, said: RuleOutput): void {
    if (said.findings.length === 0 && said.corrections.length === 0 && said.withdrawn.length === 0) return;
    const { definition, paramsHash } = use;
    const origin = { ruleId: definition.id, ruleVersion: definition.version, paramsHash };
    const boundTo = (role: string) => use.roles.find((bound) => bound.role === role);
    const nameOf = (role: string) => boundTo(role)?.series ?? role;
    for (const key of said.withdrawn) {
      const own = `${use.id}:${key}`;
      this.findings.delete(own);
      this.corrections.delete(own);
      this.withdrawn.add(own);
      for (const { series } of use.roles) this.#histories[series]?.drop(own);
    }
    for (const finding of said.findings) {
      const key = `${use.id}:${finding.key}`;
      const role = nameOf(finding.role);
      const about = definition.codes[finding.code]?.about ?? 'quality';
      this.withdrawn.delete(key);
      this.findings.set(key, { ...finding, ...origin, key, role, about });
      if (about === 'quality') this.#histories[role]?.put(key, finding.from, finding.to, finding.flag);
    }
    for (const correction of said.corrections) {
      const key = `${use.id}:${correction.key}`;
      const because = `${use.id}:${correction.because}`;
      const amount = amountOf(correction, boundTo(correction.role));
      this.withdrawn.delete(key);
      this.corrections.set(key, { ...correction, ...amount, ...origin, key, role: nameOf(correction.role), because });
    }
  }

  /** The rule failed on these samples: they are not evaluated by it, and the run goes on. */
  failed(
    use: BoundUse,
    spans: readonly { readonly role: string; readonly from: number; readonly to: number }[],
    thrown: unknown,
  ): void {
    const reason = thrown instanceof Error ? thrown.message.slice(0, 200) : 'threw something that is no error';
    this.add(use, {
      findings: spans.map(({ role, from, to }) => ({
        key: `RULE_ERROR:${role}:${from}`,
        role,
        from,
        to,
        code: 'RULE_ERROR',
        flag: Flag.notEvaluated,
        status: 'final',
        detail: { reason },
      })),
      corrections: [],
      withdrawn: [],
    });
  }
}
