import { useState } from 'preact/hooks';
import type { Point, Value } from '@caudal/client';
import { readAll, usePages } from '../api/use-pages.ts';
import { useResource } from '../api/use-resource.ts';
import { quantity } from '../numbers.ts';
import { Badge } from '../parts/badge.tsx';
import { Instant } from '../parts/instant.tsx';
import { Loaded } from '../parts/loading.tsx';
import { Table } from '../parts/table.tsx';
import type { PageProps } from '../page-props.ts';
import { link } from '../route.ts';
import { named, text } from '../text.ts';
import { flagTones, healthTones } from '../tones.ts';
import { PointPage } from './point/point.tsx';

const Newest = ({ value }: { readonly value: Value | undefined }) =>
  value === undefined ? (
    <span class="quiet">–</span>
  ) : (
    <>
      {quantity(value.value, value.unit ?? '')}
      {flagTones[value.flag] === 'good' ? null : (
        <>
          {' '}
          <Badge tone={flagTones[value.flag]}>{named('flag', String(value.flag))}</Badge>
        </>
      )}
    </>
  );

const List = () => {
  const [part, setPart] = useState('');
  const [state, setState] = useState<Point['state'] | ''>('');
  const points = usePages('listPoints', {
    ...(part === '' ? {} : { text: part }),
    ...(state === '' ? {} : { state }),
  });
  const newest = useResource('latest', (signal) => readAll('latestValues', {}, signal), ['values']);
  const bySeries = new Map(newest.data?.map((value) => [value.series, value]));
  const newestOf = (point: Point, ...kinds: readonly string[]) => {
    const series = point.series.find(({ kind }) => kinds.includes(kind));
    return <Newest value={series === undefined ? undefined : bySeries.get(series.id)} />;
  };
  return (
    <>
      <div class="title">
        <h1>{text('nav.points')}</h1>
      </div>
      <div class="row">
        <label>
          {text('search')}
          <input type="search" value={part} onInput={(event) => setPart(event.currentTarget.value)} />
        </label>
        <label>
          {text('state')}
          <select value={state} onChange={(event) => setState(event.currentTarget.value as Point['state'] | '')}>
            <option value="">{text('all')}</option>
            {['ACTIVE', 'INACTIVE', 'MAINTENANCE'].map((one) => (
              <option key={one} value={one}>
                {named('pointState', one)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div class="card">
        <Loaded of={points}>
          {(rows) => (
            <Table
              caption={text('nav.points')}
              rows={rows}
              rowKey={({ id }) => id}
              more={points.more}
              columns={[
                {
                  head: text('point'),
                  cell: (point) => (
                    <>
                      <a href={link(['points', point.id])}>{point.name}</a>
                      {point.code === undefined ? null : <div class="quiet">{point.code}</div>}
                    </>
                  ),
                },
                {
                  head: text('health'),
                  cell: ({ health, state: set }) => (
                    <>
                      <Badge tone={healthTones[health] ?? 'missing'}>{named('health', health)}</Badge>
                      {set === 'ACTIVE' ? null : ` ${named('pointState', set)}`}
                    </>
                  ),
                },
                { head: text('kind.level'), numeric: true, cell: (point) => newestOf(point, 'level') },
                { head: text('kind.flow'), numeric: true, cell: (point) => newestOf(point, 'flow', 'averageFlow') },
                { head: text('kind.total'), numeric: true, cell: (point) => newestOf(point, 'total') },
                { head: text('lastContact'), cell: ({ lastContact }) => <Instant at={lastContact} /> },
              ]}
            />
          )}
        </Loaded>
      </div>
    </>
  );
};

const Points = ({ rest: [id] }: PageProps) => (id === undefined ? <List /> : <PointPage id={id} />);

export default Points;
