import { isCaudalError, type Said } from '@caudal/core';
import { KeptRefusal } from '../kept/index.ts';
import { saidOf } from '../config/mistake.ts';
import { type ChangedPlaces, mistakePlace } from './mistake-places.ts';

/** One thing that is wrong with a request, and where: `/body/name`, `/query/limit`. Without a code it has a plugin's own words. */
export interface RequestIssue extends Said {
  readonly path: string;
}

/** Every kind of problem the API answers with; `type` is `urn:caudal:problem:` and the name. RFC 9457. */
export const problems = {
  'bad-request': { status: 400, title: 'The request can not be read' },
  invalid: { status: 400, title: 'The request does not fit its schema' },
  unauthenticated: { status: 401, title: 'Log in, or send a key' },
  forbidden: { status: 403, title: 'You may not do this' },
  'not-found': { status: 404, title: 'There is no such thing, or it is not yours to see' },
  conflict: { status: 409, title: 'It stands otherwise by now' },
  changed: { status: 412, title: 'Somebody changed it meanwhile' },
  'too-large': { status: 413, title: 'The request is too large' },
  'media-type': { status: 415, title: 'Bodies are application/json' },
  refused: { status: 422, title: 'What was asked can not be done' },
  'no-version': { status: 428, title: 'Say which version you change: If-Match' },
  'rate-limit': { status: 429, title: 'Too many requests: wait' },
  bug: { status: 500, title: 'Something broke here' },
  unavailable: { status: 503, title: 'Not at the moment: try again' },
} as const;

export type ProblemName = keyof typeof problems;

export const problemType = (name: ProblemName): string => `urn:caudal:problem:${name}`;

/** A request that is answered with a problem. */
export class Refusal extends Error {
  readonly problem: ProblemName;
  readonly headers: Readonly<Record<string, string>>;
  readonly issues: readonly RequestIssue[];

  constructor(
    problem: ProblemName,
    detail: string,
    options: { readonly headers?: Readonly<Record<string, string>>; readonly issues?: readonly RequestIssue[] } = {},
  ) {
    super(detail);
    this.problem = problem;
    this.headers = options.headers ?? {};
    this.issues = options.issues ?? [];
  }
}

export const notFound = (what: string): Refusal => new Refusal('not-found', `there is no ${what}`);

/** What goes wrong inside, by the kind of the error. */
const byKind: Readonly<Partial<Record<string, ProblemName>>> = {
  config: 'refused',
  auth: 'unauthenticated',
  'rate-limit': 'rate-limit',
  quota: 'unavailable',
  transient: 'unavailable',
  timeout: 'unavailable',
  'invalid-data': 'refused',
  rejected: 'refused',
  unsupported: 'refused',
};

/** Why a change of kept data is refused. */
const byReason: Readonly<Record<KeptRefusal['refusal'], ProblemName>> = {
  'not-found': 'not-found',
  conflict: 'changed',
  'read-only': 'conflict',
  invalid: 'refused',
  referred: 'conflict',
};

/** What Fastify and its plugins refuse by themselves. */
const byStatus: Readonly<Partial<Record<number, ProblemName>>> = {
  400: 'bad-request',
  404: 'not-found',
  413: 'too-large',
  414: 'bad-request',
  415: 'media-type',
  429: 'rate-limit',
  431: 'bad-request',
  503: 'unavailable',
};

/**
 * Any error as a refusal; undefined for a fault of ours, whose words nobody outside needs.
 *
 * @param places of what the request changes, so that its mistakes are named where they stand in it
 */
export const refusalOf = (thrown: unknown, places: ChangedPlaces = new Map()): Refusal | undefined => {
  if (thrown instanceof Refusal) return thrown;
  if (thrown instanceof KeptRefusal)
    return new Refusal(byReason[thrown.refusal], thrown.message, {
      issues: thrown.mistakes
        .map((mistake) => ({ path: mistakePlace(mistake, places), ...saidOf(mistake) }))
        .slice(0, 20),
    });
  if (isCaudalError(thrown)) {
    const problem = byKind[thrown.kind];
    if (problem === undefined) return undefined;
    const { retryAfterMs } = thrown;
    const headers =
      retryAfterMs === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) };
    return new Refusal(problem, thrown.message, { headers });
  }
  const { statusCode, message } = thrown as { statusCode?: number; message?: string };
  const problem = statusCode === undefined ? undefined : byStatus[statusCode];
  return problem === undefined ? undefined : new Refusal(problem, message ?? '');
};
