import { useState } from 'preact/hooks';
import type { Series } from '@caudal/client';
import { usePages } from '../../api/use-pages.ts';
import { quantity } from '../../numbers.ts';
import { Badge } from '../../parts/badge.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Loaded } from '../../parts/loading.tsx';
import { Table } from '../../parts/table.tsx';
import { link } from '../../route.ts';
import { named, text } from '../../text.ts';
import { flagTones } from '../../tones.ts';
import { queryOf, type View } from './spans.ts';

/** The values themselves, newest first; each leads to its way from the raw record to the receipt. */
export const NewestValues = ({ series, view }: { readonly series: readonly Series[]; readonly view: View }) => {
  const [id, setId] = useState(series[0]?.id);
  const chosen = series.find((one) => one.id === id);
  if (chosen === undefined) return null;
  return (
    <section class="card">
      <div class="row">
        <h2>{text('values')}</h2>
        <label class="inline">
          <span class="hidden-visually">{text('series')}</span>
          <select value={id} onChange={(event) => setId(event.currentTarget.value)}>
            {series.map((one) => (
              <option key={one.id} value={one.id}>
                {named('kind', one.kind)} ({one.variable})
              </option>
            ))}
          </select>
        </label>
      </div>
      <Rows series={chosen} view={view} />
    </section>
  );
};

const Rows = ({ series, view }: { readonly series: Series; readonly view: View }) => {
  const [opened] = useState(Date.now);
  const { from, to } = queryOf(view, opened);
  const values = usePages(
    'listValues',
    {
      point: series.point,
      variable: series.variable,
      ...(from === undefined ? {} : { from }),
      ...(view.kind === 'part' && to !== undefined ? { to } : {}),
      sort: '-at',
      limit: 20,
    },
    ['values'],
  );
  return (
    <Loaded of={values}>
      {(rows) => (
        <Table
          caption={text('values')}
          rows={rows}
          rowKey={({ at }) => at}
          more={values.more}
          columns={[
            { head: text('instant'), cell: ({ at }) => <Instant at={at} precise /> },
            { head: text('value'), numeric: true, cell: ({ value, unit }) => quantity(value, unit ?? '', 6) },
            {
              head: text('flag'),
              cell: ({ flag, codes }) => (
                <>
                  <Badge tone={flagTones[flag]}>{named('flag', String(flag))}</Badge>{' '}
                  <span class="quiet">{codes.map((code) => named('code', code)).join(', ')}</span>
                </>
              ),
            },
            { head: text('status'), cell: ({ status }) => named('status', status) },
            {
              head: text('origin'),
              cell: ({ at, raw }) => (
                <span class="row">
                  <a href={link(['trace', `${series.id}@${at}`])}>{text('trace')}</a>
                  <a href={link(['raw', raw])}>{text('raw')}</a>
                </span>
              ),
            },
          ]}
        />
      )}
    </Loaded>
  );
};
