import type { CaudalError, Clock } from '@caudal/core';
import { secretsIn } from '../config/secret-references.ts';
import { createPauseTable } from '../schedule/pauses.ts';
import type { Owed } from './expect.ts';

/** Which sends of a target are left alone, and until when: one refused password never stops another informant's works. */
export interface SendPauses {
  /** Until when the obligation has to wait; 0 when it may send. */
  until(owed: Owed): number;
  /** Answers what is paused, as the subject of an alert; undefined when the failure concerns its one submission. */
  failed(owed: Owed, error: CaudalError): string | undefined;
  /** The regulator answered: nothing that the obligation touches is paused any more. Answers the subjects that were. */
  worked(owed: Owed): readonly string[];
}

const ofTarget = ({ target }: Owed) => `target:${target.name}`;
const ofWork = ({ target, obligation }: Owed) => `work:${target.name}/${obligation.work.code}`;
const ofCredential = ({ target }: Owed, reference: string) => `credential:${target.name}/${reference}`;

/** What an obligation's sends can be stopped by: its target, its work, its informant's secrets. */
export const subjectsOf = (owed: Owed): string[] => [
  ofTarget(owed),
  ofWork(owed),
  ...secretsIn(owed.target.definition.work, owed.obligation.work.settings).map(({ text }) => ofCredential(owed, text)),
];

const subjectOf = (owed: Owed, error: CaudalError): string | undefined => {
  if (error.scope === 'item') return undefined;
  if (error.scope === 'instance') return ofTarget(owed);
  return error.scope === 'credential' && error.credential !== undefined
    ? ofCredential(owed, error.credential)
    : ofWork(owed);
};

/** @param random in [0, 1): spreads repeats by up to a fifth */
export const createSendPauses = (clock: Clock, random: () => number): SendPauses => {
  const table = createPauseTable(clock, random);
  return {
    until: (owed) => table.until(subjectsOf(owed)),
    failed(owed, error) {
      const subject = subjectOf(owed, error);
      // Sends that were under way together fail together: that is one failure.
      if (subject !== undefined && table.until([subject]) <= clock.now()) table.failed(subject, error);
      return subject;
    },
    worked: (owed) => table.worked(subjectsOf(owed)),
  };
};
