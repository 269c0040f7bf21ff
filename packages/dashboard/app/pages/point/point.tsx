import { useState } from 'preact/hooks';
import { client } from '../../api/client.ts';
import type { Point } from '@caudal/client';
import { useSession } from '../../api/session.ts';
import { useResource } from '../../api/use-resource.ts';
import { AlertTable } from '../../parts/alert-table.tsx';
import { Badge } from '../../parts/badge.tsx';
import { ExportLinks } from '../../parts/export-links.tsx';
import { Facts } from '../../parts/facts.tsx';
import { FindingTable } from '../../parts/finding-table.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Loaded } from '../../parts/loading.tsx';
import { link, useRoute } from '../../route.ts';
import { named, text } from '../../text.ts';
import { healthTones } from '../../tones.ts';
import { EnterReading } from './enter-reading.tsx';
import { NewestValues } from './newest-values.tsx';
import { Outlook } from './outlook.tsx';
import { SeriesChart } from './series-chart.tsx';
import { queryOf, spans, type SpanName, type View } from './spans.ts';
import { WaterRight } from './water-right.tsx';

/** What a person looks at first comes first. */
const order = ['level', 'flow', 'averageFlow', 'total', 'volume'];
const placeOf = (kind: string) => (order.includes(kind) ? order.indexOf(kind) : order.length);

const About = ({ point }: { readonly point: Point }) => (
  <section class="card">
    <h2>{text('about')}</h2>
    <Facts
      of={{
        [text('code')]: point.code,
        [text('owner')]: point.owner,
        [text('kind')]: named('pointKind', point.kind),
        [text('state')]: named('pointState', point.state),
        [text('lastContact')]: <Instant at={point.lastContact} />,
        [text('devices')]: point.devices.join(', ') || undefined,
        [text('obligations')]:
          point.obligations.length === 0
            ? undefined
            : point.obligations.map((id) => (
                <div key={id}>
                  <a href={link(['compliance', id])}>{id}</a>
                </div>
              )),
      }}
    />
  </section>
);

/** One point: what it measures, what was found about it, what is owed for it. */
export const PointPage = ({ id }: { readonly id: string }) => {
  const { may } = useSession();
  const { query } = useRoute();
  const asked = (Object.keys(spans) as SpanName[]).find((name) => name === query.get('span'));
  const [view, setView] = useState<View>({ kind: 'last', name: asked ?? 'week' });
  const point = useResource(id, (signal) => client.getPoint({ point: id }, { signal }));
  return (
    <Loaded of={point}>
      {(found) => {
        const series = found.series.toSorted((a, b) => placeOf(a.kind) - placeOf(b.kind));
        return (
          <>
            <div class="title">
              <h1>{found.name}</h1>
              <Badge tone={healthTones[found.health] ?? 'missing'}>{named('health', found.health)}</Badge>
              <div class="acts row">
                {may('config:read') ? (
                  <a class="button" href={link(['data', 'points', id])}>
                    {text('point.edit')}
                  </a>
                ) : null}
                <a class="button" href={link(['reports'], { point: id })}>
                  {text('nav.reports')}
                </a>
                <ExportLinks series={series.map((one) => one.id)} query={queryOf(view, Date.now())} />
              </div>
            </div>
            <div class="row" role="group" aria-label={text('span')}>
              {(Object.keys(spans) as SpanName[]).map((name) => (
                <button
                  key={name}
                  type="button"
                  aria-pressed={view.kind === 'last' && view.name === name}
                  onClick={() => setView({ kind: 'last', name })}
                >
                  {text(`span.${name}`)}
                </button>
              ))}
              <span class="hint">{text('chart.hint')}</span>
            </div>
            {series.map((one) => (
              <SeriesChart
                key={one.id}
                series={one}
                view={view}
                onZoom={(from, to) => setView({ kind: 'part', from: Math.floor(from), to: Math.ceil(to) })}
              />
            ))}
            <NewestValues series={series} view={view} />
            <section class="card">
              <h2>{text('nav.alerts')}</h2>
              <AlertTable query={{ point: id, open: true }} />
            </section>
            <section class="card">
              <h2>{text('findings')}</h2>
              <FindingTable query={{ point: id, ...queryOf(view, Date.now() - (Date.now() % 60_000)) }} />
            </section>
            <WaterRight point={id} />
            <Outlook series={series} />
            {may('values:write') ? <EnterReading point={id} /> : null}
            <About point={found} />
          </>
        );
      }}
    </Loaded>
  );
};
