import {
  closedObject,
  configured,
  defineRule,
  type Finding,
  type Flag,
  type RuleInstance,
  schemaOf,
  Type,
} from '@caudal/core';

export interface Params {
  readonly most: number;
  readonly step: number;
  readonly silenceMs: number;
}

interface State {
  readonly at: number;
  readonly value: number;
}

const said = (code: string, flag: Flag, from: number, to = from): Finding => ({
  key: `${code}:value:${from}`,
  role: 'value',
  from,
  to,
  code,
  flag,
  status: 'final',
});

const output = (findings: readonly Finding[]) => ({ findings, corrections: [], withdrawn: [] });

const instance = (): RuleInstance<Params> => ({
  open({ most, step, silenceMs }) {
    let last: State | null = null;
    return {
      push({ value: column }) {
        const findings: Finding[] = [];
        for (let index = 0; index < (column?.length ?? 0); index += 1) {
          const at = column?.time[index] ?? 0;
          const value = column?.value[index] ?? Number.NaN;
          if (Number.isNaN(value)) continue;
          if (value > most) findings.push(said('RANGE_FAIL', 4, at));
          if (last !== null && Math.abs(value - last.value) > step) findings.push(said('ROC_HIGH', 3, at));
          last = { at, value };
        }
        return output(findings);
      },
      advance: (to) => output(last !== null && to - last.at > silenceMs ? [said('STALE', 3, last.at, to)] : []),
      save: () => last && { at: last.at, value: last.value },
      load(state) {
        last = state as unknown as State | null;
      },
    };
  },
});

export const acmeRuleDefinition = defineRule({
  id: 'acme-range',
  version: '1.0.0',
  config: schemaOf(closedObject({})),
  params: schemaOf(
    closedObject({
      most: Type.Number({ description: 'Above this a value can not be true.' }),
      step: Type.Number({ description: 'Largest step from one value to the next.' }),
      silenceMs: Type.Number({ description: 'Longest silence, ms.', default: 3_600_000 }),
    }),
  ),
  roles: { value: { required: true, description: 'The series to judge.' } },
  codes: {
    RANGE_FAIL: { flags: [4], about: 'quality', text: 'too high' },
    ROC_HIGH: { flags: [3], about: 'quality', text: 'too fast' },
    STALE: { flags: [3], about: 'quality', text: 'silent' },
  },
  create: instance,
});

/** A rule that does everything right. */
export const acmeRule = () => configured(acmeRuleDefinition, {});
