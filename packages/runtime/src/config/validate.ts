import type { DataFile, Point, RuleDefinition } from '@caudal/core';
import type { Profile } from '@caudal/quality';
import { checkAuditReaders } from './check-audit-readers.ts';
import { checkBindings } from './check-bindings.ts';
import { checkCorrections } from './check-corrections.ts';
import { checkDevices } from './check-devices.ts';
import { checkMaintenance } from './check-maintenance.ts';
import { checkMeters } from './check-meters.ts';
import { checkObligations } from './check-obligations.ts';
import { checkOptions } from './check-options.ts';
import { checkOwners, checkSources } from './check-owners.ts';
import { checkPeople } from './check-people.ts';
import { checkPlugins } from './check-plugins.ts';
import { checkPoints, knownSeries, seriesSettings } from './check-points.ts';
import { checkAlerts } from './check-alerts.ts';
import { checkSchemas } from './check-schemas.ts';
import { checkSwitches } from './check-switches.ts';
import type { LoadedData } from './load-data.ts';
import { say } from './mistake-words.ts';
import { isError, type Mistake } from './mistake.ts';
import { readLists } from './read-lists.ts';
import { createReport, type SecretUse } from './report.ts';
import type { Item, Known, KnownSeries, World } from './world.ts';

export interface Validation {
  /** Those of the configuration first, then by file and line. */
  readonly mistakes: readonly Mistake[];
  /** Every reference to a secret, for who wants to try them. */
  readonly secrets: readonly SecretUse[];
  /** What the data files hold; undefined while there are errors. */
  readonly files: readonly DataFile[] | undefined;
}

export interface ValidationInput {
  /** What `caudal.config.ts` exports; nothing is presumed of its shape. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly data: LoadedData;
  /** What mistakes of the configuration carry as their file. */
  readonly configFile: string;
  /** Where `env:` secrets are looked for; a variable that is not set is a warning. */
  readonly environment: NodeJS.ProcessEnv;
  /** The chosen set of rules, beside which those of the configuration stand. */
  readonly profile: Profile;
}

/** Series by id. Any series of a point whose own mistakes are reported counts as known. */
const seriesOf = (points: Known<Item<Point>>, sound: readonly Item<Point>[]): Known<KnownSeries> => {
  const series = knownSeries(sound);
  const isOfBroken = (id: string) => {
    const [point = ''] = id.split('/');
    return points.has(point) && points.get(point) === undefined;
  };
  return {
    get: (id) => series.get(id),
    keys: () => series.keys(),
    has: (id) => series.has(id) || isOfBroken(id),
  };
};

/** The rules of the profile for a point, by rule and by single use (`gross-range@flow`). */
const builtIn = (profile: Profile, point: Point): [string, RuleDefinition][] =>
  profile(seriesSettings(point)).flatMap(({ id, rule }) => {
    const definition = ('definition' in rule ? rule.definition : rule) as RuleDefinition;
    return [definition.id, id ?? definition.id].map((name): [string, RuleDefinition] => [name, definition]);
  });

const inOrder = (mistakes: readonly Mistake[], configFile: string): Mistake[] =>
  mistakes.toSorted(
    (a, b) =>
      Number(b.file === configFile) - Number(a.file === configFile) ||
      (a.file < b.file ? -1 : Number(a.file > b.file)) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0),
  );

/**
 * Everything that is wrong with a configuration and its data, each mistake with its place. Plugins are asked for their schemas and
 * profile, and created (which does no I/O) for what their schemas can not say; nothing is started and nothing is sent.
 */
export const validateConfiguration = (input: ValidationInput): Validation => {
  const { config, data, configFile, environment } = input;
  const report = createReport(configFile);
  checkOptions(report, config, environment);
  const plugins = checkPlugins({ report, environment }, config);
  const { lists, ids } = readLists(report, environment, data.sources);
  const world: World = {
    ...plugins,
    report,
    environment,
    rulesOf: (point) => new Map([...builtIn(input.profile, point), ...plugins.rules]),
    lists,
    points: ids.points,
    devices: ids.devices,
    people: ids.people,
    owners: ids.owners,
    sources: ids.sources,
    series: seriesOf(ids.points, lists.points),
    complete: data.mistakes.length === 0,
  };
  checkPoints(world);
  checkDevices(world);
  checkBindings(world, checkMeters(world));
  checkOwners(world);
  checkObligations(world);
  checkSources(world);
  checkPeople(world);
  checkMaintenance(world);
  checkSchemas(world);
  checkAlerts(world);
  checkCorrections(world);
  checkSwitches(world);
  checkAuditReaders(world, config);
  const keyless = (config['secrets'] as { key?: unknown } | undefined)?.key === undefined;
  const unsealable = report.secrets
    .filter(({ reference }) => keyless && reference.startsWith('store:'))
    .map(({ file, path }): Mistake => ({
      file,
      path,
      ...say('secret-no-key'),
      severity: 'error',
    }));
  const mistakes = inOrder([...data.mistakes, ...report.mistakes, ...unsealable], configFile);
  return {
    mistakes,
    secrets: report.secrets,
    files: mistakes.some(isError) ? undefined : data.sources.map(({ content }) => content as DataFile),
  };
};
