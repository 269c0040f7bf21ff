import { CaudalError, type Draft, type Outage } from '@caudal/core';
import { planWindow } from '../collect/plan.ts';
import { artifactHash } from '../comply/artifact-hash.ts';
import { owedBy } from '../comply/expect.ts';
import { readBackOf } from '../comply/settle.ts';
import { acts } from '../evidence/acts.ts';
import type { Services } from '../services.ts';
import type { SubmissionState } from '../store/rows.ts';
import type { RawFilter } from '../store/store.ts';

/** Reads a span of a point's devices again, behind everything that is happening now. Answers how many reads were planned. */
export const backfill = async (
  services: Services,
  input: { readonly point: string; readonly from: number; readonly to: number },
  actor: string,
): Promise<{ reads: number }> => {
  const { domain, plugins, store, clock } = services;
  if (!domain.points.has(input.point))
    throw new CaudalError('config', `there is no point ${input.point}`, { sent: 'no' });
  if (!(input.from < input.to)) throw new CaudalError('config', 'the span ends before it begins', { sent: 'no' });
  const plans = [...domain.devices.values()].flatMap((device) => {
    const variables = [...(domain.bindings.get(device.id) ?? [])]
      .filter(([, bindings]) => bindings.some(({ series }) => domain.series.get(series)?.point === input.point))
      .map(([variable]) => variable);
    const pull = plugins.providers.get(device.provider)?.capabilities.pull;
    if (variables.length === 0 || pull === undefined) return [];
    if (!pull.range)
      throw new CaudalError('unsupported', `provider ${device.provider} can not be asked for the past`, { sent: 'no' });
    return planWindow(device, variables, input, pull, 'backfill', clock.now());
  });
  if (plans.length === 0) throw new CaudalError('config', `no device feeds ${input.point}`, { sent: 'no' });
  await store.write.planReads(plans);
  await store.write.audit([
    {
      at: clock.now(),
      actor,
      act: `backfill ${new Date(input.from).toISOString()} to ${new Date(input.to).toISOString()}`,
      subject: `point:${input.point}`,
      hash: null,
    },
  ]);
  services.wake('collect');
  return { reads: plans.length };
};

/** Decodes raw records again, after a fix of a decoder, a binding or a rule. Old values stay as revisions. */
export const reprocess = async (
  services: Services,
  filter: RawFilter & { readonly point?: string },
  actor: string,
): Promise<{ records: number; points: number }> => {
  const { store, clock, domain } = services;
  const entry = {
    at: clock.now(),
    actor,
    act: `reprocess ${JSON.stringify(filter)}`,
    subject: filter.point === undefined ? 'raw' : `point:${filter.point}`,
    hash: null,
  };
  if (filter.point === undefined) {
    const records = await store.write.requeueRaw(filter, entry);
    services.wake('process');
    return { records, points: 0 };
  }
  if (!domain.points.has(filter.point))
    throw new CaudalError('config', `there is no point ${filter.point}`, { sent: 'no' });
  const devices = [...domain.bindings].filter(([, variables]) =>
    [...variables.values()].flat().some(({ series }) => domain.series.get(series)?.point === filter.point),
  );
  let records = 0;
  const { point, ...rest } = filter;
  for (const [device] of devices) records += await store.write.requeueRaw({ ...rest, device }, entry);
  await store.write.reopen([{ point, from: filter.from ?? 0, reason: 'reprocess' }], entry);
  services.wake('process');
  return { records, points: 1 };
};

/**
 * Enters the receipt of a submission that a person handed over as a file or form. Where the regulator can be asked, it is read back
 * and compared like any other.
 */
export const enterReceipt = async (
  services: Services,
  input: { readonly submission: string; readonly receipt: string },
  actor: string,
): Promise<{ state: SubmissionState }> => {
  const { store, clock, plugins } = services;
  const submission = await store.read.submission(input.submission);
  if (submission === null) {
    throw new CaudalError('config', `there is no submission ${input.submission}`, { sent: 'no' });
  }
  if (submission.state !== 'manual') {
    throw new CaudalError('config', `${input.submission} is ${submission.state}, not handed over by hand`, {
      sent: 'no',
    });
  }
  const target = plugins.targets.get(submission.target);
  const owed = owedBy(services).get(submission.obligation);
  const readable = owed === undefined ? undefined : readBackOf(owed, input.receipt);
  const state = readable === undefined ? 'accepted-unverified' : 'accepted';
  const now = clock.now();
  const { id, epoch, report } = submission;
  // The file that a person handed over: rendering is deterministic, so it is the same again.
  const artifact = report === null ? undefined : target?.instance.render(report);
  const changed = await store.write.changeSubmissions(
    [{ id, epoch, state, nextAt: now, receipt: input.receipt, reason: null, sentAt: now }],
    [
      {
        at: now,
        actor,
        act: acts.receiptEntered,
        subject: id,
        hash: artifact === undefined ? null : artifactHash(artifact),
        detail: {
          work: submission.work,
          slot: submission.slot,
          receipt: input.receipt,
          state,
          ...(await store.read.evidenceOf(id)),
        },
      },
    ],
  );
  if (changed.length === 0) {
    throw new CaudalError('transient', `${id} changed meanwhile; look at it again`, { sent: 'no' });
  }
  services.wake('comply');
  return { state };
};

/**
 * The notice that a regulator wants of an outage, as a draft for a person to complete and send. Without `works` it tells of every work
 * that is reported to the target.
 */
export const draftOutage = async (
  { domain, plugins }: Services,
  input: Omit<Outage, 'works'> & { readonly target: string; readonly works?: readonly string[] },
): Promise<Draft> => {
  const { target: name, works, ...outage } = input;
  const target = plugins.targets.get(name);
  if (target === undefined) throw new CaudalError('config', `there is no target ${name}`, { sent: 'no' });
  if (target.instance.draftOutage === undefined)
    throw new CaudalError('unsupported', `${target.profile.regulator} wants no notice of an outage`, { sent: 'no' });
  const own = [...domain.obligations.values()].filter((obligation) => obligation.target === name);
  return target.instance.draftOutage({ ...outage, works: works ?? [...new Set(own.map(({ work }) => work.code))] });
};
