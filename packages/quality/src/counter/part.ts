import type { Json } from '@caudal/core';
import { CounterEngine } from './engine.ts';
import type { CounterSettings } from './settings.ts';
import type { CounterState } from './state.ts';

/** More readings than this are not kept to find where two parts join. */
const mostHead = 4096;

/**
 * A stretch of one register counted by itself, so that parts of a long history can be counted side by side and joined.
 * Plain JSON.
 */
export interface CounterPart {
  /** Readings from the start until nothing depends on what came before: instant, value. */
  readonly head: readonly (readonly [number, number])[];
  /** State after the head; null where the stretch ended before. */
  readonly joint: CounterState | null;
  /** State at the end. */
  readonly end: CounterState;
}

const sums = ['sum', 'forward', 'reverse', 'readings', 'changes', 'resets', 'rollovers', 'glitches'] as const;

const isCalm = ({ queue, lines, slip, run, offGrid, register }: Readonly<CounterState>) =>
  register !== null && queue.length + lines.length === 0 && slip === null && run === null && offGrid === null;

/** Nothing decided later asks for more than these: the anchor, the usual rate, the precision of the source. */
const decides = ({
  meter,
  register,
  seenAt,
  acceptedAt,
  changedAt,
  carry,
  before,
  since,
  block,
  float32,
  ulp,
}: CounterState) =>
  JSON.stringify([meter, register, seenAt, acceptedAt, changedAt, carry, before, since, block, float32, ulp]);

const stateOf = (engine: CounterEngine): CounterState => structuredClone(engine.state) as CounterState;

/** The readings of a part must be ascending in time; those without a value are NaN. */
export const countPart = (
  { time, value }: { readonly time: Float64Array; readonly value: Float64Array },
  settings: CounterSettings,
): CounterPart => {
  const engine = new CounterEngine(settings);
  const head: [number, number][] = [];
  let joint: CounterState | null = null;
  let index = 0;
  for (; index < time.length && joint === null && head.length < mostHead; index += 1) {
    const [at, read] = [time[index] as number, value[index] as number];
    if (!Number.isFinite(read)) continue;
    head.push([at, read]);
    engine.push(Float64Array.of(at), Float64Array.of(read), 1);
    // Two turns of the usual rate: both of its ends then lie in this part.
    if (engine.state.rotations >= 2 && engine.state.changes > 0 && isCalm(engine.state)) joint = stateOf(engine);
  }
  if (joint !== null || index < time.length) {
    engine.push(time.subarray(index), value.subarray(index), time.length - index);
  }
  return { head, joint, end: stateOf(engine) };
};

/**
 * What counting both stretches in one run would have ended in; `later` must follow `earlier`. Between them the head of the
 * later one is counted again; from its joint on, everything its own run said stands.
 *
 * @returns undefined where a decision at the seam reaches past the head (a reset less than a day before it, or a head that
 *   never came to rest): then the later stretch must be counted on from `earlier.end`, reading by reading
 */
export const combineParts = (
  earlier: CounterPart,
  later: CounterPart,
  settings: CounterSettings,
): CounterPart | undefined => {
  if (later.head.length === 0) return earlier;
  const engine = new CounterEngine(settings);
  engine.load(earlier.end as unknown as Json);
  const time = Float64Array.from(later.head, ([at]) => at);
  engine.push(
    time,
    Float64Array.from(later.head, ([, value]) => value),
    time.length,
  );
  const here = stateOf(engine);
  // Where a stretch has no joint of its own, all of its readings are in its head.
  const head = earlier.joint === null ? [...earlier.head, ...later.head] : earlier.head;
  if (later.joint === null) {
    return later.head.length < mostHead ? { head, joint: earlier.joint, end: here } : undefined;
  }
  const { joint } = later;
  const counted = here.float32 === 'unknown' ? here.float32Like === joint.float32Like : true;
  if (!isCalm(here) || !counted || decides(here) !== decides(joint)) return undefined;
  const end = structuredClone(later.end);
  for (const name of sums) end[name] += here[name] - joint[name];
  end.lines = end.lines.map((line) => ({
    ...line,
    sum: line.sum + here.sum - joint.sum,
    forward: line.forward + here.forward - joint.forward,
    reverse: line.reverse + here.reverse - joint.reverse,
  }));
  end.rotations += here.rotations - joint.rotations;
  return { head, joint: earlier.joint ?? here, end };
};
