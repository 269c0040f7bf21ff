import { usePages } from '../../api/use-pages.ts';
import { Instant } from '../../parts/instant.tsx';
import { Loaded } from '../../parts/loading.tsx';
import { Table } from '../../parts/table.tsx';
import { named, text } from '../../text.ts';

/** Who did what, newest first. */
export const Audit = () => {
  const entries = usePages('listAudit', { limit: 20 });
  return (
    <section class="card">
      <h2>{text('audit')}</h2>
      <p class="hint">{text('audit.hint')}</p>
      <Loaded of={entries}>
        {(rows) => (
          <Table
            caption={text('audit')}
            rows={rows}
            rowKey={({ seq, at, act }) => `${seq ?? ''} ${at} ${act}`}
            more={entries.more}
            columns={[
              { head: '#', numeric: true, cell: ({ seq }) => seq },
              { head: text('instant'), cell: ({ at }) => <Instant at={at} precise /> },
              {
                head: text('actor'),
                // Names change and may be alike: here it is said exactly too.
                cell: ({ actor, by }) =>
                  by === actor ? (
                    actor
                  ) : (
                    <>
                      {by} <code class="quiet">{actor}</code>
                    </>
                  ),
              },
              { head: text('act'), cell: ({ act }) => named('act', act) },
              { head: text('subject'), cell: ({ subject }) => subject },
            ]}
          />
        )}
      </Loaded>
    </section>
  );
};
