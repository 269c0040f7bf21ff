import { CaudalError } from '@caudal/core';
import { owedBy } from '../comply/expect.ts';
import { subjectsOf } from '../comply/pauses.ts';
import type { Services } from '../services.ts';

/** What sends can be stopped by. Without anything: all of them. */
export interface SendScope {
  readonly target?: string;
  /** The regulator's code. Needs `target`. */
  readonly work?: string;
  /** The reference of the informant's secret, as the work's settings have it: `env:PASSWORD`. Needs `target`. */
  readonly informant?: string;
}

const refuse = (why: string): never => {
  throw new CaudalError('config', why, { sent: 'no', scope: 'item' });
};

const scopeOf = ({ target, work, informant }: SendScope): string => {
  if (target === undefined)
    return work === undefined && informant === undefined
      ? 'all'
      : refuse('name the target of the work or informant too');
  if (work !== undefined && informant !== undefined) return refuse('name a work or an informant, not both');
  if (work !== undefined) return `work:${target}/${work}`;
  return informant === undefined ? `target:${target}` : `credential:${target}/${informant}`;
};

/** A switch of something that is not there would be believed to hold. */
const knownScopeOf = (services: Services, input: SendScope): string => {
  const scope = scopeOf(input);
  const known = scope === 'all' || [...owedBy(services).values()].some((owed) => subjectsOf(owed).includes(scope));
  return known ? scope : refuse(`nothing is owed by ${scope.replace(':', ' ')}`);
};

/**
 * Stops sends and read-backs until they are resumed, also over restarts. Values are still chosen, deadlines still run and are told of:
 * a switch silences nobody.
 */
export const pauseSends = async (
  services: Services,
  input: SendScope & { readonly because: string },
  actor: string,
): Promise<{ scope: string; changed: boolean }> => {
  const { store, clock } = services;
  const reason = input.because.trim();
  if (reason === '') refuse('say why: it is kept in the audit');
  const scope = knownScopeOf(services, input);
  const since = clock.now();
  const changed = await store.write.stopSends(
    { scope, since, actor, reason },
    { at: since, actor, act: `sends stopped: ${reason}`, subject: scope, hash: null },
  );
  return { scope, changed };
};

/** Lets them go again, by the rules: what waited is backlog. What is no longer owed can be resumed too. */
export const resumeSends = async (
  services: Services,
  input: SendScope & { readonly because?: string },
  actor: string,
): Promise<{ scope: string; changed: boolean }> => {
  const { store, clock } = services;
  const scope = scopeOf(input);
  const why = input.because === undefined ? '' : `: ${input.because}`;
  const changed = await store.write.resumeSends(scope, {
    at: clock.now(),
    actor,
    act: `sends resumed${why}`,
    subject: scope,
    hash: null,
  });
  if (changed) services.wake('comply');
  return { scope, changed };
};
