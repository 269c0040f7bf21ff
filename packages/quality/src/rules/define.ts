import {
  closedObject,
  type Columns,
  codes,
  type Code,
  defineRule,
  type Flag,
  type Json,
  type RuleDefinition,
  type RuleOutput,
  type RuleRole,
  schemaOf,
  type Static,
  type TSchema,
} from '@caudal/core';
import { Report } from './report.ts';

/** Version of the built-in rules: changes when a result can change. */
const rulesVersion = '0.1.0';

/** What a built-in rule's run has to do; saving, loading and the report are the same for all. */
export interface Machine {
  push(columns: Columns, report: Report): void;
  advance?(to: number, report: Report): void;
  save(): Json;
  load(state: Json): void;
}

type CodeTable = Readonly<Partial<Record<Code, readonly Flag[]>>>;

interface BuiltIn<S extends Record<string, TSchema>> {
  readonly id: string;
  readonly description: string;
  readonly roles: Readonly<Record<string, RuleRole>>;
  readonly codes: CodeTable;
  /** Codes that are about the water or the silence of a device, and flag no value. */
  readonly events?: readonly Code[];
  readonly sees?: Flag;
  readonly params: S;
  open(params: Static<ReturnType<typeof closedObject<S>>>): Machine;
}

/** Wraps a machine as a rule of core's contract. Built-in rules have no configuration beside their parameters. */
export const builtIn = <const S extends Record<string, TSchema>>(rule: BuiltIn<S>): RuleDefinition => {
  const params = closedObject(rule.params);
  return defineRule({
    id: rule.id,
    version: rulesVersion,
    description: rule.description,
    config: schemaOf(closedObject({})),
    params: schemaOf(params),
    roles: rule.roles,
    codes: Object.fromEntries(
      Object.entries(rule.codes).map(([code, flags]) => [
        code,
        {
          flags,
          about: (rule.events ?? []).includes(code as Code) ? 'event' : 'quality',
          text: codes[code as Code],
        },
      ]),
    ),
    ...(rule.sees === undefined ? {} : { sees: rule.sees }),
    create: () => ({
      open: (given: unknown) => {
        const report = new Report();
        const machine = rule.open(given as Static<typeof params>);
        const extra = machine as { increases?: unknown };
        return {
          push: (columns: Columns): RuleOutput => {
            machine.push(columns, report);
            return report.take();
          },
          advance: (to: number): RuleOutput => {
            machine.advance?.(to, report);
            return report.take();
          },
          save: () => machine.save(),
          load: (state: Json) => machine.load(state),
          ...(extra.increases === undefined ? {} : { increases: extra.increases }),
        };
      },
    }),
  }) as RuleDefinition;
};
