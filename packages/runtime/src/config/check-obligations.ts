import {
  type Calendar,
  type ComplianceDefinition,
  type Device,
  findUnit,
  type Member,
  type Obligation,
} from '@caudal/core';
import { didYouMean } from './closest.ts';
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
      `the unit of ${member.series} is opaque, and ${name} is reported in ${parameter.unit}`,
    );
    return;
  }
  const wanted = findUnit(parameter.unit);
  if (wanted === undefined || series.unit === undefined || wanted.dimension === series.unit.dimension) return;
  report.error(
    item,
    [...inside, 'series'],
    `${member.series} is in ${series.unitName} (${series.unit.dimension}), and ${name} is reported in ${parameter.unit} (${wanted.dimension})`,
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
    const meant = didYouMean(name, names) || `; it takes ${names.join(', ')}`;
    world.report.error(
      item,
      ['members', name],
      `${definition.profile.regulator} has no parameter "${name}" here${meant}`,
    );
  }
  for (const [name, { required }] of Object.entries(parameters)) {
    if (!required || Object.hasOwn(item.value.members, name)) continue;
    world.report.error(item, ['members', name], `${definition.profile.regulator} requires it of this work`);
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
      `is shorter than pollMinutes (${pollMinutes}) of "${id}": a slot whose reading is not there after ${waitMinutes} minutes waits for the next poll`,
    );
  }
};

const checkTimes = ({ report }: World, item: Item<Obligation>, calendar: Calendar) => {
  const { waitMinutes = 15, holdMinutes = 45 } = item.value;
  const due = calendar.dueMs / minute;
  if (waitMinutes >= due) {
    report.warning(item, ['waitMinutes'], `leaves no time: a submission is due ${due} minutes after its slot`);
  } else if (waitMinutes + holdMinutes > due) {
    report.warning(
      item,
      ['holdMinutes'],
      `lets held values go late: a submission is due ${due} minutes after its slot`,
    );
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
    const meant = didYouMean(standard, names) || `; it has ${names.join(', ')}`;
    world.report.error(item, ['standard'], `${definition.profile.regulator} has no standard "${standard}"${meant}`);
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
        `owes work ${work.code} to ${target} at the same time as "${earlier.item.value.id}" (${report.where(earlier.item)}); end one before the other begins`,
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
