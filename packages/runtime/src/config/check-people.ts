import { say } from './mistake-words.ts';
import { checkValue, lookUp, type World } from './world.ts';
import { isZone } from './zone.ts';

/** Zones and addresses of people, and that every subscription can reach its person. */
export const checkPeople = (world: World): void => {
  const { report, lists } = world;
  for (const person of lists.people) {
    const { zone, addresses } = person.value;
    if (zone !== undefined && !isZone(zone)) report.error(person, ['zone'], say('no-zone'));
    for (const [name, address] of Object.entries(addresses)) {
      const notifier = lookUp(world, world.notifiers, 'notifier', name, person, ['addresses', name]);
      if (notifier !== undefined) checkValue(world, notifier.address, address, person, ['addresses', name]);
    }
  }
  for (const subscription of lists.subscriptions) {
    const { person: id, channels, points = [], owners = [] } = subscription.value;
    const person = lookUp(world, world.people, 'person', id, subscription, ['person']);
    for (const [index, channel] of channels.entries()) {
      lookUp(world, world.notifiers, 'notifier', channel, subscription, ['channels', index]);
      if (person === undefined || !world.notifiers.has(channel)) continue;
      if (Object.hasOwn(person.value.addresses, channel)) continue;
      report.error(
        subscription,
        ['channels', index],
        say('no-address-at', { person: id, where: report.where(person), channel }),
      );
    }
    for (const [index, point] of points.entries()) {
      lookUp(world, world.points, 'point', point, subscription, ['points', index]);
    }
    for (const [index, owner] of owners.entries()) {
      lookUp(world, world.owners, 'owner', owner, subscription, ['owners', index]);
    }
  }
};
