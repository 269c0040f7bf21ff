import { useState } from 'preact/hooks';
import { client } from '../api/client.ts';
import { usePages } from '../api/use-pages.ts';
import { useResource } from '../api/use-resource.ts';
import { Badge } from '../parts/badge.tsx';
import { Instant } from '../parts/instant.tsx';
import { Loaded } from '../parts/loading.tsx';
import { Slots } from '../parts/slots.tsx';
import { daysOf } from './compliance/days.ts';
import { Table } from '../parts/table.tsx';
import type { PageProps } from '../page-props.ts';
import { go, link } from '../route.ts';
import { named, text } from '../text.ts';
import { when } from '../time.ts';
import { submissionTones } from '../tones.ts';
import { SubmissionPage } from './compliance/submission.tsx';
import { monthOf, monthStep } from './compliance/months.ts';

const States = ({ of }: { readonly of: Readonly<Record<string, number>> }) => (
  <span class="row">
    {Object.entries(of).map(([state, count]) => (
      <span key={state}>
        <Badge tone={submissionTones[state] ?? 'missing'}>{named('submission', state)}</Badge> {count}
      </span>
    ))}
  </span>
);

/** What every work owes, the nearest deadline first. */
const OwedList = () => {
  const owed = usePages('owed', {}, ['submission']);
  const obligations = usePages('listObligations', {});
  const open = new Set(owed.data?.map(({ obligation }) => obligation));
  return (
    <>
      <div class="title">
        <h1>{text('nav.compliance')}</h1>
      </div>
      <section class="card">
        <h2>{text('owed')}</h2>
        <Loaded of={owed}>
          {(rows) => (
            <Table
              caption={text('owed')}
              rows={rows}
              rowKey={({ obligation }) => obligation}
              more={owed.more}
              columns={[
                {
                  head: text('work'),
                  cell: ({ obligation, work, target }) => (
                    <>
                      <a href={link(['compliance', obligation])}>{work}</a>
                      <div class="quiet">{named('target', target)}</div>
                    </>
                  ),
                },
                { head: text('open'), numeric: true, cell: (row) => row.open },
                { head: text('states'), cell: ({ states }) => <States of={states} /> },
                {
                  head: text('nextDue'),
                  cell: ({ nextDueAt, late }) => (
                    <>
                      <Instant at={nextDueAt} /> {late ? <Badge tone="fail">{text('late')}</Badge> : null}
                    </>
                  ),
                },
              ]}
            />
          )}
        </Loaded>
      </section>
      <section class="card">
        <h2>{text('obligations')}</h2>
        <Loaded of={obligations}>
          {(rows) => (
            <Table
              caption={text('obligations')}
              rows={rows}
              rowKey={({ id }) => id}
              more={obligations.more}
              columns={[
                { head: text('work'), cell: ({ id, work }) => <a href={link(['compliance', id])}>{work}</a> },
                { head: text('target'), cell: ({ target }) => named('target', target) },
                { head: text('standard'), cell: ({ standard }) => standard },
                {
                  head: text('state'),
                  cell: ({ id, shadow }) => (
                    <>
                      {shadow ? <Badge tone="missing">{text('shadow')}</Badge> : null}{' '}
                      {open.has(id) ? text('owes') : <Badge tone="good">{text('nothingOwed')}</Badge>}
                    </>
                  ),
                },
              ]}
            />
          )}
        </Loaded>
      </section>
    </>
  );
};

/** A month of one obligation: one cell a slot. */
const Month = ({ id }: { readonly id: string }) => {
  const [month, setMonth] = useState(() => monthOf(Date.now()));
  const calendar = useResource(
    `${id} ${month.from}`,
    (signal) =>
      client.calendar(
        { obligation: id, from: new Date(month.from).toISOString(), to: new Date(month.to).toISOString() },
        { signal },
      ),
    ['submission'],
  );
  return (
    <>
      <div class="title">
        <h1>{calendar.data?.obligation.work ?? id}</h1>
        <span class="quiet">{calendar.data === undefined ? '' : named('target', calendar.data.obligation.target)}</span>
      </div>
      <section class="card">
        <div class="row">
          <button type="button" onClick={() => setMonth(monthStep(month, -1))}>
            ← {text('earlier')}
          </button>
          <h2>{when(month.from, 'month', 'regulator')}</h2>
          <button type="button" disabled={month.to > Date.now()} onClick={() => setMonth(monthStep(month, 1))}>
            {text('later')} →
          </button>
        </div>
        <p class="hint">{text('calendar.hint')}</p>
        <Loaded of={calendar}>
          {({ cells }) => (
            <Slots
              days={daysOf(cells)}
              onPick={({ at }) => {
                const cell = cells.find(({ slot }) => Date.parse(slot) === at);
                if (cell?.submission != null) go(['compliance', id, cell.submission]);
              }}
            />
          )}
        </Loaded>
      </section>
      <section class="card">
        <h2>{text('members')}</h2>
        <Loaded of={calendar}>
          {({ obligation }) => (
            <Table
              caption={text('members')}
              rows={Object.entries(obligation.members)}
              rowKey={([name]) => name}
              columns={[
                { head: text('parameter'), cell: ([name]) => name },
                {
                  head: text('series'),
                  cell: ([, series]) => <a href={link(['points', series.split('/')[0] ?? ''])}>{series}</a>,
                },
              ]}
            />
          )}
        </Loaded>
      </section>
    </>
  );
};

const Compliance = ({ rest: [id, submission] }: PageProps) => {
  if (id === undefined) return <OwedList />;
  return submission === undefined ? <Month id={id} /> : <SubmissionPage id={submission} />;
};

export default Compliance;
