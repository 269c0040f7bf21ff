import { type Fault, isFault } from '../faults.ts';

/**
 * How a POST of a record is treated.
 *
 * | behaviour | stored | answer |
 * |---|---|---|
 * | `normal` | if valid | by the contract |
 * | `no-receipt` | if valid | success without a receipt |
 * | `store-wrong` | with a point less in its numbers | success |
 * | `error-in-200` | no | HTTP 200 with an error in the body |
 * | `other-key` | if valid | success, for a record of another instant |
 * | any {@link Fault} | as the fault says | as the fault says |
 */
export type RecordBehaviour = 'normal' | 'no-receipt' | 'store-wrong' | 'error-in-200' | 'other-key' | Fault;

/** How a question is treated. */
export type QuestionBehaviour = 'normal' | Fault;

const records: ReadonlySet<string> = new Set(['normal', 'no-receipt', 'store-wrong', 'error-in-200', 'other-key']);

export const isRecordBehaviour = (name: string): name is RecordBehaviour => records.has(name) || isFault(name);
export const isQuestionBehaviour = (name: string): name is QuestionBehaviour => name === 'normal' || isFault(name);
