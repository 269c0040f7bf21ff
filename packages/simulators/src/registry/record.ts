import { isDecimal } from '@caudal/core';
import type { Received } from '../loopback.ts';

/** What one POST says. */
export interface GivenRecord {
  readonly work: string;
  /** `2026-01-01T00:00:00Z`: whole seconds of UTC. */
  readonly instant: string;
  /** Decimal text by parameter. */
  readonly values: Readonly<Record<string, string>>;
}

const instantForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

const objectIn = (body: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const found = JSON.parse(body) as unknown;
    return typeof found === 'object' && found !== null && !Array.isArray(found)
      ? (found as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
};

/** The record in a request, or in one sentence what breaks the form. */
export const readRecord = ({ headers, body }: Received): GivenRecord | string => {
  if (headers['content-type']?.split(';', 1)[0] !== 'application/json')
    return 'the content type is not application/json';
  const found = objectIn(body);
  if (found === undefined) return 'the body is no JSON object';
  if (Object.keys(found).toSorted().join() !== 'instant,values,work') return 'a record is {work, instant, values}';
  const { work, instant, values } = found;
  if (typeof work !== 'string' || work === '') return 'work is no text';
  if (typeof instant !== 'string' || !instantForm.test(instant) || Number.isNaN(Date.parse(instant)))
    return 'instant is not of the form 2026-01-01T00:00:00Z';
  if (typeof values !== 'object' || values === null || Object.keys(values).length === 0) return 'there are no values';
  for (const [name, value] of Object.entries(values))
    if (typeof value !== 'string' || !isDecimal(value)) return `${name} is no decimal text`;
  return { work, instant, values: values as GivenRecord['values'] };
};

/** What makes two records the same. */
export const keyOf = ({ work, instant }: Pick<GivenRecord, 'work' | 'instant'>): string => `${work} ${instant}`;
