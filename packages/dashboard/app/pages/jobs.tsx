import { useState } from 'preact/hooks';
import { client } from '../api/client.ts';
import { useSession } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { number } from '../numbers.ts';
import { ActButton } from '../parts/act-button.tsx';
import { AskWhy } from '../parts/ask-why.tsx';
import { Badge } from '../parts/badge.tsx';
import { Instant } from '../parts/instant.tsx';
import { Loaded } from '../parts/loading.tsx';
import { Table } from '../parts/table.tsx';
import { named, text } from '../text.ts';
import { scopeName } from '../words/rule-names.ts';
import { ScheduleTable } from './jobs/schedule-table.tsx';

const scopeOf = (scope: string) => {
  if (scope === 'all') return {};
  const [kind, rest = ''] = scope.split(/:(.*)/s);
  const [target = '', name] = rest.split(/\/(.*)/s);
  return { target, ...(kind === 'work' ? { work: name } : kind === 'credential' ? { informant: name } : {}) };
};

/** What works, what stopped, and what waits for somebody to say that it may go on. */
const Jobs = () => {
  const { may } = useSession();
  const [why, setWhy] = useState<{ readonly title: string; readonly act: (because: string) => Promise<unknown> }>();
  const status = useResource('status', (signal) => client.status({}, { signal }), ['values', 'alert', 'submission']);
  const stopped = useResource('stopped', (signal) => client.listStopped({}, { signal }));
  const dead = useResource('dead', (signal) => client.listDead({}, { signal }));
  return (
    <>
      <div class="title">
        <h1>{text('nav.jobs')}</h1>
        {status.data === undefined ? null : (
          <Badge tone={status.data.ready ? 'good' : 'fail'}>{text(status.data.ready ? 'ready' : 'notReady')}</Badge>
        )}
      </div>
      <Loaded of={status}>
        {({ stages, raw, disk, imbalances, streams }) => (
          <>
            {disk === null ? null : (
              <p class="notice" data-tone="fail">
                {text('disk.refuses')}: {disk.reason}
              </p>
            )}
            {imbalances.map(({ what, expected, found }) => (
              <p key={what} class="notice" data-tone="fail">
                {text('imbalance', { what, expected: number(expected), found: number(found) })}
              </p>
            ))}
            <section class="card">
              <h2>{text('stages')}</h2>
              <Table
                caption={text('stages')}
                rows={stages}
                rowKey={({ stage }) => stage}
                columns={[
                  { head: text('stage'), cell: ({ stage }) => named('stage', stage) },
                  {
                    head: text('state'),
                    cell: ({ stalled }) => (
                      <Badge tone={stalled ? 'fail' : 'good'}>{text(stalled ? 'stalled' : 'moves')}</Badge>
                    ),
                  },
                  { head: text('lastProgress'), cell: ({ lastAt }) => <Instant at={lastAt} precise /> },
                  { head: text('lastError'), cell: ({ lastError }) => lastError },
                ]}
              />
              <p class="hint">
                {Object.entries(raw)
                  .map(([name, count]) => `${named('rawStatus', name)}: ${number(count)}`)
                  .join(' · ')}
              </p>
            </section>
            {streams.length === 0 ? null : (
              <section class="card">
                <h2>{text('streams')}</h2>
                <Table
                  caption={text('streams')}
                  rows={streams}
                  rowKey={({ instance, device }) => `${instance} ${device ?? ''}`}
                  columns={[
                    { head: text('provider'), cell: ({ instance }) => instance },
                    { head: text('device'), cell: ({ device }) => device },
                    { head: text('state'), cell: ({ state }) => named('streamState', state) },
                    { head: text('since'), cell: ({ since }) => <Instant at={since} /> },
                    { head: text('lastError'), cell: ({ lastError }) => lastError },
                  ]}
                />
              </section>
            )}
          </>
        )}
      </Loaded>
      <ScheduleTable />
      <section class="card">
        <div class="row">
          <h2>{text('sends.stopped')}</h2>
          {may('compliance:write') ? (
            <button
              type="button"
              onClick={() =>
                setWhy({
                  title: text('sends.stopAll'),
                  act: (because) => client.pauseSends({ body: { because } }).then(() => stopped.again()),
                })
              }
            >
              {text('sends.stopAll')}
            </button>
          ) : null}
        </div>
        <Loaded of={stopped}>
          {({ items }) => (
            <Table
              caption={text('sends.stopped')}
              rows={items}
              rowKey={({ scope }) => scope}
              columns={[
                { head: text('scope'), cell: ({ scope }) => scopeName(scope) },
                { head: text('since'), cell: ({ since }) => <Instant at={since} /> },
                { head: text('actor'), cell: ({ by }) => by },
                { head: text('reason'), cell: ({ reason }) => reason },
                {
                  head: text('acts'),
                  cell: ({ scope }) =>
                    may('compliance:write') ? (
                      <ActButton act={() => client.resumeSends({ body: scopeOf(scope) })} then={() => stopped.again()}>
                        {text('sends.resume')}
                      </ActButton>
                    ) : null,
                },
              ]}
            />
          )}
        </Loaded>
      </section>
      <section class="card">
        <h2>{text('dead')}</h2>
        <p class="hint">{text('dead.hint')}</p>
        <Loaded of={dead}>
          {({ items }) => (
            <Table
              caption={text('dead')}
              rows={items}
              rowKey={({ kind, id }) => `${kind} ${id}`}
              columns={[
                { head: text('what'), cell: ({ kind }) => named('dead', kind) },
                { head: text('of'), cell: ({ of }) => of },
                { head: text('since'), cell: ({ at }) => <Instant at={at} /> },
                { head: text('reason'), cell: ({ reason }) => reason },
                {
                  head: text('acts'),
                  cell: ({ id }) =>
                    may('values:write') ? (
                      <button
                        type="button"
                        onClick={() =>
                          setWhy({
                            title: text('dead.requeue'),
                            act: (because) => client.requeueDead({ id, body: { because } }).then(() => dead.again()),
                          })
                        }
                      >
                        {text('dead.requeue')}
                      </button>
                    ) : null,
                },
              ]}
            />
          )}
        </Loaded>
      </section>
      {why === undefined ? null : <AskWhy title={why.title} act={why.act} onClose={() => setWhy(undefined)} />}
    </>
  );
};

export default Jobs;
