import {
  type Calendar,
  type ComplianceDefinition,
  type Device,
  findUnit,
  type Member,
  type Obligation,
} from '@caudal/core';
import { closest } from './closest.ts';
import { say } from './mistake-words.ts';
import { type KnownParameter, parameterOf, variantOf } from './parameter.ts';
import { checkSpan, grouped, overlaps, type Span } from './spans.ts';
import { checkValue, type Item, lookUp, type World } from './world.ts';

interface DatedObligation extends Span {
  readonly item: Item<Obligation>;
}

const checkMember = (
  world: World,
  item: Item<Obligation>,
  [name, member]: readonly [string, Member],
  parameter: KnownParameter,
  definition: ComplianceDefinition,
) => {
  const { report } = world;
  const inside = ['members', name];
  checkValue(world, definition.member, member.settings ?? {}, item, [...inside, 'settings']);
  const series = lookUp(world, world.series, 'series', member.series, item, [...inside, 'series']);
  if (series === undefined) return;
  if (series.opaque) {
    report.error(
      item,
      [...inside, 'series'],
      say('member-opaque', { series: member.series, parameter: name, wanted: parameter.unit }),
    );
    return;
  }
  const wanted = findUnit(parameter.unit);
  if (wanted === undefined || series.unit === undefined || wanted.dimension === series.unit.dimension) return;
  report.error(
    item,
    [...inside, 'series'],
    say('member-unit', {
      series: member.series,
      unit: series.unitName,
      dimension: series.unit.dimension,
      parameter: name,
      wanted: parameter.unit,
      wantedDimension: wanted.dimension,
    }),
  );
};

const checkMembers = (world: World, item: Item<Obligation>, definition: ComplianceDefinition) => {
  const variant = variantOf(definition.profile, item.value.work.settings);
  if (variant === undefined) return;
  const { parameters } = variant;
  for (const [name, member] of Object.entries(item.value.members)) {
    const parameter = parameterOf(variant, name, member.settings);
    if (parameter !== undefined) {
      checkMember(world, item, [name, member], parameter, definition);
      continue;
    }
    const names = Object.keys(parameters);
    const meant = closest(name, names);
    const { regulator } = definition.profile;
    world.report.error(
      item,
      ['members', name],
      meant === undefined
        ? say('no-parameter-of', { regulator, name, takes: names.join(', ') })
        : say('no-parameter', { regulator, name, meant }),
    );
  }
  for (const [name, { required }] of Object.entries(parameters)) {
    if (!required || Object.hasOwn(item.value.members, name)) continue;
    world.report.error(item, ['members', name], say('parameter-required', { regulator: definition.profile.regulator }));
  }
};

const minute = 60_000;

/** Devices that are only heard when they are asked, and are asked more rarely than a slot waits. */
const checkPolls = ({ report, lists, devices, providers }: World, item: Item<Obligation>) => {
  const { waitMinutes = 15, members } = item.value;
  const series = new Set(Object.values(members).map((member) => member.series));
  const feeding = new Set(
    lists.bindings
      .filter(({ value }) => series.has(value.series) && value.to === undefined)
      .map(({ value }) => value.device),
  );
  for (const id of feeding) {
    const device = devices.get(id)?.value;
    const capabilities = device === undefined ? undefined : providers.get(device.provider)?.capabilities;
    if (capabilities?.pull === undefined || capabilities.subscribe !== undefined) continue;
    const { pollMinutes = 5 } = device as Device;
    if (pollMinutes <= waitMinutes) continue;
    report.warning(
      item,
      ['waitMinutes'],
      say('wait-before-poll', { poll: pollMinutes, device: id, wait: waitMinutes }),
    );
  }
};

const checkTimes = ({ report }: World, item: Item<Obligation>, calendar: Calendar) => {
  const { waitMinutes = 15, holdMinutes = 45 } = item.value;
  const due = calendar.dueMs / minute;
  if (waitMinutes >= due) {
    report.warning(item, ['waitMinutes'], say('wait-after-due', { due }));
  } else if (waitMinutes + holdMinutes > due) {
    report.warning(item, ['holdMinutes'], say('hold-after-due', { due }));
  }
};

const checkObligation = (world: World, item: Item<Obligation>) => {
  const { target, standard, work } = item.value;
  const definition = lookUp(world, world.targets, 'target', target, item, ['target']);
  if (definition === undefined) return;
  const { standards } = definition.profile;
  const calendar = Object.hasOwn(standards, standard) ? standards[standard] : undefined;
  if (calendar === undefined) {
    const names = Object.keys(standards);
    const meant = closest(standard, names);
    const { regulator } = definition.profile;
    world.report.error(
      item,
      ['standard'],
      meant === undefined
        ? say('no-standard-of', { regulator, name: standard, has: names.join(', ') })
        : say('no-standard', { regulator, name: standard, meant }),
    );
  } else {
    checkTimes(world, item, calendar);
    checkPolls(world, item);
  }
  checkValue(world, definition.work, work.settings, item, ['work', 'settings']);
  checkMembers(world, item, definition);
};

/** Two obligations that would make one record at the regulator. */
const checkTwice = ({ report, targets }: World, obligations: readonly DatedObligation[]) => {
  const key = ({ item: { value } }: DatedObligation) => JSON.stringify([value.target, value.work.code]);
  for (const group of grouped(obligations, key)) {
    for (const [earlier, later] of overlaps(group)) {
      const { target, work, members } = later.item.value;
      const shared = Object.keys(members).some((name) => Object.hasOwn(earlier.item.value.members, name));
      if (!shared && targets.get(target)?.profile.naturalKey.includes('parameter') === true) continue;
      report.error(
        later.item,
        [],
        say('owed-twice', {
          work: work.code,
          target,
          obligation: earlier.item.value.id,
          where: report.where(earlier.item),
        }),
      );
    }
  }
};

/** Target, standard, work, members, units and dates of every obligation. */
export const checkObligations = (world: World): void => {
  const obligations = world.lists.obligations.map((item): DatedObligation => ({
    item,
    ...checkSpan(world.report, item, ['from', item.value.from], ['to', item.value.to]),
  }));
  for (const { item } of obligations) checkObligation(world, item);
  checkTwice(world, obligations);
};
