import { type CaudalError, isCaudalError, type SecretReference, systemClock } from '@caudal/core';
import { leaks, textIn } from '../conformance/leaks.ts';
import { type FakeHost, fakeHost } from '../fakes/fake-host.ts';
import type { RecordedRequest } from '../faults/recorded-request.ts';
import type { RecordedCase } from './recorded-case.ts';
import type { AnyCase } from './case-schemas.ts';
import { type CaseServer, refuseLeftovers, startCaseServer, withoutServer, withServer } from './case-server.ts';
import type { CaseAnswer } from './every-case-format.ts';

/** What came out, by the keys of `expected.json`. Bytes stand where the folder names a file. */
export type Outcome = Record<string, unknown>;

/** Where one case runs. */
export interface CaseStage<C> {
  /** `case.json` with the server's address in it. */
  readonly given: C;
  readonly host: FakeHost;
  readonly server: CaseServer;
  file(this: void, name: string | undefined): Uint8Array;
  /** Filled while it runs, so that what came before a failure is compared too. */
  readonly outcome: Outcome;
  /** Told what a host would store or show, which must hold no secret. */
  keep(this: void, ...things: readonly unknown[]): void;
}

interface Common {
  readonly why: string;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly issued?: readonly string[];
  readonly answers?: readonly CaseAnswer[];
}

const errorOf = (error: CaudalError) => {
  const { kind, sent, scope, retryAfterMs, status } = error;
  return { kind, sent, scope, retryAfterMs, status };
};

const requestOf = ({ method, target, headers, body }: RecordedRequest) => ({
  request: `${method} ${target}`,
  headers,
  ...(body.length === 0 ? {} : { file: body }),
});

/** Runs a case at the instant `now`, UTC milliseconds, and gives what came out. */
export const runCase = async <C extends AnyCase>(
  { given, files }: RecordedCase<C>,
  now: number,
  act: (stage: CaseStage<C>) => Promise<void>,
): Promise<Outcome> => {
  const { answers = [], secrets = {}, issued = [] }: Common = given;
  await using server = await startCaseServer(answers, files);
  const host = fakeHost({ clock: { ...systemClock, now: () => now }, secrets });
  const outcome: Outcome = {};
  const kept: unknown[] = [];
  const stage: CaseStage<C> = {
    given: withServer(given, server.url),
    host,
    server,
    file: (name) => (name === undefined ? new Uint8Array() : (files.get(name) ?? new Uint8Array())),
    outcome,
    keep: (...things) => {
      kept.push(...things);
    },
  };
  try {
    await act(stage);
  } catch (thrown) {
    if (!isCaudalError(thrown)) throw thrown;
    kept.push(thrown);
    outcome['error'] = errorOf(thrown);
    outcome['message'] = thrown.message;
  }
  refuseLeftovers(server, answers);
  outcome['requests'] = server.requests.map(requestOf);
  const named = { ...secrets, ...Object.fromEntries(issued.map((secret, index) => [`issued ${index + 1}`, secret])) };
  const leaked = leaks(`${textIn(kept)}\n${host.logs}`, named);
  if (leaked.length > 0) throw new Error(`secrets in what is kept or logged: ${leaked.join(', ')}`);
  return withoutServer(outcome, server.url);
};

/** A reference out of a case folder, whose form its schema has checked. */
export const asReference = (text: string): SecretReference => text as SecretReference;
