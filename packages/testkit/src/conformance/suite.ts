import type { Kind } from '@caudal/core';
import { type Check, isSkipped } from './check.ts';

/** A check with everything it needs. */
export interface BoundCheck extends Omit<Check<unknown>, 'run'> {
  run(this: void): Promise<void>;
}

/** The checks of one kind, bound to one plugin: what `providerConformance` and its siblings return. */
export interface Suite {
  readonly kind: Kind | 'package';
  readonly plugin: { readonly id: string; readonly version: string };
  readonly checks: readonly BoundCheck[];
}

export interface CheckResult {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  /** What did not hold, or why the check does not apply. */
  readonly reason?: string;
}

/** The result of a whole suite; plain JSON. */
export interface Report {
  /** Of this JSON; it grows by optional keys and changes with the number. */
  readonly format: 1;
  readonly kind: Suite['kind'];
  readonly plugin: { readonly id: string; readonly version: string };
  readonly summary: { readonly passed: number; readonly failed: number; readonly skipped: number };
  readonly checks: readonly CheckResult[];
}

/**
 * Binds checks to what they need to know. `skips` are reasons by check id, for what a plugin can not do and has no capability to
 * say so; an id that is not among the checks is an error, so that no skip outlives its check.
 */
export const suiteOf = <C>(
  identity: Pick<Suite, 'kind' | 'plugin'>,
  checks: readonly Check<C>[],
  context: C,
  skips: Readonly<Record<string, string>> = {},
): Suite => {
  const unknown = Object.keys(skips).filter((id) => !checks.some((check) => check.id === id));
  if (unknown.length > 0) throw new Error(`no check of this kind has the id ${unknown.join(', ')}`);
  return {
    ...identity,
    checks: checks.map(({ id, title, why, run }) => ({
      id,
      title,
      why,
      run: async () => {
        const reason = skips[id];
        // oxlint-disable-next-line typescript/only-throw-error -- see skip
        if (reason !== undefined) throw { skipped: reason };
        await run(context);
      },
    })),
  };
};

const withinLimit = async (check: BoundCheck, limitMs: number) => {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`did not end within ${limitMs} ms`)), limitMs);
  });
  try {
    await Promise.race([check.run(), limit]);
  } finally {
    clearTimeout(timer);
  }
};

/** Runs every check without a test runner. A check that does not end within `limitMs` of real time (default 30 000) has failed. */
export const runConformance = async (suite: Suite, options: { readonly limitMs?: number } = {}): Promise<Report> => {
  const checks: CheckResult[] = [];
  for (const check of suite.checks) {
    const { id, title, why } = check;
    try {
      await withinLimit(check, options.limitMs ?? 30_000);
      checks.push({ id, title, why, status: 'passed' });
    } catch (thrown) {
      if (isSkipped(thrown)) checks.push({ id, title, why, status: 'skipped', reason: thrown.skipped });
      else
        checks.push({
          id,
          title,
          why,
          status: 'failed',
          reason: thrown instanceof Error ? thrown.message : String(thrown),
        });
    }
  }
  const count = (status: CheckResult['status']) => checks.filter((check) => check.status === status).length;
  const summary = { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
  return { format: 1, kind: suite.kind, plugin: suite.plugin, summary, checks };
};

/** The parts of a test runner that the suites use; those of vitest, node:test, mocha and jest fit. */
export interface Runner {
  describe(name: string, body: () => void): unknown;
  test(name: string, body: (context: unknown) => Promise<void>): unknown;
  /** Where skips are printed. Default: `console.log`. */
  print?(this: void, line: string): void;
}

const printed = (line: string) => {
  // oxlint-disable-next-line no-console -- people must see what was skipped
  console.log(line);
};

/**
 * Makes every check of the suite a test of `runner`. A skipped check is printed with its reason, and skipped in the runner too
 * where its test context has a `skip` function.
 *
 * @example registerConformance(providerConformance({ … }), { describe, test })
 */
export const registerConformance = (suite: Suite, runner: Runner): void => {
  runner.describe(`${suite.plugin.id} ${suite.kind} conformance`, () => {
    for (const check of suite.checks) {
      runner.test(`${check.id} ${check.title}`, async (context) => {
        try {
          await check.run();
        } catch (thrown) {
          if (!isSkipped(thrown)) throw thrown;
          (runner.print ?? printed)(`skipped ${suite.plugin.id} ${check.id} ${check.title}: ${thrown.skipped}`);
          (context as { skip?: (reason: string) => void } | undefined)?.skip?.(thrown.skipped);
        }
      });
    }
  });
};
