import type { Json } from '@caudal/core';

/**
 * Why what the regulator holds is not what it should hold.
 *
 * | cause | meaning |
 * |---|---|
 * | `late-data` | a reading nearer to the slot arrived after its value was taken |
 * | `after-lag` | the slot ended without a value, past the maximum lag, and a reading came |
 * | `other-reading` | another reading of the same instant has taken its place |
 * | `binding` | the binding is another one |
 * | `meter` | a meter or its calibration is another one |
 * | `rules` | rules judge the value otherwise |
 * | `decoded-anew` | the same record was read again and says something else |
 * | `correction` | a correction, which the obligation reports, is another one |
 * | `conflict` | the regulator was read, and holds something else |
 */
export const taskCauses = [
  'late-data',
  'after-lag',
  'other-reading',
  'binding',
  'meter',
  'rules',
  'decoded-anew',
  'correction',
  'conflict',
] as const;
export type TaskCause = (typeof taskCauses)[number];

export const taskStates = ['open', 'done', 'dismissed'] as const;
export type TaskState = (typeof taskStates)[number];

/** What can happen to a task, and the state that follows. */
export const taskActs = {
  opened: 'open',
  changed: 'open',
  reopened: 'open',
  done: 'done',
  dismissed: 'dismissed',
} as const satisfies Readonly<Record<string, TaskState>>;
export type TaskAct = keyof typeof taskActs;

interface Said {
  /** What the regulator holds, decimal text in its unit; null for nothing. */
  readonly held: string | null;
  /** What it should hold; null for nothing. */
  readonly value: string | null;
  readonly cause: TaskCause;
  /** What stands behind both: instants, raw records, versions. */
  readonly detail: Json | null;
  readonly actor: string;
  readonly reason: string | null;
  /** What the regulator gave for the correction: a ticket, a letter, a receipt. */
  readonly reference: string | null;
}

/** A correction that a person has to ask the regulator for: one per submission and member, ever. */
export interface TaskRow extends Said {
  readonly id: string;
  readonly submission: string;
  readonly obligation: string;
  readonly target: string;
  readonly work: string;
  readonly slot: number;
  /** The regulator's parameter. */
  readonly member: string;
  readonly state: TaskState;
  readonly openedAt: number;
  readonly changedAt: number;
  /** How many things happened to it: a writer that saw fewer is refused. */
  readonly steps: number;
}

/** One thing that happened to a task. */
export interface TaskStep extends Said {
  readonly task: string;
  /** From 1 on. */
  readonly step: number;
  readonly at: number;
  readonly act: TaskAct;
}

/** A step to be taken, with the task that it opens. Refused when the task has another number of steps before. */
export interface NewTaskStep extends TaskStep {
  readonly of: Pick<TaskRow, 'submission' | 'obligation' | 'target' | 'work' | 'slot' | 'member'>;
}

/** Something changed that may concern what was reported. */
export interface Recheck {
  readonly serial: number;
  /** Values, corrections: of a series in [from, to]. `arrived`: of one submission. */
  readonly about: 'values' | 'corrections' | 'arrived';
  readonly series: string | null;
  readonly from: number;
  readonly to: number;
  readonly submission: string | null;
}
