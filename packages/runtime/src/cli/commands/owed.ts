import type { OwedNow } from '../../operate/owed.ts';
import { ask } from '../ask.ts';
import { exitCodes, type Invocation } from '../command.ts';

const time = (instant: number | null) => (instant === null ? '–' : new Date(instant).toISOString());

const drains = (ms: number | null) =>
  ms === null
    ? '; never drains at the permitted distance'
    : ms === 0
      ? ''
      : `; drains in about ${Math.ceil(ms / 60_000)} min`;

const lines = ({ at, obligations, slots }: OwedNow): string[] => [
  `at ${time(at)}`,
  ...obligations.map(
    ({ obligation, target, work, standard, open, states, uncreated, missing, nextDueAt, late, nextSlot, drainMs }) =>
      `${obligation} (${target} ${work}, ${standard}): ${
        open === 0
          ? `nothing open; next slot ${time(nextSlot)}`
          : `${open} open (${Object.entries(states)
              .map(([state, count]) => `${state} ${count}`)
              .join(
                ', ',
              )}); next deadline ${time(nextDueAt)}${late ? '; LATE' : ''}${open > 1 ? drains(drainMs) : ''}${uncreated === 0 ? '' : `; ${uncreated} not created yet`}${
              missing === null ? '' : `; since ${time(missing.slot)} ${missing.reason ?? 'something is missing'}`
            }`
      }`,
  ),
  ...slots.map(
    ({ slot, state, status, dueAt, maxLagAt, reason }) =>
      `  ${time(slot)} ${state} (${status})  due ${time(dueAt)}  at the latest ${time(maxLagAt)}${reason === null ? '' : `: ${reason}`}`,
  ),
];

export const run = async ({ values, out }: Invocation): Promise<number> => {
  const obligation = values['obligation'];
  const owed = await ask<OwedNow>(
    values['config'] as string,
    'owed',
    typeof obligation === 'string' ? { obligation } : {},
  );
  out(values['json'] === true ? JSON.stringify(owed) : lines(owed).join('\n'));
  return owed.obligations.some(({ late }) => late) ? exitCodes.failed : exitCodes.ok;
};
