import assert from 'node:assert/strict';
import {
  type Columns,
  type Finding,
  type Json,
  type RuleInstance,
  type RuleOutput,
  type RuleRun,
  withDefaults,
} from '@caudal/core';
import type { Check } from '../conformance/check.ts';
import { deepFreeze } from '../conformance/deep-freeze.ts';
import {
  chunksOf,
  everyInstant,
  feed,
  generatedCases,
  type RuleCase,
  spanOf,
  standing,
} from '../conformance/rule-feed.ts';
import { instanceOf } from '../conformance/session.ts';
import { watchImpurity } from '../conformance/watch.ts';
import { mulberry32 } from '../fakes/mulberry32.ts';
import type { RuleSubject } from '../subjects/rule.ts';
import { everyKindChecks } from './every-kind.ts';

const opened = (subject: RuleSubject, instance = instanceOf<RuleInstance>(subject.options.plugin)): RuleRun =>
  instance.open(withDefaults(subject.definition.params, subject.options.params));

const casesOf = ({ options, definition }: RuleSubject): RuleCase[] => [
  ...options.cases,
  ...generatedCases(Object.keys(definition.roles)),
];

const whole = (subject: RuleSubject, one: RuleCase): RuleOutput[] =>
  feed(opened(subject), chunksOf(one, []), spanOf(one).end);

/** What a rule says of a case; nothing where it throws, which R-05 reports. */
const spoken = (subject: RuleSubject, one: RuleCase): RuleOutput[] => {
  try {
    return whole(subject, one);
  } catch {
    return [];
  }
};

/** Cases under which the rule does not throw; the others are reported by R-05 alone. */
const survivable = (subject: RuleSubject): RuleCase[] =>
  casesOf(subject).filter((one) => spoken(subject, one).length > 0);

const findingsOf = (subject: RuleSubject): readonly { readonly one: RuleCase; readonly finding: Finding }[] =>
  casesOf(subject).flatMap((one) =>
    spoken(subject, one).flatMap(({ findings }) => findings.map((finding) => ({ one, finding }))),
  );

const clone = (columns: Columns): Columns =>
  Object.fromEntries(
    Object.entries(columns).map(([role, column]) => [
      role,
      column && {
        ...column,
        time: column.time.slice(),
        value: column.value.slice(),
        flag: column.flag.slice(),
        ...(column.increase === undefined ? {} : { increase: column.increase.slice() }),
      },
    ]),
  );

const spoil = (columns: Columns) => {
  for (const column of Object.values(columns)) {
    column?.time.fill(-1);
    column?.value.fill(-1e9);
    column?.flag.fill(9);
    column?.increase?.fill(-1e9);
  }
};

const randomCuts = (one: RuleCase, seed: number): number[] => {
  const random = mulberry32(seed);
  return everyInstant(one).filter(() => random() < 0.3);
};

const own: readonly Check<RuleSubject>[] = [
  {
    id: 'R-01',
    title: 'a rule changes neither columns nor parameters',
    why: 'The same arrays go to the next rule.',
    run(subject) {
      const instance = instanceOf<RuleInstance>(subject.options.plugin);
      const params: unknown = withDefaults(subject.definition.params, subject.options.params);
      for (const one of survivable(subject)) {
        const run = instance.open(deepFreeze(structuredClone(params)));
        for (const chunk of chunksOf(one, randomCuts(one, 1))) {
          const before = clone(chunk);
          for (const column of Object.values(chunk)) Object.freeze(column);
          run.push(Object.freeze(chunk));
          assert.deepEqual(chunk, before, `push changed its columns (${one.name})`);
        }
      }
    },
  },
  {
    id: 'R-02',
    title: 'the same data give the same output, key by key',
    why: 'Data are judged again after every fix; findings that change by themselves are noise.',
    run(subject) {
      const instance = instanceOf<RuleInstance>(subject.options.plugin);
      for (const one of survivable(subject)) {
        const first = feed(opened(subject, instance), chunksOf(one, []), spanOf(one).end);
        const second = feed(opened(subject, instance), chunksOf(one, []), spanOf(one).end);
        assert.deepEqual(second, first, `another output the second time (${one.name})`);
      }
    },
  },
  {
    id: 'R-03',
    title: 'how data are cut into chunks does not show',
    why: 'Chunks come from polling and restarts and mean nothing about the water.',
    run(subject) {
      for (const one of survivable(subject)) {
        const expected = standing(whole(subject, one));
        for (const cuts of [everyInstant(one), randomCuts(one, 2), randomCuts(one, 3)]) {
          const chunked = standing(feed(opened(subject), chunksOf(one, cuts), spanOf(one).end));
          assert.deepEqual(chunked, expected, `chunks change the findings (${one.name}, ${cuts.length + 1} chunks)`);
        }
      }
    },
  },
  {
    id: 'R-04',
    title: 'saving and loading at any point does not show',
    why: 'State is saved after every transaction, and every restart loads it.',
    run(subject) {
      for (const one of survivable(subject)) {
        const cuts = everyInstant(one);
        const { end } = spanOf(one);
        const expected = standing(feed(opened(subject), chunksOf(one, cuts), end));
        const restarted = feed(opened(subject), chunksOf(one, cuts), end, (run) => {
          const next = opened(subject);
          next.load(JSON.parse(JSON.stringify(run.save())) as Json);
          return next;
        });
        assert.deepEqual(standing(restarted), expected, `a restart changes the findings (${one.name})`);
      }
    },
  },
  {
    id: 'R-05',
    title: 'a rule never throws, whatever the values',
    why: 'A rule that throws leaves every later value of its series unjudged.',
    run(subject) {
      for (const one of casesOf(subject)) {
        try {
          whole(subject, one);
          opened(subject).advance(spanOf(one).end);
        } catch (thrown) {
          assert.fail(`threw ${String(thrown)} (${one.name})`);
        }
      }
    },
  },
  {
    id: 'R-06',
    title: 'every code is in the table',
    why: 'Pages, messages and incidences to the regulator are worded from the table.',
    run(subject) {
      for (const { one, finding } of findingsOf(subject)) {
        assert.ok(
          Object.hasOwn(subject.definition.codes, finding.code),
          `${finding.code} is not in codes (${one.name})`,
        );
      }
    },
  },
  {
    id: 'R-07',
    title: 'every flag is one that its code may have',
    why: 'Whether a value is held or sent follows from its flag.',
    run(subject) {
      for (const { one, finding } of findingsOf(subject)) {
        const flags = subject.definition.codes[finding.code]?.flags ?? [finding.flag];
        assert.ok(flags.includes(finding.flag), `${finding.code} came with flag ${finding.flag} (${one.name})`);
      }
    },
  },
  {
    id: 'R-08',
    title: 'findings lie within the time that was pushed, on a role of the rule',
    why: 'A finding outside flags values that the rule has not seen.',
    run(subject) {
      for (const { one, finding } of findingsOf(subject)) {
        const { first, end } = spanOf(one);
        const shown = `${finding.key} (${one.name})`;
        assert.ok(finding.from <= finding.to, `ends before it begins: ${shown}`);
        assert.ok(finding.from >= first && finding.to <= end, `outside the pushed time: ${shown}`);
        assert.ok(Object.hasOwn(subject.definition.roles, finding.role), `unknown role ${finding.role}: ${shown}`);
      }
    },
  },
  {
    id: 'R-09',
    title: 'runs of one instance do not know of each other',
    why: 'One instance judges hundreds of series at once.',
    run(subject) {
      const instance = instanceOf<RuleInstance>(subject.options.plugin);
      const cases = survivable(subject);
      const alone = cases.map((one) => {
        const cuts = randomCuts(one, 4);
        return standing(feed(opened(subject), chunksOf(one, cuts), spanOf(one).end));
      });
      const together = cases.map((one) => ({
        one,
        run: opened(subject, instance),
        chunks: chunksOf(one, randomCuts(one, 4)),
        outputs: [] as RuleOutput[],
      }));
      const rounds = Math.max(...together.map(({ chunks }) => chunks.length));
      for (let round = 0; round < rounds; round += 1) {
        for (const { run, chunks, outputs } of together) {
          const chunk = chunks[round];
          if (chunk !== undefined) outputs.push(structuredClone(run.push(chunk)));
        }
      }
      for (const { one, run, outputs } of together) outputs.push(structuredClone(run.advance(spanOf(one).end)));
      for (const [index, { one, outputs }] of together.entries()) {
        assert.deepEqual(standing(outputs), alone[index], `another run changed the findings (${one.name})`);
      }
    },
  },
  {
    id: 'R-10',
    title: 'the cases of the author say what they must',
    why: 'A rule that is silent where it must speak passes everything else.',
    run(subject) {
      for (const one of subject.options.cases) {
        if (one.codes === undefined) continue;
        const said = Object.entries(standing(spoken(subject, one)))
          .filter(([key]) => key.startsWith('finding '))
          .map(([, finding]) => (finding as Finding).code);
        const expected = [...new Set(one.codes)].toSorted();
        assert.deepEqual([...new Set(said)].toSorted(), expected, `the codes of "${one.name}"`);
      }
    },
  },
  {
    id: 'R-11',
    title: 'a rule uses neither clock nor chance',
    why: 'What depends on when it was run can not be run again.',
    async run(subject) {
      const cases = survivable(subject);
      const seen = await watchImpurity(() => {
        for (const one of cases) whole(subject, one);
      });
      assert.deepEqual(seen, []);
    },
  },
  {
    id: 'R-12',
    title: 'a rule does not keep the columns it is given',
    why: 'The host fills the same arrays again with the next chunk.',
    run(subject) {
      for (const one of survivable(subject)) {
        const cuts = randomCuts(one, 5);
        const { end } = spanOf(one);
        const expected = standing(feed(opened(subject), chunksOf(one, cuts), end));
        const reused = feed(opened(subject), chunksOf(one, cuts), end, (run, chunk) => {
          spoil(chunk);
          return run;
        });
        assert.deepEqual(standing(reused), expected, `columns filled again change the findings (${one.name})`);
      }
    },
  },
  {
    id: 'R-13',
    title: 'keys are one to a finding',
    why: 'A later finding of the same key replaces the earlier one; two at once lose one of them.',
    run(subject) {
      for (const one of casesOf(subject)) {
        for (const { findings, corrections } of spoken(subject, one)) {
          for (const said of [findings, corrections]) {
            const keys = said.map(({ key }) => key);
            assert.equal(new Set(keys).size, keys.length, `one output says a key twice (${one.name})`);
          }
        }
      }
    },
  },
];

/** What a rule is asked. */
export const ruleChecks: readonly Check<RuleSubject>[] = [
  ...(everyKindChecks as readonly Check<RuleSubject>[]),
  ...own,
];
