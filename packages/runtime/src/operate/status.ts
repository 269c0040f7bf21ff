import type { Services } from '../services.ts';
import { named } from '../access/author-names.ts';
import { readinessOf } from './readiness.ts';
import { holdsOf } from '../schedule/holds.ts';
import { conservationOf } from '../schedule/conservation.ts';
import type { SubmissionRow } from '../store/rows.ts';
import { designStatusOf } from '../store/submission-states.ts';

/** How the whole stands: what `caudal status` and the readiness answer show. */
export const statusOf = async (services: Services) => {
  const { store, clock, domain, progress } = services;
  const now = clock.now();
  const [
    counts,
    contacts,
    failed,
    unclaimed,
    alerts,
    open,
    undelivered,
    stopped,
    chainEnd,
    head,
    kept,
    facts,
    tasks,
    outlets,
  ] = await Promise.all([
    store.read.counts(),
    store.read.contacts(),
    store.read.rawList({ status: ['FAILED'] }, 20),
    store.read.unclaimed(20),
    store.read.openAlerts({ limit: 50 }),
    store.read.submissionList({
      states: ['unknown', 'retry', 'quarantined', 'manual', 'missing', 'held'],
      limit: 50,
    }),
    store.read.undelivered(20),
    store.read.switches(),
    store.read.chainEnd(),
    store.read.newestHead(),
    store.read.retained({ years: services.options.retention.submissionYears }),
    store.facts(),
    store.read.taskList({ states: ['open'], limit: 20 }),
    store.read.outlets(),
  ]);
  const heard = new Map(contacts.map(({ device, at }) => [device, at]));
  return {
    at: now,
    stages: progress.report(),
    ready: readinessOf(services).ready,
    /** Who does which part of the work, where several instances may. */
    parts: store.claims === null ? [] : services.parts.report(),
    /** What the disk refuses, since when. */
    disk: store.disk,
    counts,
    /** What came in and what became of it; `imbalances` is empty, or something was lost or doubled. */
    conservation: await conservationOf(services, false),
    /** What is kept for long: packed bodies in bytes before and after, ended submissions, when the oldest submission goes by age. */
    kept: { ...kept, holds: (await holdsOf(services)).length, databaseBytes: Number(facts['databaseBytes']) },
    devices: [...domain.devices.values()].map((device) => {
      const last = heard.get(device.id);
      const health = last === undefined ? 'never reported' : now - last > device.silentAfterMs ? 'OFFLINE' : 'OK';
      return { id: device.id, provider: device.provider, lastContact: last ?? null, health };
    }),
    streams: services.streams.report(),
    /** Where changes go outward: how many have not arrived, since when, and why not where that is known here. */
    outlets: outlets.map(({ name, backlog, oldestAt, ackedAt, filling }) => ({
      name,
      backlog,
      oldestAt,
      ackedAt,
      filling,
      reason: services.outletTroubles.get(name) ?? null,
    })),
    /** Raw records that could not be read, newest first: kept, with the reason. */
    failedRaw: failed,
    unclaimed,
    alerts,
    openSubmissions: open.map(brief),
    /** Corrections that wait for a person, oldest slot first. */
    openTasks: tasks,
    /** Sends that somebody stopped, and why. */
    stoppedSends: await named(store, stopped, ({ actor }) => actor),
    /** Entries of the audit, and the newest that is signed: null while no key is configured or none was signed yet. */
    audit: {
      entries: chainEnd?.seq ?? 0,
      signed: head === null ? null : { seq: head.seq, at: head.at, key: head.key },
      key: services.options.audit.key !== undefined,
    },
    /** Notices that did not reach their person, as their channels report. */
    undelivered,
  };
};

export type Status = Awaited<ReturnType<typeof statusOf>>;

/** A submission without its report, with the source design's word for its state. */
export const brief = ({ report: _report, sources: _sources, ...rest }: SubmissionRow) => ({
  ...rest,
  status: designStatusOf(rest),
});
