import type { SeriesCorrection } from '@caudal/core';
import { applyCorrections } from '@caudal/quality';
import type { Domain } from '../config/domain.ts';
import type { Services } from '../services.ts';
import type { CorrectionRow, ValueRow } from '../store/rows.ts';

/** A correction of a series as it stands: of a rule, as people decided on it, or of a person. */
export interface CorrectionNow extends CorrectionRow {
  /** `reverted`: a person said that it does not hold. */
  readonly standing: 'applied' | 'suggested' | 'reverted';
  /** Id of what a person said, in the kept corrections. */
  readonly said: string | null;
}

const decisionKey = (rule: string, key: string) => JSON.stringify([rule, key]);

const isDecision = (said: SeriesCorrection): said is Extract<SeriesCorrection, { decision: string }> =>
  'decision' in said;

const personal = (said: Exclude<SeriesCorrection, { decision: string }>): CorrectionNow => {
  const [point = '', role = ''] = said.series.split('/');
  return {
    key: said.id,
    role,
    point,
    series: said.series,
    rule: 'person',
    ruleVersion: '',
    from: Date.parse(said.from),
    // Spans of corrections have both their ends; what a person ends at an instant does not hold there any more.
    to: said.to === undefined ? Infinity : Date.parse(said.to) - 1,
    method: said.method,
    ...('amount' in said ? { amount: said.amount } : {}),
    origin: 'manual',
    state: 'applied',
    standing: 'applied',
    because: said.because,
    said: said.id,
  };
};

/** What rules propose, with what people decided on it, and what people say themselves. */
const correctionsNow = (
  domain: Pick<Domain, 'corrections'>,
  series: string,
  proposed: readonly CorrectionRow[],
): readonly CorrectionNow[] => {
  const said = domain.corrections.get(series) ?? [];
  const decisions = new Map(said.filter(isDecision).map((one) => [decisionKey(one.rule, one.key), one]));
  return [
    ...proposed.map((row): CorrectionNow => {
      const decision = decisions.get(decisionKey(row.rule, row.key));
      if (decision === undefined) return { ...row, standing: row.state, said: null };
      return decision.decision === 'accept'
        ? { ...row, state: 'applied', standing: 'applied', said: decision.id }
        : { ...row, state: 'suggested', standing: 'reverted', said: decision.id };
    }),
    ...said.flatMap((one) => (isDecision(one) ? [] : [personal(one)])),
  ];
};

/** Corrections of a series as they stand. */
export const readCorrections = async (
  { store, domain }: Pick<Services, 'store' | 'domain'>,
  series: string,
): Promise<readonly CorrectionNow[]> => correctionsNow(domain, series, await store.read.corrections(series));

/** A value as it is shown beside the value as it was read. */
export interface ShownValue extends ValueRow {
  /** With the corrections in force; null where there is none or it is hidden. */
  readonly shown: number | null;
}

/** Values with the corrections in force. What was read stays beside it. */
export const shownValues = (
  rows: readonly ValueRow[],
  corrections: readonly CorrectionNow[],
): readonly ShownValue[] => {
  const samples = {
    time: Float64Array.from(rows, ({ at }) => at),
    value: Float64Array.from(rows, ({ value }) => value ?? Number.NaN),
  };
  const { value } = applyCorrections(samples, corrections);
  return rows.map((row, index) => ({ ...row, shown: Number.isNaN(value[index]) ? null : (value[index] as number) }));
};
