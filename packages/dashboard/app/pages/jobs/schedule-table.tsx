import type { Operations, Schedule, ScheduleSlot } from '@caudal/client';
import { useState } from 'preact/hooks';
import { client } from '../../api/client.ts';
import { useSession } from '../../api/session.ts';
import { useResource } from '../../api/use-resource.ts';
import { number } from '../../numbers.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Loaded } from '../../parts/loading.tsx';
import { Table } from '../../parts/table.tsx';
import { named, text } from '../../text.ts';
import { scheduleTones } from '../../tones.ts';

type ScheduleName = Operations['runSchedule']['input']['schedule'];

const rowKey = ({ name, zone }: Pick<Schedule, 'name' | 'zone'>) => `${name} ${zone ?? ''}`;

const whenText = ({ everyMinutes, at, zone }: Schedule): string =>
  everyMinutes === null
    ? text('schedule.daily', { at: at ?? '', zone: zone ?? '' })
    : text('schedule.every', { n: everyMinutes });

/** What came of a slot: why it failed, or what was done. */
const resultText = ({ error, result, by }: ScheduleSlot): string =>
  [
    ...(by === null ? [] : [text('schedule.askedBy', { who: by })]),
    ...(error === null
      ? Object.entries(result).map(
          ([name, value]) =>
            `${named('scheduleResult', name)} ${typeof value === 'number' ? number(value) : named('scheduleResult', value)}`,
        )
      : [error]),
  ].join(', ');

const SlotTable = ({ name }: { readonly name: ScheduleName }) => {
  const slots = useResource(`slots ${name}`, (signal) =>
    client.listScheduleSlots({ schedule: name, limit: 30 }, { signal }),
  );
  const title = text('schedule.slots', { name: named('scheduleName', name) });
  return (
    <>
      <h3>{title}</h3>
      <Loaded of={slots}>
        {({ items }) => (
          <Table
            caption={title}
            rows={items}
            rowKey={({ slot, zone }) => `${slot} ${zone ?? ''}`}
            columns={[
              { head: text('schedule.due'), cell: ({ slot }) => <Instant at={slot} /> },
              { head: text('schedule.done'), cell: ({ endedAt }) => <Instant at={endedAt} precise /> },
              {
                head: text('schedule.result'),
                cell: (slot) =>
                  [
                    resultText(slot),
                    ...(slot.missed === 0 ? [] : [text('schedule.before', { n: number(slot.missed) })]),
                  ].join('; '),
              },
            ]}
          />
        )}
      </Loaded>
    </>
  );
};

/** What happens by the clock: when it was, when it is next, and what was missed. */
export const ScheduleTable = () => {
  const { may } = useSession();
  const [shown, show] = useState<ScheduleName>();
  const schedules = useResource('schedules', (signal) => client.listSchedules({}, { signal }), ['values']);
  return (
    <section class="card">
      <h2>{text('schedules')}</h2>
      <p class="hint">{text('schedules.hint')}</p>
      <Loaded of={schedules}>
        {({ items, missedDays }) => (
          <Table
            caption={text('schedules')}
            rows={items}
            rowKey={rowKey}
            columns={[
              {
                head: text('schedule'),
                cell: ({ name }) => (
                  <>
                    {named('scheduleName', name)} <code class="quiet">{name}</code>
                  </>
                ),
              },
              { head: text('schedule.when'), cell: whenText },
              {
                head: text('state'),
                cell: ({ state }) => (
                  <Badge tone={scheduleTones[state] ?? 'unknown'}>{named('scheduleState', state)}</Badge>
                ),
              },
              { head: text('schedule.last'), cell: ({ last }) => <Instant at={last?.slot} /> },
              { head: text('schedule.next'), cell: ({ next }) => <Instant at={next} /> },
              {
                head: text('schedule.missed', { days: missedDays }),
                cell: ({ missed }) => number(missed),
                numeric: true,
              },
              { head: text('schedule.result'), cell: ({ last }) => (last === null ? null : resultText(last)) },
              {
                head: text('acts'),
                cell: ({ name, state }) => (
                  <>
                    <button
                      type="button"
                      data-kind="plain"
                      aria-expanded={shown === name}
                      onClick={() => show(shown === name ? undefined : (name as ScheduleName))}
                    >
                      {text('schedule.history')}
                    </button>
                    {may('values:write') && state !== 'off' ? (
                      <ActButton
                        act={() => client.runSchedule({ schedule: name as ScheduleName })}
                        then={() => schedules.again()}
                      >
                        {text('schedule.run')}
                      </ActButton>
                    ) : null}
                  </>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      {shown === undefined ? null : <SlotTable key={shown} name={shown} />}
    </section>
  );
};
