import { randomUUID } from 'node:crypto';
import { CaudalError } from '@caudal/core';
import { authorNames, type Named } from '../access/author-names.ts';
import { coverOf, heldNow, type Hold, holdsOf, putHolds } from '../schedule/holds.ts';
import { cutsOf } from '../schedule/retention.ts';
import type { Services } from '../services.ts';

export interface NewHold {
  readonly point?: string;
  /** Its own records, and what comes of them. */
  readonly device?: string;
  /** The regulator's code. */
  readonly work?: string;
  /** Arrival, slot or instant at or after, and before; without `to` whatever comes. */
  readonly from: number;
  readonly to?: number;
  readonly because: string;
}

const refuse = (why: string): never => {
  throw new CaudalError('config', why, { sent: 'no', scope: 'item' });
};

/** From now on nothing of it goes by age, until the hold is removed. Audited before it holds. */
export const addHold = async (services: Services, input: NewHold, actor: string): Promise<Named<Hold>> => {
  const { store, clock } = services;
  const { from, to = null, because } = input;
  if (because.trim() === '') refuse('say why: it is kept in the audit');
  const [about, ...more] = (['point', 'device', 'work'] as const).flatMap((kind) => {
    const name = input[kind];
    return name === undefined ? [] : [`${kind}:${name}`];
  });
  if (about === undefined || more.length > 0) return refuse('name one: a point, a device or a work');
  const cover = coverOf(services, about);
  if (cover.points.length + cover.devices.length === 0) refuse(`there is no ${about.replace(':', ' ')}`);
  if (to !== null && to <= from) refuse('the period ends before it begins');
  const hold: Hold = {
    id: randomUUID(),
    about,
    from,
    to,
    because,
    actor,
    since: clock.now(),
    ...cover,
  };
  await store.write.audit([
    { at: hold.since, actor, act: `hold ${hold.id} added: ${because}`, subject: about, hash: null },
  ]);
  await putHolds(services, [...(await holdsOf(services)), hold]);
  return { ...hold, by: (await authorNames(store, [actor]))(actor) };
};

export const removeHold = async (
  services: Services,
  { id, because }: { readonly id: string; readonly because: string },
  actor: string,
): Promise<{ about: string }> => {
  const holds = await holdsOf(services);
  const hold = holds.find((one) => one.id === id) ?? refuse(`there is no hold ${id}`);
  if (because.trim() === '') refuse('say why: it is kept in the audit');
  const at = services.clock.now();
  await services.store.write.audit([
    { at, actor, act: `hold ${id} removed: ${because}`, subject: hold.about, hash: null },
  ]);
  await putHolds(
    services,
    holds.filter((one) => one !== hold),
  );
  return { about: hold.about };
};

/** What the next round of retention would take: raw records by instance, submissions by work. Takes nothing. */
export const previewRetention = async (services: Services) => {
  const { store, clock } = services;
  const cuts = cutsOf(services, clock.now());
  const held = await heldNow(services);
  return {
    before: cuts.raw,
    instances: await store.read.oldRaw({ before: cuts.raw, held }),
    submissionsBefore: cuts.submissions,
    works: await store.read.oldSubmissions({ before: cuts.submissions, held }),
  };
};
