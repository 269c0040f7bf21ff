import { CaudalError } from '@caudal/core';
import type { Services } from '../services.ts';
import type { SubmissionState } from '../store/rows.ts';

/** What a person knows of a send that nobody answered. */
export interface Decision {
  readonly submission: string;
  /** `arrived`: the regulator has it. `send-again`: it has not, or a second record is the lesser evil. */
  readonly as: 'arrived' | 'send-again';
  readonly because: string;
}

const table = {
  arrived: { state: 'accepted-unverified', says: 'decided that it arrived' },
  'send-again': { state: 'retry', says: 'decided to send again' },
} as const;

/** Ends the waiting of an unknown send where no rule does. Audited with its reason. */
export const decideUnknown = async (
  services: Services,
  { submission: id, as, because }: Decision,
  actor: string,
): Promise<{ state: SubmissionState }> => {
  const { store, clock } = services;
  const refuse = (why: string): never => {
    throw new CaudalError('config', why, { sent: 'no', scope: 'item' });
  };
  const submission = await store.read.submission(id);
  if (submission === null) return refuse(`there is no submission ${id}`);
  if (submission.state !== 'unknown') return refuse(`${id} is ${submission.state}, not unknown`);
  if (!Object.hasOwn(table, as)) return refuse('decide arrived or send-again');
  if (because.trim() === '') return refuse('say why: it is kept in the audit');
  const { state, says } = table[as];
  const now = clock.now();
  const reason = `${says}: ${because}`;
  const changed = await store.write.changeSubmissions(
    [{ id, epoch: submission.epoch, state, nextAt: now, reason }],
    [{ at: now, actor, act: reason, subject: id, hash: null, detail: { state } }],
  );
  if (changed.length === 0)
    throw new CaudalError('transient', `${id} changed meanwhile; look at it again`, { sent: 'no' });
  services.wake('comply');
  return { state };
};
