import { caseLines } from './case-text.ts';
import type { Outcome } from './case-run.ts';
import { differences } from './differences.ts';

type Expected = Readonly<Record<string, unknown>>;

interface Settled {
  /** The outcome as `expected.json` would say it. */
  readonly outcome: Expected;
  /** Files of bytes that the outcome has, by the name that `expected.json` gives them or would. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Text of the expectation where it stands in what came, so that a part of a sentence will do. */
const partOf = (came: unknown, wanted: unknown) =>
  typeof came === 'string' && typeof wanted === 'string' && came.includes(wanted) ? wanted : came;

/** Only what the expectation names. */
const named = (came: unknown, wanted: unknown): unknown => {
  if (!isObject(came) || !isObject(wanted)) return came;
  return Object.fromEntries(
    Object.keys(wanted)
      .filter((key) => came[key] !== undefined)
      .map((key) => [key, came[key]]),
  );
};

const request = (came: unknown, wanted: unknown): unknown => {
  if (!isObject(came)) return came;
  if (wanted === undefined && came['file'] !== undefined) return { request: came['request'], file: came['file'] };
  if (!isObject(wanted)) return came['request'];
  const headers = wanted['headers'] === undefined ? undefined : named(came['headers'], wanted['headers']);
  return {
    request: came['request'],
    ...(headers === undefined ? {} : { headers }),
    ...('file' in wanted && came['file'] !== undefined ? { file: came['file'] } : {}),
  };
};

const each = (one: (came: unknown, wanted: unknown) => unknown) => (came: unknown, wanted: unknown) =>
  Array.isArray(came) ? came.map((item, index) => one(item, Array.isArray(wanted) ? wanted[index] : undefined)) : came;

/** As {@link named}, and of its sentences a part will do. */
const gently = (came: unknown, wanted: unknown): unknown => {
  const some = named(came, wanted);
  if (!isObject(some) || !isObject(wanted)) return some;
  const sentences = ['message', 'reason'].filter((key) => key in some);
  return { ...some, ...Object.fromEntries(sentences.map((key) => [key, partOf(some[key], wanted[key])])) };
};

/** How each key is compared; keys without an entry must be equal. */
const rules: Readonly<Record<string, (came: unknown, wanted: unknown) => unknown>> = {
  problems: each(partOf),
  message: partOf,
  error: named,
  response: named,
  requests: each(request),
  issues: each(gently),
  confirmation: gently,
  outcomes: (came, wanted) =>
    isObject(came) && isObject(wanted)
      ? Object.fromEntries(Object.entries(came).map(([id, outcome]) => [id, gently(outcome, wanted[id])]))
      : came,
};

/** Said by an outcome and compared only where the expectation names it; an artifact, where it was sent too. */
const isOptional = (key: string, came: Outcome) =>
  key === 'requests' || key === 'message' || (key === 'artifact' && came['outcomes'] !== undefined);

const isNothing = (value: unknown) => value === false || (Array.isArray(value) && value.length === 0);

/** The name of a file for bytes nobody has named yet. */
const newName = (path: string) => `${path.replaceAll(/[^\w]+/g, '-').replace(/^-/, '')}.txt`;

/** Puts names in the place of bytes: that of the expectation, whatever its content. */
const namesForBytes = (value: unknown, wanted: unknown, path: string, files: Map<string, Uint8Array>): unknown => {
  if (value instanceof Uint8Array) {
    const name = typeof wanted === 'string' ? wanted : newName(path);
    files.set(name, value);
    return name;
  }
  if (Array.isArray(value)) {
    return value.map((item, index) =>
      namesForBytes(item, Array.isArray(wanted) ? wanted[index] : undefined, `${path}-${index + 1}`, files),
    );
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      namesForBytes(item, isObject(wanted) ? wanted[key] : undefined, key === 'file' ? path : `${path}-${key}`, files),
    ]),
  );
};

/** The outcome in the terms of an expectation; without one, everything that an author would write down. */
export const settledOutcome = (came: Outcome, expected: Expected | undefined): Settled => {
  const failed = came['error'] !== undefined;
  const entries = Object.entries(came).flatMap(([key, value]): [string, unknown][] => {
    const wanted = expected?.[key];
    const unnamed = expected !== undefined && wanted === undefined;
    if (value === undefined || (unnamed && (isOptional(key, came) || isNothing(value)))) return [];
    if (expected === undefined && ((isNothing(value) && key !== 'readings') || (failed && key === 'message')))
      return [];
    return [[key, (rules[key] ?? ((same: unknown) => same))(value, wanted)]];
  });
  const files = new Map<string, Uint8Array>();
  const outcome = namesForBytes(Object.fromEntries(entries), expected ?? {}, '', files);
  return { outcome: outcome as Expected, files };
};

const firstDifference = (one: Uint8Array, other: Uint8Array): number => {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at += 1) if (one[at] !== other[at]) return at;
  return length;
};

const excerpt = (bytes: Uint8Array, at: number) =>
  JSON.stringify(
    Buffer.from(bytes)
      .subarray(Math.max(0, at - 20), at + 40)
      .toString('utf8'),
  );

/** What differs between an outcome and its expectation, for a person; empty when nothing does. */
export const mismatches = (
  came: Outcome,
  expected: Expected,
  files: ReadonlyMap<string, Uint8Array>,
): readonly string[] => {
  const settled = settledOutcome(came, expected);
  const lines = differences(caseLines(expected), caseLines(settled.outcome));
  const bodies = [...settled.files].flatMap(([name, bytes]) => {
    const wanted = files.get(name);
    if (wanted === undefined || Buffer.compare(wanted, bytes) === 0) return [];
    const at = firstDifference(wanted, bytes);
    return [`${name} differs from byte ${at} on:`, `- ${excerpt(wanted, at)}`, `+ ${excerpt(bytes, at)}`];
  });
  return [...lines, ...bodies];
};
