import { CaudalError } from '@caudal/core';
import { nextCalendarDay } from '../comply/calendar.ts';
import type { Services } from '../services.ts';
import type { NoticeRow, SubmissionRow } from '../store/rows.ts';
import { nothingProcessed, type RawFilter } from '../store/store.ts';
import { printable } from './printable.ts';

/** What stopped and goes on only when a person says so. */
export interface DeadLetter {
  readonly kind: 'raw' | 'submission' | 'notice';
  readonly id: string;
  /** Provider instance, obligation, or person and channel. */
  readonly of: string;
  readonly state: string;
  /** Arrival, slot, or when it was written. */
  readonly at: number;
  readonly reason: string | null;
}

export interface DeadFilter extends Pick<RawFilter, 'instance' | 'device' | 'from' | 'to'> {
  readonly kind?: DeadLetter['kind'];
  readonly limit?: number;
}

const noticesAtMost = 1_000;
const deadStates = ['quarantined', 'rejected'] as const satisfies SubmissionRow['state'][];

const refuse = (why: string): never => {
  throw new CaudalError('config', why, { sent: 'no', scope: 'item' });
};

/** Given up, or reported by the channel as not delivered. */
const deadNotices = async ({ store }: Services): Promise<readonly (NoticeRow & { readonly why: string | null })[]> => {
  const bad = new Map((await store.read.undelivered(noticesAtMost)).map((row) => [row.notice, row]));
  return (await store.read.notices(noticesAtMost)).flatMap((row) => {
    const report = bad.get(row.id);
    if (row.state !== 'failed' && (row.state !== 'sent' || report === undefined)) return [];
    return [{ ...row, why: report === undefined ? row.reason : `${report.status} ${report.detail ?? ''}`.trim() }];
  });
};

/** What can not go on by itself, each kind newest first. A filter of instance or device asks for raw records alone. */
export const deadList = async (
  services: Services,
  { kind, limit = 100, ...filter }: DeadFilter,
): Promise<readonly DeadLetter[]> => {
  const { store } = services;
  const wants = (one: DeadLetter['kind']) =>
    kind === undefined ? one === 'raw' || (filter.instance ?? filter.device) === undefined : kind === one;
  const within = ({ at }: DeadLetter) => at >= (filter.from ?? -Infinity) && at < (filter.to ?? Infinity);
  const raws = wants('raw') ? await store.read.rawList({ ...filter, status: ['FAILED', 'SKIPPED'] }, limit) : [];
  const { from, to } = filter;
  const submissions = wants('submission')
    ? await store.read.submissionList({
        states: deadStates,
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        limit,
      })
    : [];
  const notices = wants('notice') ? await deadNotices(services) : [];
  return [
    ...raws.map((row): DeadLetter => ({
      kind: 'raw',
      id: row.id,
      of: row.instance,
      state: row.status,
      at: row.receivedAt,
      reason: row.reason,
    })),
    ...submissions.map((row): DeadLetter => ({
      kind: 'submission',
      id: row.id,
      of: row.obligation,
      state: row.state,
      at: row.slot,
      reason: row.reason,
    })),
    ...notices
      .map((row): DeadLetter => ({
        kind: 'notice',
        id: row.id,
        of: `${row.person} on ${row.channel}`,
        state: row.state,
        at: row.createdAt,
        reason: row.why,
      }))
      .filter(within)
      .slice(0, limit),
  ];
};

/** One of them with all that is known: the body of a raw record in a form that can be shown anywhere, secrets redacted. */
export const deadShow = async (services: Services, id: string) => {
  const { store, redact } = services;
  const raw = await store.read.raw(id);
  if (raw !== null) {
    const { body, ...rest } = raw;
    const shown = printable(body);
    return { kind: 'raw' as const, ...rest, bytes: body.byteLength, body: { ...shown, text: redact.text(shown.text) } };
  }
  const submission = await store.read.submission(id);
  if (submission !== null)
    return { kind: 'submission' as const, ...submission, tried: await store.read.attempts(submission.id) };
  const notice = (await store.read.notices(noticesAtMost)).find((row) => row.id === id);
  return notice === undefined ? null : { kind: 'notice' as const, ...notice };
};

/** A send that was refused goes again by the regulator's own rule, never sooner. */
const mayGoAt = ({ plugins, clock }: Services, { target, sentAt }: SubmissionRow): number => {
  const profile = plugins.targets.get(target)?.profile;
  if (profile === undefined) return refuse(`there is no target ${target}`);
  if (sentAt === null) return clock.now();
  if (profile.resend === 'never') return refuse(`${profile.regulator} wants nothing sent twice`);
  const next = profile.resend === 'next-calendar-day' ? nextCalendarDay(sentAt, profile.utcOffsetMinutes) : 0;
  return Math.max(clock.now(), next);
};

type One = { readonly id: string; readonly because: string };

/** One by its id, or the FAILED raw records of a filter. Audited with its reason. Answers how many go on. */
export const deadRequeue = async (
  services: Services,
  input: One | (Omit<DeadFilter, 'limit' | 'kind'> & { readonly because: string }),
  actor: string,
): Promise<{ requeued: number }> => {
  const { store, clock } = services;
  const at = clock.now();
  if (input.because.trim() === '') refuse('say why: it is kept in the audit');
  const entry = (subject: string) => ({ at, actor, act: `requeued: ${input.because}`, subject, hash: null });
  if (!('id' in input)) {
    const { because: _because, ...filter } = input;
    if (Object.keys(filter).length === 0) refuse('say what: an id, or an instance, a device or a span');
    const audit = { ...entry('raw'), act: `requeued ${JSON.stringify(filter)}: ${input.because}` };
    const requeued = await store.write.requeueRaw({ ...filter, status: ['FAILED'] }, audit);
    services.wake('process');
    return { requeued };
  }
  const { id } = input;
  const found = await deadShow(services, id);
  if (found === null) return refuse(`nothing here is called ${id}`);
  if (found.kind === 'raw') {
    const requeued = await store.write.requeueRaw({ ids: [id], status: ['FAILED', 'SKIPPED'] }, entry(id));
    if (requeued === 0) refuse(`${id} is ${found.status}: it is no dead letter`);
    services.wake('process');
    return { requeued };
  }
  if (found.kind === 'submission') {
    if (!deadStates.some((state) => state === found.state)) refuse(`${id} is ${found.state}: it is no dead letter`);
    const change = {
      id,
      epoch: found.epoch,
      // Without a report its value is still to be taken.
      state: found.report === null ? ('expected' as const) : ('due' as const),
      nextAt: mayGoAt(services, found),
      reason: null,
      configuration: null,
    };
    const changed = await store.write.changeSubmissions([change], [entry(id)]);
    services.wake('comply');
    return { requeued: changed.length };
  }
  if (!(await deadNotices(services)).some((row) => row.id === id))
    refuse(`${id} is ${found.state}: it is no dead letter`);
  await store.write.audit([entry(id)]);
  await store.write.changeNotices([{ id, state: 'pending', nextAt: at, attempts: 0, reason: null }]);
  services.wake('notify');
  return { requeued: 1 };
};

/** A raw record that can not be read is set aside for good. It stays, with the reason; it can be requeued later all the same. */
export const deadSkip = async (services: Services, { id, because }: One, actor: string): Promise<{ state: string }> => {
  const { store, clock } = services;
  if (because.trim() === '') refuse('say why: it is kept in the audit');
  const raw = await store.read.raw(id);
  if (raw === null) return refuse(`there is no raw record ${id}`);
  if (raw.status !== 'FAILED') refuse(`${id} is ${raw.status}, not FAILED`);
  await store.write.commitProcessed({
    ...nothingProcessed,
    marks: [{ id, status: 'SKIPPED', reason: `set aside: ${because} (${raw.reason ?? ''})`, readings: 0 }],
    audit: [{ at: clock.now(), actor, act: `set aside: ${because}`, subject: id, hash: null }],
  });
  return { state: 'SKIPPED' };
};
