import { useState } from 'preact/hooks';
import { usePages } from '../api/use-pages.ts';
import { number } from '../numbers.ts';
import { FindingTable } from '../parts/finding-table.tsx';
import { Instant } from '../parts/instant.tsx';
import { Loaded } from '../parts/loading.tsx';
import { Table } from '../parts/table.tsx';
import { link } from '../route.ts';
import { named, text } from '../text.ts';

const day = 86_400_000;

/** What rules found of late, and what is shown otherwise than read. */
const Quality = () => {
  const [from] = useState(() => new Date(Date.now() - 30 * day).toISOString());
  const corrections = usePages('listCorrections', { from, limit: 20 });
  return (
    <>
      <div class="title">
        <h1>{text('nav.quality')}</h1>
        <span class="hint">{text('quality.hint')}</span>
      </div>
      <section class="card">
        <h2>{text('findings')}</h2>
        <FindingTable query={{ from, limit: 50 }} />
      </section>
      <section class="card">
        <h2>{text('corrections')}</h2>
        <Loaded of={corrections}>
          {(rows) => (
            <Table
              caption={text('corrections')}
              rows={rows}
              rowKey={({ point, rule, key }) => `${point} ${rule} ${key}`}
              more={corrections.more}
              columns={[
                { head: text('from'), cell: (row) => <Instant at={row.from} /> },
                { head: text('to'), cell: (row) => <Instant at={row.to} /> },
                { head: text('series'), cell: ({ series, point }) => <a href={link(['points', point])}>{series}</a> },
                { head: text('method'), cell: ({ method }) => named('method', method) },
                { head: text('amount'), numeric: true, cell: ({ amount }) => number(amount) },
                { head: text('state'), cell: ({ state }) => named('correction', state) },
              ]}
            />
          )}
        </Loaded>
      </section>
    </>
  );
};

export default Quality;
