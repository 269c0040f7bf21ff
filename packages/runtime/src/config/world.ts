import type {
  ComplianceDefinition,
  ComplianceSource,
  DataFile,
  Device,
  JsonSchema,
  NotifierDefinition,
  Owner,
  Person,
  Point,
  ProviderDefinition,
  RuleDefinition,
  Unit,
  VariableKind,
} from '@caudal/core';
import { closest } from './closest.ts';
import { say } from './mistake-words.ts';
import type { Steps } from './property-path.ts';
import type { Place, Report } from './report.ts';
import { schemaIssues } from './schema-issues.ts';
import { judgeSecret, secretsIn } from './secret-references.ts';

/** One entry of a data list that has the right shape. */
export interface Item<T> extends Place {
  readonly value: T;
}

export type ListName = keyof DataFile;

/** The lists of all data, as one of each. */
export type Lists = { readonly [K in ListName]-?: readonly Item<NonNullable<DataFile[K]>[number]>[] };

/** What a reference may name. What `has` knows and `get` does not has mistakes of its own, reported where it is written. */
export type Known<T> = Pick<ReadonlyMap<string, T | undefined>, 'get' | 'has' | 'keys'>;

/** A series as far as the checks need it. */
export interface KnownSeries extends Place {
  readonly kind: VariableKind;
  /** Undefined for an opaque or unknown unit. */
  readonly unit: Unit | undefined;
  readonly unitName: string;
  readonly opaque: boolean;
}

/** Everything that the checks of data look at. */
export interface World {
  readonly report: Report;
  readonly environment: NodeJS.ProcessEnv;
  readonly providers: Known<ProviderDefinition>;
  readonly targets: Known<ComplianceDefinition>;
  readonly notifiers: Known<NotifierDefinition>;
  /** The rules that judge a point, by the ids that its overrides may name. */
  rulesOf(point: Point): Known<RuleDefinition>;
  readonly lists: Lists;
  readonly points: Known<Item<Point>>;
  readonly devices: Known<Item<Device>>;
  readonly people: Known<Item<Person>>;
  readonly owners: Known<Item<Owner>>;
  readonly sources: Known<Item<ComplianceSource>>;
  readonly series: Known<KnownSeries>;
  /** False when a file could not be read: then nothing is called missing. */
  readonly complete: boolean;
}

/** What a reference may be to, as the codes of mistakes name it. */
type What = 'point' | 'device' | 'series' | 'provider' | 'target' | 'notifier' | 'person' | 'owner' | 'source' | 'rule';

/** Looks a reference up; says so when there is no such thing. Undefined too for what is known but broken. */
export const lookUp = <T>(
  world: Pick<World, 'report' | 'complete'>,
  known: Known<T>,
  what: What,
  name: string,
  place: Place,
  inside: Steps,
): T | undefined => {
  if (!known.has(name) && world.complete) {
    world.report.error(place, inside, say(`no-${what}`, { name, meant: closest(name, known.keys()) }));
  }
  return known.get(name);
};

type Scope = Pick<World, 'report' | 'environment'>;

/** Judges every secret of a value and notes the references. Answers whether all of them may stand. */
export const checkSecrets = (
  { report, environment }: Scope,
  schema: JsonSchema,
  value: unknown,
  place: Place,
  inside: Steps,
): boolean => {
  let good = true;
  for (const { steps, text } of secretsIn(schema, value)) {
    const verdict = judgeSecret(text, environment);
    if (verdict?.severity === 'error') {
      good = false;
      report.error(place, [...inside, ...steps], verdict.said);
      continue;
    }
    report.secret(place, [...inside, ...steps], text);
    if (verdict !== undefined) report.warning(place, [...inside, ...steps], verdict.said);
  }
  return good;
};

/** Checks a value against a plugin's schema, and the secrets in it. Answers whether it fits. */
export const checkValue = (scope: Scope, schema: JsonSchema, value: unknown, place: Place, inside: Steps): boolean => {
  const issues = schemaIssues(schema, value);
  for (const { steps, said } of issues) scope.report.error(place, [...inside, ...steps], said);
  return checkSecrets(scope, schema, value, place, inside) && issues.length === 0;
};
