import { client } from '../../api/client.ts';
import { useResource } from '../../api/use-resource.ts';
import { Instant } from '../../parts/instant.tsx';
import { Loaded } from '../../parts/loading.tsx';
import { Table } from '../../parts/table.tsx';
import { text } from '../../text.ts';
import type { Kind } from './kinds.ts';

/** Who changed it, when and why. */
export const History = ({ kind, id }: { readonly kind: Kind; readonly id: string }) => {
  const found = useResource(`history ${kind} ${id}`, (signal) => client.dataHistory({ kind, id }, { signal }));
  return (
    <section class="card">
      <h2>{text('data.history')}</h2>
      <Loaded of={found}>
        {({ items }) => (
          <Table
            caption={text('data.history')}
            rows={items}
            rowKey={({ version }) => version}
            columns={[
              { head: text('instant'), cell: ({ at }) => <Instant at={at} precise /> },
              { head: text('actor'), cell: ({ by }) => by ?? '–' },
              { head: text('because'), cell: ({ reason }) => reason },
            ]}
          />
        )}
      </Loaded>
    </section>
  );
};
