import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AnyDefinition, configured, type Kind, type Plugin } from '@caudal/core';
import { askedToWrite } from '../conformance/author.ts';
import { type Check, skip } from '../conformance/check.ts';
import { caseFolders, readFolder } from './case-folder.ts';
import type { RecordedCase } from './recorded-case.ts';
import { mismatches, settledOutcome } from './case-compare.ts';
import type { Outcome } from './case-run.ts';
import type { AnyCase } from './case-schemas.ts';
import { caseText } from './case-text.ts';

/** Writes what came; parts of sentences and the choice of keys stay the author's. */
const update = (path: string, { expected }: RecordedCase, came: Outcome): never => {
  const { outcome, files } = settledOutcome(came, expected);
  writeFileSync(join(path, 'expected.json'), caseText(outcome));
  for (const [name, bytes] of files) writeFileSync(join(path, name), bytes);
  return skip('expected.json was written; read it before you commit it');
};

const compare = async (path: string, kind: Kind, run: (recorded: RecordedCase) => Promise<Outcome>) => {
  const unsettled = askedToWrite('CAUDAL_CASES') !== undefined;
  const recorded = readFolder(path, unsettled, kind);
  const came = await run(recorded);
  if (unsettled) update(path, recorded, came);
  const { given, expected, files } = recorded;
  if (expected === undefined) throw new Error('expected.json is missing; CAUDAL_CASES=update writes it');
  const found = mismatches(came, expected, files);
  if (found.length === 0) return;
  const why = came['error'] === undefined ? '' : `\nit ended with: ${String(came['message'])}`;
  throw new Error([given.why, '- expected', '+ came', ...found].join('\n') + why);
};

/** The check of one kind's case folders. */
export interface CaseCheck {
  /** Outlets have no cases: what they publish is the host's. */
  readonly kind: Exclude<Kind, 'outlet'>;
  readonly id: string;
  readonly title: string;
  readonly why: string;
}

/** Where the recorded cases of a plugin are. */
export interface CaseOptions<D extends AnyDefinition> {
  /** A folder of case folders. */
  readonly folder: URL;
  /** The package's factory. Default: the definition with the configuration of the case. */
  readonly plugin?: (config: never) => Plugin<D>;
}

/** One check for each case folder, `P-70/name`; without a folder one that says so. */
export const caseChecks = <C extends AnyCase, D extends AnyDefinition>(
  { kind, id, title, why }: CaseCheck,
  definition: D,
  options: CaseOptions<D> | undefined,
  run: (recorded: RecordedCase<C>, plugin: (config: never) => Plugin<D>) => Promise<Outcome>,
): Check<unknown>[] => {
  if (options === undefined) {
    return [{ id, title, why, run: () => skip('the options name no case folder') }];
  }
  const plugin = options.plugin ?? ((config: never) => configured(definition, config));
  return caseFolders(options.folder).map(({ name, path }) => ({
    id: `${id}/${name}`,
    title: `${title}: ${name}`,
    why,
    run: () => compare(path, kind, (recorded) => run(recorded as RecordedCase<C>, plugin)),
  }));
};
