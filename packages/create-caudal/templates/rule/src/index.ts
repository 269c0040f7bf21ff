import { closedObject, configured, defineRule, type Finding, type Flag, schemaOf, Type } from '@caudal/core';
import manifest from '../package.json' with { type: 'json' };

const definition = defineRule({
  id: 'acme-id',
  version: manifest.version,
  description: 'Values above a limit, and values at which the series stands still.',
  config: schemaOf(closedObject({})),
  params: schemaOf(
    closedObject({
      most: Type.Number({ description: 'Above this a value can not be true, in the unit of the series.' }),
      still: Type.Integer({ minimum: 2, default: 12, description: 'As many equal values in a row are suspect.' }),
    }),
  ),
  roles: { value: { required: true, description: 'The series to judge.' } },
  codes: {
    RANGE_FAIL: { flags: [4], about: 'quality', text: 'above what can be true' },
    FLAT_LINE: { flags: [3], about: 'quality', text: 'the series stands still' },
  },
  // Pure: no clock, no I/O. The same samples give the same findings, in whatever pieces they come.
  create: () => ({
    open({ most, still }) {
      let last: number | null = null;
      let equal = 0;
      const said = (code: string, flag: Flag, at: number): Finding => {
        return { key: `${code}:value:${at}`, role: 'value', from: at, to: at, code, flag, status: 'final' };
      };
      return {
        push({ value: column }) {
          const findings: Finding[] = [];
          for (let index = 0; index < (column?.length ?? 0); index += 1) {
            const at = column?.time[index] ?? 0;
            const value = column?.value[index] ?? Number.NaN;
            if (Number.isNaN(value)) continue;
            equal = value === last ? equal + 1 : 1;
            last = value;
            if (value > most) findings.push(said('RANGE_FAIL', 4, at));
            if (equal >= still) findings.push(said('FLAT_LINE', 3, at));
          }
          return { findings, corrections: [], withdrawn: [] };
        },
        advance: () => ({ findings: [], corrections: [], withdrawn: [] }),
        save: () => ({ last, equal }),
        load(state) {
          ({ last, equal } = state as { last: number | null; equal: number });
        },
      };
    },
  }),
});

/** Judges values against a limit. @example rules: [{ rule: acme(), params: { most: 100, still: 12 } }] */
export const acme = () => configured(definition, {});
