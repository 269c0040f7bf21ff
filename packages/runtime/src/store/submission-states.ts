/** The source design's five words for a submission, which status and trace show beside ours. */
export type DesignStatus = 'PENDING' | 'SENT' | 'CONFIRMED' | 'REJECTED' | 'ERROR';

interface StateRow {
  /** Whether something is still to be done. */
  readonly open: boolean;
  /** In the source design's words; `sentAt` and `confirmedAt` are its `sent_at` and `confirmed_at`. */
  readonly design: DesignStatus;
  /** The same once `confirmedAt` is set, where that changes it. */
  readonly confirmed?: DesignStatus;
  /** The states that may follow. Itself, where a later look may leave it as it is. Anything else is a bug, and throws. */
  readonly next: readonly string[];
}

/** What a slot may become when its value is taken, or is looked for once more. */
const taken = ['held', 'missing', 'due', 'manual', 'quarantined', 'failed-reported', 'elsewhere'] as const;

/** What was sent once, and a question by natural key found at the regulator. */
const foundThere = ['confirmed', 'conflict'] as const;

/**
 * Where a submission can stand, and the only ways on. `sending` is entered by opening an attempt and left by closing it, by nothing else.
 *
 * | state | meaning |
 * |---|---|
 * | `expected` | the slot is owed; its value is not chosen yet |
 * | `held` | a flag holds it until `nextAt` |
 * | `missing` | no value came so far; late data may still fill it until the maximum lag |
 * | `due` | value chosen, may be sent from `nextAt` on |
 * | `sending` | an attempt is on disk and its socket may be open |
 * | `unknown` | sent perhaps, not answered; repeated when the resend rule allows it, or decided by a person |
 * | `retry` | answered with an error; repeated when the resend rule allows it |
 * | `accepted` | taken; the receipt is not read back yet |
 * | `received` | the regulator has the key already; to be read back and compared |
 * | `quarantined` | refused until the configuration changes |
 * | `manual` | rendered for a person to hand over; its receipt is to be entered |
 * | `confirmed` | read back and equal |
 * | `accepted-unverified` | taken without a receipt, or by a regulator without read-back; never sent again |
 * | `conflict` | the regulator holds other values; a person decides |
 * | `rejected` | refused for good |
 * | `failed-reported` | past the maximum lag; people have the text of the report of the failure |
 * | `shadowed` | everything was done but the sending, as the configuration wants it |
 * | `elsewhere` | another system's: before the cutover, or with a receipt that was imported; never sent from here |
 */
export const submissionTable = {
  // It may have to wait for its devices.
  expected: { open: true, design: 'PENDING', next: ['expected', ...taken] },
  held: { open: true, design: 'PENDING', next: taken },
  due: {
    open: true,
    design: 'PENDING',
    next: ['sending', 'quarantined', 'failed-reported', 'elsewhere'],
  },
  sending: {
    open: true,
    design: 'SENT',
    next: [
      'accepted',
      'accepted-unverified',
      'received',
      'rejected',
      'quarantined',
      'retry',
      'unknown',
      // It never left this machine.
      'due',
      'shadowed',
    ],
  },
  unknown: {
    open: true,
    design: 'SENT',
    // A person may decide: send again, or the regulator has it.
    next: ['unknown', 'sending', 'quarantined', 'retry', 'accepted-unverified', 'elsewhere', ...foundThere],
  },
  retry: { open: true, design: 'ERROR', next: ['retry', 'sending', 'quarantined', 'elsewhere', ...foundThere] },
  accepted: { open: true, design: 'SENT', next: ['accepted', 'confirmed', 'conflict'] },
  received: { open: true, design: 'SENT', next: ['received', 'confirmed', 'conflict'] },
  quarantined: { open: true, design: 'ERROR', next: ['expected', 'due', 'failed-reported', 'elsewhere'] },
  manual: {
    open: true,
    design: 'PENDING',
    next: ['accepted', 'accepted-unverified', 'failed-reported', 'elsewhere'],
  },
  missing: { open: true, design: 'PENDING', next: taken },
  confirmed: { open: false, design: 'CONFIRMED', next: [] },
  'accepted-unverified': { open: false, design: 'SENT', confirmed: 'CONFIRMED', next: [] },
  conflict: { open: false, design: 'ERROR', next: [] },
  // A person may requeue it after the cause is gone.
  rejected: { open: false, design: 'REJECTED', next: ['due'] },
  'failed-reported': { open: false, design: 'ERROR', next: [] },
  shadowed: { open: false, design: 'PENDING', next: [] },
  elsewhere: { open: false, design: 'PENDING', confirmed: 'CONFIRMED', next: ['elsewhere'] },
} as const satisfies Readonly<Record<string, StateRow>>;

export type SubmissionState = keyof typeof submissionTable;

export const submissionStates = Object.keys(submissionTable) as readonly SubmissionState[];

const row = (state: SubmissionState): StateRow => submissionTable[state];

/** Whether something is still to be done for it. */
export const isOpen = (state: SubmissionState): boolean => row(state).open;

/** The regulator has it, as far as is known: what it holds is corrected by people, never by sending again. */
const arrivedStates = [
  'accepted',
  'received',
  'confirmed',
  'accepted-unverified',
  'conflict',
] as const satisfies readonly (keyof typeof submissionTable)[];

export const hasArrived = (state: SubmissionState): boolean =>
  (arrivedStates as readonly SubmissionState[]).includes(state);

/** Whether one state may follow another. */
export const mayBecome = (from: SubmissionState, to: SubmissionState): boolean => row(from).next.includes(to);

/** A submission's state in the source design's words. */
export const designStatusOf = (submission: {
  readonly state: SubmissionState;
  readonly confirmedAt: number | null;
}): DesignStatus => {
  const { design, confirmed = design } = row(submission.state);
  return submission.confirmedAt === null ? design : confirmed;
};

/** Open ones that have not reached the regulator as far as is known: deadlines are watched over these. */
export const unsent: readonly SubmissionState[] = submissionStates.filter(
  (state) => isOpen(state) && state !== 'accepted' && state !== 'received',
);
