import { mulberry32, type PostBehaviour } from '@caudal/simulators';

const minute = 60_000;
const hour = 60 * minute;

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What goes wrong, and when. */
export interface OutagePlan {
  readonly vendor: readonly Span[];
  /** The regulator refuses connections: nothing leaves. */
  readonly network: readonly Span[];
  readonly regulator: readonly (Span & { readonly as: PostBehaviour })[];
  /** The process is not there. */
  readonly process: readonly Span[];
}

/** Ways in which the regulator is ill: some store what they do not answer. */
const illnesses: readonly PostBehaviour[] = [
  'store-then-hang',
  'hang',
  'store-then-reset',
  'reset',
  'cut',
  'html-502',
  'status-503',
  'refuse-99',
];

/** Outages of each kind, a few a day, never of the same kind at once; kinds overlap as they like. All end six hours before `to`. */
export const planOutages = (seed: number, from: number, to: number): OutagePlan => {
  const random = mulberry32(seed);
  const between = (least: number, most: number) => least + (most - least) * random();
  const spans = (meanGapMs: number, longestMs: number): Span[] => {
    const found: Span[] = [];
    for (let at = from + meanGapMs * (0.2 + random()); at < to - 6 * hour;) {
      const end = Math.min(at + between(10 * minute, longestMs), to - 6 * hour);
      found.push({ from: Math.round(at), to: Math.round(end) });
      at = end + meanGapMs * (0.5 + random());
    }
    return found;
  };
  return {
    vendor: spans(14 * hour, 7 * hour),
    network: spans(16 * hour, 3 * hour),
    regulator: spans(9 * hour, 90 * minute).map((span) => ({
      ...span,
      as: illnesses[Math.floor(random() * illnesses.length)] as PostBehaviour,
    })),
    process: spans(20 * hour, 3 * hour),
  };
};

export const within = (spans: readonly Span[], at: number): boolean =>
  spans.some(({ from, to }) => at >= from && at < to);

/** The plan without what lies after an instant. */
export const cutPlan = (plan: OutagePlan, at: number): OutagePlan => {
  const before = <S extends Span>(spans: readonly S[]): S[] =>
    spans.filter(({ from }) => from < at).map((span) => ({ ...span, to: Math.min(span.to, at) }));
  return {
    vendor: before(plan.vendor),
    network: before(plan.network),
    regulator: before(plan.regulator),
    process: before(plan.process),
  };
};
