import { readAll } from '../api/use-pages.ts';
import { useResource } from '../api/use-resource.ts';
import { Badge } from '../parts/badge.tsx';
import { Loaded } from '../parts/loading.tsx';
import { Table } from '../parts/table.tsx';
import { link } from '../route.ts';
import { named, text } from '../text.ts';
import { healthTones } from '../tones.ts';
import { type Placed, placed, project } from './map/projection.ts';

const colours: Readonly<Record<string, string>> = {
  good: 'var(--good)',
  fail: 'var(--fail)',
  missing: 'var(--missing)',
};

/** Where the points lie to one another, without a map server: a net of degrees and a scale. */
const Drawing = ({ points }: { readonly points: readonly Placed[] }) => {
  const { places, width, height, meridians, parallels, scale } = project(points);
  return (
    <svg class="map" viewBox={`0 0 ${width} ${height}`} role="group" aria-label={text('nav.map')}>
      {meridians.map(({ at, label }) => (
        <g key={label}>
          <line x1={at} x2={at} y1={0} y2={height} stroke="var(--line)" />
          <text x={at + 4} y={height - 6} font-size="12" fill="var(--quiet)">
            {label}
          </text>
        </g>
      ))}
      {parallels.map(({ at, label }) => (
        <g key={label}>
          <line x1={0} x2={width} y1={at} y2={at} stroke="var(--line)" />
          <text x={4} y={at - 4} font-size="12" fill="var(--quiet)">
            {label}
          </text>
        </g>
      ))}
      {places.map(({ point, x, y }) => (
        <a
          key={point.id}
          href={link(['points', point.id])}
          aria-label={`${point.name}: ${named('health', point.health)}`}
        >
          <title>{point.name}</title>
          <circle
            cx={x}
            cy={y}
            r={9}
            fill={colours[healthTones[point.health] ?? 'missing'] ?? 'var(--missing)'}
            stroke="var(--card)"
            stroke-width={2}
          />
          <text x={x + 13} y={y + 4} font-size="13" fill="var(--text)">
            {point.name}
          </text>
        </a>
      ))}
      <g transform={`translate(${width - scale.length - 20} 24)`}>
        <line x1={0} x2={scale.length} y1={0} y2={0} stroke="var(--text)" stroke-width={3} />
        <text x={0} y={18} font-size="12" fill="var(--text)">
          {scale.label}
        </text>
      </g>
    </svg>
  );
};

const MapPage = () => {
  const points = useResource('map', (signal) => readAll('listPoints', {}, signal), ['values']);
  return (
    <>
      <div class="title">
        <h1>{text('nav.map')}</h1>
        <span class="hint">{text('map.hint')}</span>
      </div>
      <Loaded of={points}>
        {(all) => {
          const there = placed(all);
          const nowhere = all.filter(({ id }) => !there.some((point) => point.id === id));
          return (
            <>
              <section class="card">
                {there.length === 0 ? <p class="quiet">{text('map.none')}</p> : <Drawing points={there} />}
              </section>
              {nowhere.length === 0 ? null : (
                <section class="card">
                  <h2>{text('map.nowhere')}</h2>
                  <Table
                    caption={text('map.nowhere')}
                    rows={nowhere}
                    rowKey={({ id }) => id}
                    columns={[
                      { head: text('point'), cell: ({ id, name }) => <a href={link(['points', id])}>{name}</a> },
                      {
                        head: text('health'),
                        cell: ({ health }) => (
                          <Badge tone={healthTones[health] ?? 'missing'}>{named('health', health)}</Badge>
                        ),
                      },
                    ]}
                  />
                </section>
              )}
            </>
          );
        }}
      </Loaded>
    </>
  );
};

export default MapPage;
