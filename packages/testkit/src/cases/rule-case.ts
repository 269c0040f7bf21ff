import {
  type Correction,
  create,
  type Finding,
  type Plugin,
  type RuleDefinition,
  type RuleInstance,
  schemaOf,
} from '@caudal/core';
import { chunksOf, feed, type Samples, spanOf, standing } from '../conformance/rule-feed.ts';
import { type Outcome, runCase } from './case-run.ts';
import { fileAs, isoOf, settingsOf } from './case-values.ts';
import type { RecordedCase } from './recorded-case.ts';
import { CaseSamples, type JudgeCase } from './rule-format.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- settings are the plugin's own; the suite only hands them through
type AnyRule = RuleDefinition<any, any>;

const samplesOf = (name: string, bytes: Uint8Array): Record<string, Samples> => {
  const written = fileAs(schemaOf(CaseSamples), name, bytes);
  return Object.fromEntries(
    Object.entries(written).map(([role, { time, value, flag, increase }]) => {
      for (const [column, list] of Object.entries({ value, flag, increase })) {
        if (list === undefined || list.length === time.length) continue;
        throw new Error(`${name}: /${role}/${column} has ${list.length} items, and time has ${time.length}`);
      }
      return [
        role,
        {
          time: time.map((instant) => Date.parse(instant)),
          value,
          ...(flag === undefined ? {} : { flag }),
          ...(increase === undefined ? {} : { increase }),
        },
      ];
    }),
  );
};

const shown = <T extends Finding | Correction>(said: readonly T[]) =>
  said
    .toSorted((one, other) => one.from - other.from || (one.key < other.key ? -1 : 1))
    .map(({ from, to, ...rest }) => ({ ...rest, from: isoOf(from), to: isoOf(to) }));

/** Runs the case of a rule and gives what stands at its end. */
export const runRuleCase = (
  recorded: RecordedCase<JudgeCase>,
  plugin: (config: never) => Plugin<AnyRule>,
): Promise<Outcome> =>
  runCase<JudgeCase>(recorded, 0, async ({ given, file, host, outcome }) => {
    const made = plugin((given.config ?? {}) as never);
    const params: unknown = settingsOf(made.definition.params, given.params, 'case.json: /params');
    const { silenceMs } = given;
    const samples = samplesOf(given.samples.file, file(given.samples.file));
    const one = { name: given.why, samples, ...(silenceMs === undefined ? {} : { silenceMs }) };
    const instance: RuleInstance = create(made, host);
    const stands = Object.entries(standing(feed(instance.open(params), chunksOf(one, []), spanOf(one).end)));
    const those = (prefix: string) => stands.filter(([key]) => key.startsWith(prefix)).map(([, said]) => said);
    outcome['findings'] = shown(those('finding ') as Finding[]);
    outcome['corrections'] = shown(those('correction ') as Correction[]);
  });
