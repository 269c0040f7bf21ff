import type { Problem } from './generated/schemas.ts';

/** What the runtime refused, as it says it (RFC 9457), or what stood in the way of asking. */
export class ApiProblem extends Error {
  readonly status: number;
  /** What its kind says, in English; the message says more. */
  readonly title: string;
  /** `urn:caudal:problem:` and the kind. */
  readonly type: string;
  readonly issues: NonNullable<Problem['issues']>;
  /** Milliseconds to wait before the next try, where the runtime says so. */
  readonly retryAfterMs: number | undefined;

  constructor(problem: Problem, retryAfterMs?: number) {
    super(problem.detail);
    this.name = 'ApiProblem';
    this.status = problem.status;
    this.title = problem.title;
    this.type = problem.type;
    this.issues = problem.issues ?? [];
    this.retryAfterMs = retryAfterMs;
  }
}

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'type' in value && 'status' in value && 'detail' in value;

/** The problem of an answer; one that is none, such as a proxy's page, is told by its status. */
export const problemOf = async (answer: Response): Promise<ApiProblem> => {
  const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : undefined;
  const body: unknown = await answer.json().catch(() => null);
  return new ApiProblem(
    isProblem(body)
      ? body
      : {
          type: 'about:blank',
          title: answer.statusText,
          status: answer.status,
          detail: `the server answered ${answer.status}`,
          instance: '',
        },
    retryAfterMs,
  );
};
