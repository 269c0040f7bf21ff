import { convert, findUnit, type Plugin, type RuleDefinition } from '@caudal/core';
import type { RuleUse, SeriesSettings, Stage } from './contract.ts';

type AllSeries = Readonly<Record<string, SeriesSettings>>;
type Params = Readonly<Record<string, unknown>>;

/** How a built-in rule of one series is used where no series is named for it. */
interface Spread {
  readonly role: string;
  readonly stage: Stage;
  /** Parameters that the settings of the series give; undefined: the rule has nothing to do there. */
  readonly from: (series: SeriesSettings) => Params | undefined;
}

const only = (values: Params): Params =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

const some = (values: Params): Params | undefined => {
  const given = only(values);
  return Object.keys(given).length === 0 ? undefined : given;
};

/** The highest level that can be true, metres. */
const levelMax = 95;

/** Without a declared step every decimal of a reading counts. */
const unknownStep = 1e-6;

const spreads: Readonly<Record<string, Spread>> = {
  time: { role: 'value', stage: 'time', from: ({ intervalMs }) => only({ intervalMs }) },
  missing: { role: 'value', stage: 'missing', from: ({ sentinels }) => only({ sentinels }) },
  'gross-range': {
    role: 'value',
    stage: 'range',
    from: ({ limits: { failBelow, failAbove, suspectBelow, suspectAbove } = {} }) =>
      some({ failBelow, failAbove, suspectBelow, suspectAbove }),
  },
  'level-max-reset': {
    role: 'level',
    stage: 'range',
    from: ({ kind, unit }) =>
      kind === 'level' && findUnit(unit)?.dimension === 'length' ? { max: convert(levelMax, 'm', unit) } : undefined,
  },
  counter: {
    role: 'total',
    stage: 'counter',
    from: ({ kind, meters, intervalMs }) =>
      kind === 'total'
        ? only({
            meters: meters === undefined || meters.length === 0 ? [{ step: unknownStep }] : meters,
            confirmWithinMs: intervalMs === undefined ? undefined : 3 * intervalMs,
          })
        : undefined,
  },
  'alert-thresholds': {
    role: 'value',
    stage: 'pair',
    from: ({ limits: { alertBelow, alertAbove } = {} }) => some({ below: alertBelow, above: alertAbove }),
  },
};

const definitionOf = ({ rule }: RuleUse): RuleDefinition =>
  'definition' in rule ? (rule as Plugin<RuleDefinition>).definition : rule;

/** The series that plays a role: the one named, else the one called like it, else the only one of that kind. */
const seriesOf = (role: string, use: RuleUse, all: AllSeries): string | undefined => {
  const named = use.roles?.[role];
  if (named !== undefined) return named;
  if (all[role] !== undefined) return role;
  const ofKind = Object.entries(all).filter(([, { kind }]) => kind === role);
  return ofKind.length === 1 ? ofKind[0]?.[0] : undefined;
};

const convertible = (from: string, to: string): boolean => {
  const dimension = findUnit(from)?.dimension;
  return from === to || (dimension !== undefined && dimension === findUnit(to)?.dimension);
};

const spread = (use: RuleUse, how: Spread, all: AllSeries): RuleUse[] => {
  const named = use.roles?.[how.role];
  const names = named === undefined ? Object.keys(all) : [named];
  return names.flatMap((name): RuleUse[] => {
    const series = all[name];
    if (series === undefined) return [use];
    const given = how.from(series);
    if (named === undefined && given === undefined) return [];
    return [
      {
        ...use,
        ...(use.id === undefined || named !== undefined ? {} : { id: `${use.id}@${name}` }),
        stage: use.stage ?? how.stage,
        roles: { [how.role]: name },
        params: { ...given, ...use.params },
      },
    ];
  });
};

/** Left out where the point lacks a series that the rule needs, or keeps it in a unit the rule can not read. */
const fitting = (use: RuleUse, all: AllSeries): RuleUse[] => {
  const roles = Object.entries(definitionOf(use).roles).flatMap(([role, { required, unit }]) => {
    const name = seriesOf(role, use, all);
    const series = name === undefined ? undefined : all[name];
    const named = use.roles?.[role] !== undefined;
    const usable = named || (series !== undefined && (unit === undefined || convertible(series.unit, unit)));
    return [{ role, name: usable ? name : undefined, required }];
  });
  if (roles.some(({ name, required }) => required && name === undefined)) return [];
  if (roles.every(({ name }) => name === undefined)) return [];
  return [
    {
      ...use,
      roles: Object.fromEntries(roles.flatMap(({ role, name }) => (name === undefined ? [] : [[role, name]]))),
    },
  ];
};

const withSeries = (uses: readonly RuleUse[]): RuleUse[] => {
  const nameOf = (use: RuleUse) => use.id ?? definitionOf(use).id;
  const count = new Map<string, number>();
  for (const use of uses) count.set(nameOf(use), (count.get(nameOf(use)) ?? 0) + 1);
  return uses.map((use) =>
    use.id === undefined && (count.get(nameOf(use)) ?? 0) > 1
      ? { ...use, id: `${nameOf(use)}@${Object.values(use.roles ?? {})[0] ?? ''}` }
      : use,
  );
};

/**
 * The uses as they run at this point: a built-in rule of one series once for each series it is for, with what the series'
 * settings say of it, and without the rules whose series the point lacks.
 */
export const expand = (uses: readonly RuleUse[], all: AllSeries): RuleUse[] =>
  withSeries(
    uses.flatMap((use) => {
      const how = spreads[definitionOf(use).id];
      return how === undefined ? fitting(use, all) : spread(use, how, all);
    }),
  );
