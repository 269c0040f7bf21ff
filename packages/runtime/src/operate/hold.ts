import { randomUUID } from 'node:crypto';
import { CaudalError } from '@caudal/core';
import { devicesOf, heldNow, type Hold, holdsOf, pointsOf, putHolds } from '../schedule/holds.ts';
import type { Services } from '../services.ts';

const day = 86_400_000;

export interface NewHold {
  readonly point?: string;
  /** The regulator's code. */
  readonly work?: string;
  /** Arrived at or after, and before; without `to` whatever comes. */
  readonly from: number;
  readonly to?: number;
  readonly because: string;
}

const refuse = (why: string): never => {
  throw new CaudalError('config', why, { sent: 'no', scope: 'item' });
};

/** From now on nothing of it goes by age, until the hold is removed. Audited before it holds. */
export const addHold = async (services: Services, input: NewHold, actor: string): Promise<Hold> => {
  const { store, clock, domain } = services;
  const { point, work, from, to = null, because } = input;
  if (because.trim() === '') refuse('say why: it is kept in the audit');
  if (point !== undefined && work !== undefined) refuse('name a point or a work, not both');
  const about = point === undefined ? `work:${work ?? refuse('name a point or a work')}` : `point:${point}`;
  const points = pointsOf(services, about);
  if (points.size === 0 || [...points].some((id) => !domain.points.has(id)))
    refuse(`there is no ${about.replace(':', ' ')}`);
  const hold: Hold = {
    id: randomUUID(),
    about,
    from,
    to,
    because,
    actor,
    since: clock.now(),
    ...devicesOf(services, points),
  };
  await store.write.audit([
    { at: hold.since, actor, act: `hold ${hold.id} added: ${because}`, subject: about, hash: null },
  ]);
  await putHolds(services, [...(await holdsOf(services)), hold]);
  return hold;
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

/** What the next round of retention would take of raw records, by instance. Takes nothing. */
export const previewRetention = async (services: Services) => {
  const { store, clock, options } = services;
  const before = clock.now() - options.retention.rawDays * day;
  return { before, instances: await store.read.oldRaw({ before, held: await heldNow(services) }) };
};
