import { toCaudalError } from '@caudal/core';
import type { RuntimeConfig } from '../config/define.ts';
import { type Services, stageNames } from '../services.ts';
import type { Waker } from '../stage.ts';
import type { Claim, Claims } from '../store/claims.ts';
import { startFeeding } from './feeding.ts';
import { type Part, partsOf } from './roles.ts';
import { recoverPart, stagesOf } from './stages.ts';
import { beginTenure, type Tenure } from './tenure.ts';

export interface Tenures {
  /** Takes nothing more, lets what is under way end until `limit` is aborted, and gives back what is held. */
  end(limit: AbortSignal): Promise<void>;
}

/** The services as a part sees them that is done under a claim. */
const servicesUnder = (services: Services, claims: Claims, claim: Claim, onLost: () => void): Services =>
  Object.create(services, {
    store: { value: services.store.under(claim, onLost) },
    assertHeld: { value: () => claims.confirm(claim) },
  }) as Services;

/** All parts of this instance's roles, on a database that is its own. */
const doAll = (services: Services, waker: Waker, rules: RuntimeConfig['rules']): Tenures => {
  const tenures = partsOf(services.options.roles, services.plugins.outlets.size > 0).map((part) =>
    beginTenure(part, undefined, services, stagesOf[part](services, rules), waker),
  );
  return { end: async (limit) => void (await Promise.all(tenures.map((tenure) => tenure.end(limit)))) };
};

/**
 * Those parts whose claim this instance gets. What another one takes over stops here at once, whatever it has in its hands, and is waited for
 * again.
 */
const share = (services: Services, claims: Claims, waker: Waker, rules: RuntimeConfig['rules']): Tenures => {
  const { store, options, clock, parts } = services;
  const log = services.log.stream('system');
  const own = partsOf(options.roles, services.plugins.outlets.size > 0);
  /** What is renewed: what is being begun, done and ended. */
  const held = new Map<string, Claim>();
  const tenures = new Map<string, Tenure>();
  const beginnings = new Set<Promise<void>>();
  const over = new AbortController();

  const end = async (tenure: Tenure, limit: AbortSignal, giveTo?: string) => {
    await tenure.end(limit);
    try {
      if (tenure.claim !== undefined && !limit.aborted) await claims.give(tenure.claim, giveTo);
    } catch (thrown) {
      log.warn({ error: toCaudalError(thrown), part: tenure.part }, 'a claim could not be given back: it runs out');
    } finally {
      tenures.delete(tenure.part);
      held.delete(tenure.part);
    }
  };

  const lose = ({ role, epoch }: Claim) => {
    const tenure = tenures.get(role);
    if (held.get(role)?.epoch !== epoch || tenure?.ending === true) return;
    if (tenure === undefined) {
      // It was about to be begun, and finds out when it is.
      held.delete(role);
      return;
    }
    log.warn({ part: role, epoch }, `"${role}" is another instance's by now: this one stood still or was cut off`);
    services.metrics.add('caudal_parts_lost_total', { part: role });
    void end(tenure, AbortSignal.abort());
  };

  const begin = async (part: Part, claim: Claim) => {
    const under = servicesUnder(services, claims, claim, () => lose(claim));
    const recovered = (await recoverPart[part]?.(under.store)) ?? 0;
    if (held.get(part) !== claim) return;
    log.info({ part, epoch: claim.epoch, recovered }, `this instance does "${part}" from now on`);
    tenures.set(part, beginTenure(part, claim, under, stagesOf[part](under, rules), waker));
  };

  const tryToBegin = async (claim: Claim) => {
    try {
      if (!waker.draining) return await begin(claim.role as Part, claim);
    } catch (thrown) {
      log.error({ error: toCaudalError(thrown), part: claim.role }, 'a part of the work could not be begun');
    }
    held.delete(claim.role);
    await claims.give(claim).catch(() => undefined);
  };

  /** Not waited for: what is held meanwhile has to be renewed. */
  const take = (claim: Claim) => {
    held.set(claim.role, claim);
    const beginning = tryToBegin(claim).finally(() => beginnings.delete(beginning));
    beginnings.add(beginning);
  };

  /** One at a time, so that what is left over is counted anew. */
  const leave = ({ role }: Claim, to: string) => {
    const tenure = tenures.get(role);
    if (tenure === undefined || waker.draining || [...tenures.values()].some(({ ending }) => ending)) return;
    log.info({ part: role, to }, `"${role}" is left to an instance that has less to do`);
    void end(tenure, AbortSignal.timeout(options.drainSeconds * 1000), to);
  };

  let told: ReadonlyMap<string, string> = new Map();
  const tell = (others: ReadonlyMap<string, string>) => {
    for (const [part, holder] of others)
      if (told.get(part) !== holder) log.info({ part, holder }, `${holder} does "${part}": this one stands by`);
    told = others;
    parts.elsewhere(others);
  };

  let following: Promise<void> | undefined;
  /** What every instance has to see for itself, as who keeps it in order may be another one. Not waited for: what is held has to be renewed. */
  const follow = () => {
    following ??= (async () => {
      try {
        await services.kept.refresh();
        if (store.disk !== null && (await store.probe())) for (const stage of stageNames) services.wake(stage);
      } catch (thrown) {
        log.warn({ error: toCaudalError(thrown) }, 'data that others keep could not be taken in; it is tried again');
      } finally {
        following = undefined;
      }
    })();
  };

  const look = async () => {
    const found = await claims.look({
      roles: own,
      free: waker.draining ? [] : own.filter((part) => !held.has(part)),
      holds: own.flatMap((part) => held.get(part) ?? []),
    });
    for (const claim of found.lost) lose(claim);
    for (const claim of found.taken) take(claim);
    tell(found.others);
    if (found.wanted !== undefined) leave(found.wanted.claim, found.wanted.by);
    follow();
  };

  const looking = (async () => {
    for (let failed = false; !over.signal.aborted;) {
      try {
        await look();
        failed = false;
      } catch (thrown) {
        if (!failed) log.warn({ error: toCaudalError(thrown) }, 'who does what can not be asked; it is asked again');
        failed = true;
      }
      await clock.sleep(claims.everyMs, over.signal).catch(() => undefined);
    }
  })();

  return {
    async end(limit) {
      // What ends is still held, and renewed by looking.
      await Promise.all([...tenures.values()].map((tenure) => end(tenure, limit)));
      over.abort();
      await looking;
      await Promise.all([...beginnings, following]);
      await Promise.all([...tenures.values()].map((tenure) => end(tenure, limit)));
    },
  };
};

/** Does the parts of the work that this instance may do; the waker has to drain before they end. */
export const startTenures = (services: Services, waker: Waker, rules: RuntimeConfig['rules']): Tenures => {
  const { claims } = services.store;
  const tenures = claims === null ? doAll(services, waker, rules) : share(services, claims, waker, rules);
  const endFeeding = startFeeding(services, waker);
  return { end: async (limit) => void (await Promise.all([endFeeding(limit), tenures.end(limit)])) };
};
