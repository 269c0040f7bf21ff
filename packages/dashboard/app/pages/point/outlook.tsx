import type { Forecast, Series } from '@caudal/client';
import { useState } from 'preact/hooks';
import { client } from '../../api/client.ts';
import { useResource } from '../../api/use-resource.ts';
import { quantity, number } from '../../numbers.ts';
import { Chart, type ChartData } from '../../parts/chart.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Loaded } from '../../parts/loading.tsx';
import { named, text } from '../../text.ts';
import { when } from '../../time.ts';
import { seriesColour } from '../../tones.ts';

const day = 86_400_000;
const daysBehind = 90;
const stepsAhead = 72;

const linesOf = ({ start, stepMs, value, low, high, unit }: Forecast, colour: string): ChartData => {
  const from = Date.parse(start);
  const base = { unit, colour };
  return {
    time: value.map((_, index) => from + index * stepMs),
    lines: [
      { ...base, label: text('forecast.value'), values: value, dashed: true },
      { ...base, label: text('forecast.low'), values: low, faint: true },
      { ...base, label: text('forecast.high'), values: high, faint: true },
    ],
  };
};

const Whither = ({ series, limit }: { readonly series: Series; readonly limit: string }) => {
  const [now] = useState(Date.now);
  const { point, variable } = series;
  const span = { from: new Date(now - daysBehind * day).toISOString(), to: new Date(now).toISOString() };
  const trend = useResource(`${series.id} trend ${limit}`, (signal) =>
    client.trend({ point, variable, ...span, ...(limit === '' ? {} : { limit: Number(limit) }) }, { signal }),
  );
  const forecast = useResource(`${series.id} forecast`, (signal) =>
    client.forecast({ point, variable, ...span, steps: stepsAhead }, { signal }),
  );
  return (
    <>
      <h3>{text('trend.title', { days: daysBehind })}</h3>
      <Loaded of={trend}>
        {({ direction, slopePerDay, slopeLow, slopeHigh, p, crossing, unit }) => (
          <Facts
            of={{
              [text('trend.direction')]: text(`trend.${direction}`),
              [text('trend.slope')]:
                `${quantity(slopePerDay, unit, 4)} (${number(slopeLow, 4)} – ${number(slopeHigh, 4)}) ${text('trend.perDay')}`,
              [text('trend.p')]: number(p, 4),
              [text('trend.crossing')]:
                crossing === null ? undefined : crossing.at === null ? (
                  text('trend.never')
                ) : (
                  <>
                    <Instant at={crossing.at} />{' '}
                    <span class="quiet">
                      (<Instant at={crossing.earliest} /> – <Instant at={crossing.latest} />)
                    </span>
                  </>
                ),
            }}
          />
        )}
      </Loaded>
      <h3>{text('forecast.title')}</h3>
      <Loaded of={forecast}>
        {(found) => (
          <>
            <Chart
              data={linesOf(found, seriesColour(series.kind))}
              height={220}
              label={text('chart.label', {
                what: text('forecast.title'),
                from: when(Date.parse(found.start)),
                to: when(Date.parse(found.start) + found.value.length * found.stepMs),
              })}
            />
            <p class="hint">
              {text('forecast.skill', { skill: number(found.skill, 2), coverage: number(found.coverage * 100, 0) })}
            </p>
          </>
        )}
      </Loaded>
    </>
  );
};

/** Where a series is going; worked out when somebody wants to know. */
export const Outlook = ({ series }: { readonly series: readonly Series[] }) => {
  const [open, setOpen] = useState(false);
  const [id, setId] = useState(series[0]?.id);
  const [limit, setLimit] = useState('');
  const chosen = series.find((one) => one.id === id);
  if (chosen === undefined) return null;
  return (
    <section class="card">
      <h2>{text('outlook')}</h2>
      <details class="group" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>{text('outlook.open')}</summary>
        <div class="row">
          <label>
            {text('series')}
            <select value={id} onChange={({ currentTarget }) => setId(currentTarget.value)}>
              {series.map((one) => (
                <option key={one.id} value={one.id}>
                  {named('kind', one.kind)} ({one.variable})
                </option>
              ))}
            </select>
          </label>
          <label>
            {text('trend.limit')}
            <input
              type="number"
              step="any"
              value={limit}
              onChange={({ currentTarget }) => setLimit(currentTarget.value)}
            />
          </label>
        </div>
        {open ? <Whither series={chosen} limit={limit} /> : null}
      </details>
    </section>
  );
};
