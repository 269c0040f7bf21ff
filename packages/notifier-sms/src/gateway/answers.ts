import type { HttpResponse } from '@caudal/http';
import type { Condition } from './config.ts';
import { textAt } from './pointer.ts';

/** An answer of a gateway as its rules see it. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Undefined when it is no JSON. */
  readonly json: unknown;
}

export const answerOf = ({ status, body }: HttpResponse): Answer => {
  const text = Buffer.from(body).toString('utf8').trim();
  try {
    return { status, text, json: JSON.parse(text) };
  } catch {
    return { status, text, json: undefined };
  }
};

/** What a condition looks at. */
export const looked = (answer: Answer, at: string | undefined): string | undefined =>
  at === undefined ? answer.text : textAt(answer.json, at);

/** Whether every part of a condition holds. One that only names a place holds when something is there. */
export const holds = ({ status, at, equals, match }: Condition, answer: Answer): boolean => {
  if (status !== undefined && status !== answer.status) return false;
  if (at === undefined && equals === undefined && match === undefined) return true;
  const value = looked(answer, at);
  if (value === undefined) return false;
  return (equals?.includes(value) ?? true) && (match === undefined || new RegExp(match, 'u').test(value));
};
