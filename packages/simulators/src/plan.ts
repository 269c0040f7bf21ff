/** From `from` to before `to` on the clock (UTC milliseconds) every request behaves like `as`. */
export interface Outage<B extends string> {
  readonly from: number;
  readonly to: number;
  readonly as: B;
}

/** A change to a plan. What is not named stays as it is. */
export interface PlanChange<B extends string> {
  /** Appended to the script: each request takes the first one left. */
  readonly next?: readonly B[];
  /** For every request that the script and the outages leave over; null ends it. */
  readonly always?: B | null;
  /** The same for one target (a work, a device, a mailbox), before `always`; null ends it. */
  readonly only?: Readonly<Record<string, B | null>>;
  /** Replaces the list of outages. */
  readonly outages?: readonly Outage<B>[];
}

/** How a simulator behaves towards the requests to come. */
export interface Plan<B extends string> {
  change(change: PlanChange<B>): void;
  /** The behaviour of a request that arrives now: script, then outage, then target, then always. Undefined is normal. */
  take(now: number, target?: string): B | undefined;
  /** How much of the script is left. */
  readonly left: number;
}

/**
 * A plan that accepts only the behaviours `known` recognises: a misspelt name would otherwise behave normally and prove nothing.
 *
 * @throws RangeError from `change`, naming the unknown behaviour
 */
export const createPlan = <B extends string>(known: (name: string) => boolean): Plan<B> => {
  const script: B[] = [];
  const targets = new Map<string, B>();
  let always: B | undefined;
  let outages: readonly Outage<B>[] = [];
  const check = (names: readonly (B | null)[]) => {
    for (const name of names)
      if (name !== null && !known(name)) throw new RangeError(`"${name}" is not a behaviour of this simulator`);
  };
  return {
    change(change) {
      check(change.next ?? []);
      check(change.always === undefined ? [] : [change.always]);
      check(Object.values(change.only ?? {}));
      check((change.outages ?? []).map(({ as }) => as));
      script.push(...(change.next ?? []));
      if (change.always !== undefined) always = change.always ?? undefined;
      for (const [target, behaviour] of Object.entries(change.only ?? {}))
        if (behaviour === null) targets.delete(target);
        else targets.set(target, behaviour);
      if (change.outages !== undefined) outages = change.outages;
    },
    take(now, target) {
      const scripted = script.shift();
      if (scripted !== undefined) return scripted;
      const outage = outages.find(({ from, to }) => now >= from && now < to);
      return outage?.as ?? (target === undefined ? undefined : targets.get(target)) ?? always;
    },
    get left() {
      return script.length;
    },
  };
};
