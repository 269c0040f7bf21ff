import {
  CaudalError,
  converter,
  create,
  createHost,
  type Host,
  isPlugin,
  issuesOf,
  type Plugin,
  type RuleDefinition,
  type RuleInstance,
  type RuleRun,
  withDefaults,
} from '@caudal/core';
import type { CounterAccess } from '../rules/counter.ts';
import type { RuleUse, SeriesSettings, Stage } from './contract.ts';
import { contentHash } from './hash.ts';
import { Rows } from './rows.ts';

/** Series of one role of one use. */
export interface BoundRole {
  readonly role: string;
  readonly series: string;
  /** To the unit the rule asks for; absent where it is the same. */
  readonly convert: ((value: number) => number) | undefined;
  /** From that unit back to the unit of the series, for the amounts of corrections. */
  readonly convertBack: ((value: number) => number) | undefined;
  /** Rows that wait until the other series of the rule have got as far. */
  readonly rows: Rows;
}

/** One use of a rule, checked and opened. */
export interface BoundUse {
  readonly id: string;
  readonly stage: Stage;
  readonly definition: RuleDefinition;
  readonly params: unknown;
  readonly paramsHash: string;
  readonly sees: number;
  readonly roles: readonly BoundRole[];
  /** Opens a new run: at the start, and after a run threw. */
  open(): RuleRun;
  run: RuleRun;
}

export const increasesOf = (run: RuleRun): CounterAccess | undefined =>
  (run as { increases?: CounterAccess }).increases;

const refuse = (id: string, why: string): never => {
  throw new CaudalError('config', `rule ${id}: ${why}`, { sent: 'no' });
};

const instanceOf = (rule: RuleUse['rule'], host: Host): [RuleDefinition, RuleInstance] => {
  if (isPlugin(rule)) {
    const { definition } = rule as Plugin<RuleDefinition>;
    return [definition, create(rule as Plugin<RuleDefinition>, host)];
  }
  const definition = rule as RuleDefinition;
  const config = withDefaults(definition.config, {});
  const issues = issuesOf(definition.config, config);
  if (issues.length > 0)
    refuse(definition.id, `needs a configuration: ${issues.map(({ message }) => message).join('; ')}`);
  return [definition, definition.create({ config, host })];
};

const seriesOf = (role: string, use: RuleUse, series: Readonly<Record<string, SeriesSettings>>): string | undefined => {
  const named = use.roles?.[role];
  if (named !== undefined) return named;
  if (series[role] !== undefined) return role;
  const ofKind = Object.entries(series).filter(([, { kind }]) => kind === role);
  return ofKind.length === 1 ? ofKind[0]?.[0] : undefined;
};

const bindRole = (
  id: string,
  role: string,
  definition: RuleDefinition,
  use: RuleUse,
  all: Readonly<Record<string, SeriesSettings>>,
): BoundRole | undefined => {
  const name = seriesOf(role, use, all);
  if (name === undefined) {
    if (definition.roles[role]?.required === true) refuse(id, `no series for its role "${role}"`);
    return undefined;
  }
  const series = all[name];
  if (series === undefined) return refuse(id, `there is no series "${name}" at this point`);
  const wanted = definition.roles[role]?.unit;
  let convert: BoundRole['convert'];
  let convertBack: BoundRole['convertBack'];
  if (wanted !== undefined && wanted !== series.unit) {
    try {
      convert = converter(series.unit, wanted);
      convertBack = converter(wanted, series.unit);
    } catch (cause) {
      throw new CaudalError('config', `rule ${id}: ${series.unit} of "${name}" can not become ${wanted}`, {
        cause,
        sent: 'no',
      });
    }
  }
  return { role, series: name, convert, convertBack, rows: new Rows(series.kind === 'total') };
};

/** @throws CaudalError `config`: unknown series, a required role without one, parameters that do not fit, a unit that does not convert */
export const bind = (
  use: RuleUse,
  all: Readonly<Record<string, SeriesSettings>>,
  host: Host = createHost(),
): BoundUse => {
  const [definition, instance] = instanceOf(use.rule, host);
  const id = use.id ?? definition.id;
  const params = withDefaults(definition.params, use.params ?? {});
  const issues = issuesOf(definition.params, params);
  if (issues.length > 0) refuse(id, issues.map(({ path, message }) => `${path} ${message}`.trim()).join('; '));
  const roles = Object.keys(definition.roles)
    .map((role) => bindRole(id, role, definition, use, all))
    .filter((role) => role !== undefined);
  if (roles.length === 0) refuse(id, 'no series for any of its roles');
  const open = () => instance.open(params);
  const run = open();
  const stage = use.stage ?? (increasesOf(run) === undefined ? (roles.length > 1 ? 'cross' : 'pair') : 'counter');
  if (roles.length > 1 && stage !== 'cross' && stage !== 'counter')
    refuse(id, `a rule of several series runs in stage "cross" or beside the counter, not in "${stage}"`);
  return {
    id,
    stage,
    definition,
    params,
    paramsHash: contentHash(params, 16),
    sees: definition.sees ?? 3,
    roles,
    open,
    run,
  };
};
