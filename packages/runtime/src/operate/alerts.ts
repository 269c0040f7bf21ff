import { randomUUID } from 'node:crypto';
import { CaudalError } from '@caudal/core';
import { authorNames, type Named, named } from '../access/author-names.ts';
import type { Services } from '../services.ts';
import type { AlertRow, SilenceRow } from '../store/rows.ts';

/** A person has to report it; when one knows, the alert has done what it is for. */
const endsByAck: ReadonlySet<string> = new Set(['submission.failed']);

const silencesAtMost = 1_000;
/** A year. */
export const silenceMinutesAtMost = 527_040;

const refuse = (why: string): never => {
  throw new CaudalError('config', why, { sent: 'no', scope: 'item' });
};

/**
 * Somebody takes note: the alert is told, repeated and escalated no more. What it is about goes on, and ends it when it ends.
 *
 * @param input with the name by which people know them; the audit has the actor
 * @param actor what the audit names
 */
export const ackAlert = async (
  { store, clock, events }: Services,
  { alert: id, note = '', name = '' }: { readonly alert: string; readonly note?: string; readonly name?: string },
  actor: string,
): Promise<AlertRow> => {
  const [alert] = await store.read.alerts([id]);
  if (alert === undefined) return refuse(`there is no alert ${id}`);
  const at = clock.now();
  const by = name === '' ? actor : name;
  const ends = endsByAck.has(alert.rule) && alert.closedAt === null;
  const acked = await store.write.ackAlert(
    { alert: id, at, by, note, ends },
    {
      at,
      actor,
      act: `alert acknowledged${note === '' ? '' : `: ${note}`}`,
      subject: `alert:${id}`,
      hash: null,
      detail: { rule: alert.rule, subject: alert.subject, openedAt: alert.openedAt },
    },
  );
  const [now = alert] = await store.read.alerts([id]);
  if (acked && ends) events.emit('alert', { ...now, open: false });
  return now;
};

export interface NewSilence {
  readonly alert?: string;
  readonly rule?: string;
  readonly subject?: string;
  readonly point?: string;
  /** From now, by the clock of the runtime: that of who asks may be wrong. */
  readonly minutes: number;
  readonly because: string;
}

/** People are not told of these for so long. Alerts are raised, kept and shown as ever; what is still open at the end is told. */
export const silence = async (services: Services, input: NewSilence, actor: string): Promise<Named<SilenceRow>> => {
  const { store, clock, domain } = services;
  const { alert = null, rule = null, subject = null, point = null, minutes, because } = input;
  const at = clock.now();
  const until = at + minutes * 60_000;
  if (because.trim() === '') refuse('say why: it is kept in the audit');
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > silenceMinutesAtMost)
    refuse(`a silence has 1 to ${silenceMinutesAtMost} minutes`);
  const patterns = [rule, subject, point].filter((one) => one !== null);
  if ((alert === null) === (patterns.length === 0)) refuse('name one alert, or a rule, a subject or a point');
  if (patterns.length > 0 && patterns.every((one) => /^\**$/.test(one)))
    refuse('that would be everything: a maintenance window says so for all to see');
  if (alert !== null && (await store.read.alerts([alert])).length === 0) refuse(`there is no alert ${alert}`);
  if (point !== null && !domain.points.has(point)) refuse(`there is no point ${point}`);
  if ((await store.read.silences({ at, limit: silencesAtMost })).length >= silencesAtMost)
    refuse(`there are ${silencesAtMost} silences: remove some`);
  const row: SilenceRow = { id: randomUUID(), alert, rule, subject, point, until, actor, reason: because, at };
  await store.write.addSilence(row, {
    at,
    actor,
    act: `alerts silenced until ${new Date(until).toISOString()}: ${because}`,
    subject: `silence:${row.id}`,
    hash: null,
    detail: { alert, rule, subject, point },
  });
  return { ...row, by: (await authorNames(store, [actor]))(actor) };
};

export const silences = async ({ store, clock }: Services): Promise<readonly Named<SilenceRow>[]> =>
  named(store, await store.read.silences({ at: clock.now(), limit: silencesAtMost }), ({ actor }) => actor);

export const unsilence = async (services: Services, { id }: { readonly id: string }, actor: string) => {
  const removed = await services.store.write.removeSilence(id, {
    at: services.clock.now(),
    actor,
    act: 'silence removed',
    subject: `silence:${id}`,
    hash: null,
  });
  if (!removed) refuse(`there is no silence ${id}`);
  services.wake('notify');
  return { id };
};
