import { useMemo } from 'preact/hooks';
import { client } from '../../api/client.ts';
import type { Series } from '@caudal/client';
import { readAll } from '../../api/use-pages.ts';
import { useResource } from '../../api/use-resource.ts';
import { Chart } from '../../parts/chart.tsx';
import { Loaded } from '../../parts/loading.tsx';
import { named, text } from '../../text.ts';
import { when } from '../../time.ts';
import { seriesColour } from '../../tones.ts';
import { Corrections } from './corrections.tsx';
import { linesOf, shadesOf } from './lines.ts';
import { queryOf, type View } from './spans.ts';

/** One series over the span that is looked at; a drag looks closer, and only the chart's data come anew. */
export const SeriesChart = ({
  series,
  view,
  onZoom,
}: {
  readonly series: Series;
  readonly view: View;
  readonly onZoom: (from: number, to: number) => void;
}) => {
  const key = `${series.id} chart ${JSON.stringify(view)}`;
  const chart = useResource(
    key,
    (signal) =>
      client.chart(
        { point: series.point, variable: series.variable, ...queryOf(view, Date.now()), buckets: 1000 },
        { signal },
      ),
    view.kind === 'last' ? ['values'] : [],
  );
  const corrections = useResource(`${key} corrections`, (signal) =>
    readAll('listCorrections', { series: series.id, ...queryOf(view, Date.now()) }, signal, 1),
  );
  const name = named('kind', series.kind);
  const { data } = chart;
  const drawn = useMemo(
    () =>
      data === undefined
        ? undefined
        : { ...linesOf(data, name, seriesColour(series.kind)), shades: shadesOf(corrections.data ?? []) },
    [data, corrections.data, name],
  );
  return (
    <section class="card">
      <h2>
        {name} <span class="quiet">{series.variable}</span>
      </h2>
      <Loaded of={chart}>
        {(columns) =>
          columns.at.length === 0 || drawn === undefined ? (
            <p class="quiet">{text('noValues')}</p>
          ) : (
            <Chart
              data={drawn}
              onZoom={onZoom}
              label={text('chart.label', {
                what: name,
                from: when(Date.parse(columns.from)),
                to: when(Date.parse(columns.to)),
              })}
            />
          )
        }
      </Loaded>
      <Corrections series={series} onChange={() => corrections.again()} />
    </section>
  );
};
