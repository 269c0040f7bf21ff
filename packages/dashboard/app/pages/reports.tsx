import { useState } from 'preact/hooks';
import { client } from '../api/client.ts';
import type { Point } from '@caudal/client';
import { readAll } from '../api/use-pages.ts';
import { useResource } from '../api/use-resource.ts';
import { Loaded } from '../parts/loading.tsx';
import { ask, useRoute } from '../route.ts';
import { named, text } from '../text.ts';
import { when } from '../time.ts';
import { ReportTable } from './reports/report-table.tsx';
import { spanOf, today } from './reports/spans.ts';

const Report = ({ point, span }: { readonly point: Point; readonly span: string }) => {
  const found = spanOf(span);
  const report = useResource(`${point.id} ${span}`, (signal) =>
    found === undefined
      ? Promise.resolve(null)
      : client.pointReport(
          {
            point: point.id,
            from: new Date(found.from).toISOString(),
            to: new Date(found.to).toISOString(),
            window: found.window,
          },
          { signal },
        ),
  );
  if (found === undefined) return <p class="quiet">{text('report.choose')}</p>;
  return (
    <section class="card">
      <h2>
        {point.name}
        {point.code === undefined ? '' : ` · ${point.code}`} ·{' '}
        {found.window === 'day' ? when(found.from, 'month') : when(found.from, 'day')}
      </h2>
      <Loaded of={report}>
        {(answer) =>
          answer === null ? null : <ReportTable report={answer} point={point} byHour={found.window === 'hour'} />
        }
      </Loaded>
      <p class="hint">{text('report.made', { at: when(Date.now(), 'second') })}</p>
    </section>
  );
};

/** A day or a month of one point, to be read on paper too. */
const Reports = () => {
  const { query } = useRoute();
  const [now] = useState(() => today(Date.now()));
  const points = useResource('points', (signal) => readAll('listPoints', {}, signal));
  const span = query.get('span') ?? now.month;
  const byDay = span.length > 7;
  return (
    <>
      <div class="title">
        <h1>{text('nav.reports')}</h1>
        <div class="acts">
          <button type="button" onClick={() => print()}>
            {text('print')}
          </button>
        </div>
      </div>
      <Loaded of={points}>
        {(all) => {
          const chosen = all.find(({ id }) => id === query.get('point')) ?? all[0];
          return (
            <>
              <form class="row acts" onSubmit={(event) => event.preventDefault()}>
                <label>
                  {text('point')}
                  <select value={chosen?.id} onChange={(event) => ask({ point: event.currentTarget.value })}>
                    {all.map(({ id, name }) => (
                      <option key={id} value={id}>
                        {name}
                      </option>
                    ))}
                  </select>
                </label>
                <div class="row" role="group" aria-label={text('span')}>
                  <button type="button" aria-pressed={byDay} onClick={() => ask({ span: now.day })}>
                    {named('report', 'day')}
                  </button>
                  <button type="button" aria-pressed={!byDay} onClick={() => ask({ span: now.month })}>
                    {named('report', 'month')}
                  </button>
                </div>
                <label>
                  {text(byDay ? 'report.day' : 'report.month')}
                  <input
                    type={byDay ? 'date' : 'month'}
                    value={span}
                    onChange={(event) => ask({ span: event.currentTarget.value })}
                  />
                </label>
              </form>
              {chosen === undefined ? (
                <p class="quiet">{text('nothingHere')}</p>
              ) : (
                <Report key={`${chosen.id} ${span}`} point={chosen} span={span} />
              )}
            </>
          );
        }}
      </Loaded>
    </>
  );
};

export default Reports;
