import { CaudalError, type ErrorKind, type ErrorScope, isJsonObject, spellingOf, SpelledNumber } from '@caudal/core';
import type { Http, HttpResponse } from '@caudal/http';
import type { Condition, ErrorRule } from './config/errors.ts';
import { compilePath, type Place } from './path.ts';
import { type At, refuse } from './refuse.ts';

/** A body as conditions see it: parsed where it is JSON, and as text. */
export interface Seen {
  readonly root: unknown;
  readonly text: () => string;
}

export type Holds = (seen: Seen) => boolean;

/** A regular expression of the configuration. @throws CaudalError kind `config` that names the place */
const compileExpression = (source: string, at: At): RegExp => {
  try {
    return new RegExp(source, 'iu');
  } catch {
    return refuse(at, `"${source}" is no regular expression`);
  }
};

/** Texts are searched no further than this: a regular expression over megabytes could hold the process. */
const searched = 10_000;

const placeOf = (root: unknown): Place => ({ item: root, root, headers: {}, device: undefined, variable: undefined });

const compileCondition = (condition: Condition, at: At): Holds => {
  if ('text' in condition) {
    const expression = compileExpression(condition.text, `${at}/text`);
    return ({ text }) => expression.test(text().slice(0, searched));
  }
  const find = compilePath(condition.path, `${at}/path`);
  if ('exists' in condition) {
    return ({ root }) => {
      const found = find(placeOf(root));
      return (found !== undefined && found !== null) === condition.exists;
    };
  }
  if ('matches' in condition) {
    const expression = compileExpression(condition.matches, `${at}/matches`);
    return ({ root }) => {
      const found = find(placeOf(root));
      return found !== undefined && expression.test(spellingOf(found).slice(0, searched));
    };
  }
  const { equals } = condition;
  if (typeof equals === 'object' && equals !== null)
    return refuse(`${at}/equals`, 'must be text, a number, true, false or null');
  return ({ root }) => {
    const found = find(placeOf(root));
    return (found instanceof SpelledNumber ? found.value : found) === equals;
  };
};

/** All conditions hold; none is no restriction. */
export const compileConditions = (conditions: readonly Condition[], at: At): Holds => {
  const all = conditions.map((condition, index) => compileCondition(condition, `${at}/${index}`));
  return (seen) => all.every((holds) => holds(seen));
};

const factor = { s: 1000, ms: 1 } as const;

/** No vendor means a longer wait. */
const longestWait = 31 * 86_400_000;

const compileWait = (wait: ErrorRule['wait'], at: At) => {
  if (wait === undefined) return () => undefined;
  const read = (text: string | undefined) => {
    const number = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
    return Number.isFinite(number) && number >= 0
      ? Math.min(Math.ceil(number * factor[wait.unit]), longestWait)
      : undefined;
  };
  if ('header' in wait) {
    const name = wait.header.toLowerCase();
    return (_text: string, headers: Readonly<Record<string, string>>) => read(headers[name]);
  }
  const expression = compileExpression(wait.text, `${at}/text`);
  return (text: string) => read(expression.exec(text.slice(0, searched))?.[1]);
};

const scopes: Partial<Record<ErrorKind, ErrorScope>> = {
  'rate-limit': 'instance',
  quota: 'instance',
  transient: 'instance',
  timeout: 'instance',
};

interface Rule {
  readonly given: ErrorRule;
  readonly says: string;
  readonly fits: (status: number | undefined, seen: Seen) => boolean;
  readonly wait: (text: string, headers: Readonly<Record<string, string>>) => number | undefined;
}

/** What an answer is besides data. */
export interface ErrorRules {
  /** The error of an answer of HTTP; `no-data` where the vendor says so with an error; undefined for data. */
  judge(http: Http, response: HttpResponse, seen: Seen): CaudalError | 'no-data' | undefined;
  /** The same for a message over a WebSocket. */
  judgeMessage(seen: Seen): CaudalError | undefined;
  /** Whether a stored body is a refusal and no data. */
  isRefusal(seen: Seen): boolean;
  /** Headers that a rule reads. */
  readonly headers: readonly string[];
}

/** @throws CaudalError kind `config` that names the place */
export const compileErrorRules = (rules: readonly ErrorRule[], at: At): ErrorRules => {
  const compiled = rules.map((given, index): Rule => {
    const place = `${at}/${index}`;
    if (given.status === undefined && (given.when ?? []).length === 0)
      refuse(place, 'a rule needs a status or a condition; without one it fits every answer');
    const holds = compileConditions(given.when ?? [], `${place}/when`);
    return {
      given,
      says: given.says ?? 'see the detail',
      fits: (status, seen) =>
        (given.status === undefined || (status !== undefined && given.status.includes(status))) && holds(seen),
      wait: compileWait(given.wait, `${place}/wait`),
    };
  });
  const errorOf = (
    { given, says, wait }: Rule,
    kind: ErrorKind,
    seen: Seen,
    response?: HttpResponse,
    common?: CaudalError,
  ) => {
    const retryAfterMs = wait(seen.text(), response?.headers ?? {}) ?? common?.retryAfterMs;
    const credential = response?.credential;
    const scope =
      given.scope ?? (kind === 'auth' && credential !== undefined ? 'credential' : (scopes[kind] ?? 'device'));
    return new CaudalError(kind, `the vendor refused the request: ${says}`, {
      scope,
      ...(response === undefined ? {} : { status: response.status }),
      ...(common?.detail === undefined ? {} : { detail: common.detail }),
      ...(credential === undefined ? {} : { credential }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  };
  return {
    headers: rules.flatMap(({ wait }) => (wait !== undefined && 'header' in wait ? [wait.header] : [])),
    judge(http, response, seen) {
      const rule = compiled.find(({ fits }) => fits(response.status, seen));
      if (rule?.given.means === 'no-data') return 'no-data';
      if (rule !== undefined) return errorOf(rule, rule.given.means, seen, response, http.failure(response));
      return response.status >= 200 && response.status <= 299 ? undefined : http.failure(response);
    },
    judgeMessage(seen) {
      const rule = compiled.find(({ given, fits }) => given.status === undefined && fits(undefined, seen));
      return rule === undefined || rule.given.means === 'no-data' ? undefined : errorOf(rule, rule.given.means, seen);
    },
    isRefusal: (seen) =>
      isJsonObject(seen.root) &&
      compiled.some(
        ({ given, fits }) => given.status === undefined && given.means !== 'no-data' && fits(undefined, seen),
      ),
  };
};
