import { readAll, usePages } from '../api/use-pages.ts';
import { useResource } from '../api/use-resource.ts';
import { useSession } from '../api/session.ts';
import { AlertTable } from '../parts/alert-table.tsx';
import { Badge, type Tone } from '../parts/badge.tsx';
import { Instant } from '../parts/instant.tsx';
import { Loaded } from '../parts/loading.tsx';
import { Table } from '../parts/table.tsx';
import { link } from '../route.ts';
import { named, text } from '../text.ts';
import { healthTones, submissionTones } from '../tones.ts';

/** States in which a submission waits for a person. */
const forPeople = ['conflict', 'rejected', 'quarantined', 'manual', 'missing', 'unknown'] as const;

const Figure = ({
  label,
  count,
  tone,
  href,
}: {
  readonly label: string;
  readonly count: number | undefined;
  readonly tone: Tone;
  readonly href: string;
}) => (
  <a class="card figure-card" href={href}>
    <span class="quiet">{label}</span>
    <span class="row">
      <span class="figure">{count ?? '…'}</span>
      {count === undefined ? null : (
        <Badge tone={count === 0 ? 'good' : tone}>{text(count === 0 ? 'fine' : 'look')}</Badge>
      )}
    </span>
  </a>
);

/** What needs me now. */
const Overview = () => {
  const { may } = useSession();
  const points = useResource('points', (signal) => readAll('listPoints', {}, signal), ['values']);
  const owed = useResource(
    'owed',
    (signal) => (may('compliance:read') ? readAll('owed', {}, signal) : Promise.resolve([])),
    ['submission'],
  );
  const alerts = useResource('alerts', (signal) => readAll('listAlerts', { open: true }, signal, 2), ['alert']);
  const submissions = usePages('listSubmissions', { state: forPeople, limit: 20 }, ['submission']);
  const silent = points.data?.filter(({ health, state }) => state === 'ACTIVE' && health !== 'OK');
  const late = owed.data?.filter((row) => row.late);
  const nearest = owed.data
    ?.filter(({ nextDueAt }) => nextDueAt !== null)
    .toSorted((a, b) => Date.parse(a.nextDueAt ?? '') - Date.parse(b.nextDueAt ?? ''))
    .slice(0, 8);
  return (
    <>
      <div class="title">
        <h1>{text('overview.title')}</h1>
      </div>
      <div class="cards">
        <Figure label={text('openAlerts')} count={alerts.data?.length} tone="suspect" href={link(['alert'])} />
        <Figure label={text('silentPoints')} count={silent?.length} tone="fail" href={link(['points'])} />
        <Figure label={text('lateWorks')} count={late?.length} tone="fail" href={link(['compliance'])} />
        <Figure label={text('forPeople')} count={submissions.data?.length} tone="unknown" href={link(['compliance'])} />
      </div>
      <section class="card">
        <h2>{text('nav.alerts')}</h2>
        <AlertTable query={{ open: true, limit: 10 }} />
      </section>
      {silent === undefined || silent.length === 0 ? null : (
        <section class="card">
          <h2>{text('silentPoints')}</h2>
          <Table
            caption={text('silentPoints')}
            rows={silent.slice(0, 20)}
            rowKey={({ id }) => id}
            columns={[
              { head: text('point'), cell: ({ id, name }) => <a href={link(['points', id])}>{name}</a> },
              {
                head: text('health'),
                cell: ({ health }) => <Badge tone={healthTones[health] ?? 'missing'}>{named('health', health)}</Badge>,
              },
              { head: text('lastContact'), cell: ({ lastContact }) => <Instant at={lastContact} /> },
            ]}
          />
        </section>
      )}
      {may('compliance:read') ? (
        <>
          <section class="card">
            <h2>{text('forPeople')}</h2>
            <Loaded of={submissions}>
              {(rows) => (
                <Table
                  caption={text('forPeople')}
                  rows={rows}
                  rowKey={({ id }) => id}
                  more={submissions.more}
                  columns={[
                    {
                      head: text('work'),
                      cell: ({ id, obligation, work }) => <a href={link(['compliance', obligation, id])}>{work}</a>,
                    },
                    { head: text('slot'), cell: ({ slot }) => <Instant at={slot} /> },
                    {
                      head: text('state'),
                      cell: ({ state }) => (
                        <Badge tone={submissionTones[state] ?? 'missing'}>{named('submission', state)}</Badge>
                      ),
                    },
                    { head: text('reason'), cell: ({ reason }) => reason },
                  ]}
                />
              )}
            </Loaded>
          </section>
          <section class="card">
            <h2>{text('nearestDeadlines')}</h2>
            <Loaded of={owed}>
              {() => (
                <Table
                  caption={text('nearestDeadlines')}
                  rows={nearest ?? []}
                  rowKey={({ obligation }) => obligation}
                  columns={[
                    {
                      head: text('work'),
                      cell: ({ obligation, work }) => <a href={link(['compliance', obligation])}>{work}</a>,
                    },
                    { head: text('target'), cell: ({ target }) => named('target', target) },
                    { head: text('open'), numeric: true, cell: (row) => row.open },
                    { head: text('nextDue'), cell: ({ nextDueAt }) => <Instant at={nextDueAt} /> },
                  ]}
                />
              )}
            </Loaded>
          </section>
        </>
      ) : null}
    </>
  );
};

export default Overview;
