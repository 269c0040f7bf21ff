import type { Runtime } from '@caudal/runtime';
import { clockText } from './field/day.ts';
import { grey, paint } from './paint.ts';
import type { World } from './world.ts';

/** States of a submission that a person would want to see one by one; the others are counted in the line of the hour. */
const notable: Readonly<Record<string, number>> = {
  unknown: 33,
  retry: 33,
  held: 33,
  missing: 35,
  rejected: 31,
  quarantined: 31,
  conflict: 31,
};
/** States that end well: read back where the regulator can be asked, accepted where it can not. */
const done: ReadonlySet<string> = new Set(['confirmed', 'accepted-unverified']);
const flagColour: Readonly<Record<number, number>> = { 3: 33, 4: 31, 9: 35 };
const width = 116;

/** One line of a width that fits. */
const cut = (text: string) => (text.length > width ? `${text.slice(0, width - 1)}…` : text);

interface Posted {
  readonly type: string;
  readonly data: { readonly title: string };
}

/** The title of the newest message about an event that the control room got; it gets all of them. */
const titleOf = ({ receiver }: World, event: string) =>
  (receiver.messages as readonly Posted[]).findLast(({ type }) => type === event)?.data.title ?? event;

/** Tells the day on a terminal: a line for each hour of routine, and one for everything that is not routine. */
export const tell = (runtime: Runtime, world: World, now: () => number, print: (line: string) => void) => {
  const write = (at: number, kind: string, text: string, colour: number) =>
    print(`${grey(clockText(at))}  ${paint(colour, kind.padEnd(8))}  ${text}`);
  const notices = new Map<string, { at: number; title: string; to: string[] }>();
  /** What was told to several people is one line. */
  const flush = () => {
    for (const { at, title, to } of notices.values())
      write(at, 'message', `${title}  ${grey(`→ ${to.join(' · ')}`)}`, 36);
    notices.clear();
  };
  const line = (kind: string, text: string, colour = 0) => {
    flush();
    write(now(), kind, text, colour);
  };
  let values = 0;
  const series = new Set<string>();
  const sent = new Map<string, number>();
  const shown = new Set<string>();
  const first = (key: string) => !shown.has(key) && shown.add(key).has(key);

  runtime.events.on('values', (rows) => {
    values += rows.length;
    for (const row of rows) series.add(row.series);
  });
  runtime.events.on('findings', (findings) => {
    for (const { series: name, code, flag, from } of findings)
      if (flag > 2 && first(`${name} ${code} ${from}`))
        line('finding', `${name.padEnd(18)}  ${paint(flagColour[flag] ?? 0, code)}`);
  });
  runtime.events.on('submission', ({ obligation, slot, state, receipt, reason }) => {
    if (done.has(state)) sent.set(obligation, (sent.get(obligation) ?? 0) + 1);
    const newcomer = done.has(state) && first(obligation);
    if (!newcomer && (notable[state] === undefined || !first(`${obligation} ${slot} ${state}`))) return;
    const name = `${obligation} ${clockText(slot).slice(6)}`;
    const why = receipt === null ? cut(reason ?? '') : `receipt ${receipt}`;
    line('report', `${name.padEnd(18)}  ${paint(notable[state] ?? 32, state)}  ${grey(why)}`);
  });
  runtime.events.on('notice', ({ event, person, channel, state }) => {
    if (state !== 'sent') return;
    const { at, to } = notices.get(event) ?? { at: now(), to: [] };
    notices.set(event, { at, title: titleOf(world, event), to: [...to, `${person} by ${channel}`] });
  });
  return {
    /** Something goes wrong, or somebody does something. */
    incident: (text: string) => line('▶', paint(1, text), 35),
    /** What the hour brought, in one line. */
    hourEnds() {
      const parts = [...sent.keys()].toSorted().map((obligation) => `${obligation} ✓${sent.get(obligation)}`);
      line('·', grey([`${String(values).padStart(3)} values in ${series.size} series`, ...parts].join('   ')));
      values = 0;
      series.clear();
      sent.clear();
    },
  };
};
