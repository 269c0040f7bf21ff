import { useState } from 'preact/hooks';
import { useSession } from '../../api/session.ts';
import { usePages } from '../../api/use-pages.ts';
import { Instant } from '../../parts/instant.tsx';
import { Loaded } from '../../parts/loading.tsx';
import { Table } from '../../parts/table.tsx';
import { link } from '../../route.ts';
import { text } from '../../text.ts';
import type { Kind } from './kinds.ts';
import { nameOf } from './name-of.ts';

/** All of one kind. */
export const EntityList = ({ kind }: { readonly kind: Kind }) => {
  const [part, setPart] = useState('');
  const { may } = useSession();
  const found = usePages('listData', { kind, ...(part === '' ? {} : { text: part }) });
  return (
    <>
      <div class="title">
        <h1>{text(`data.${kind}`)}</h1>
        <div class="acts row">
          {may('config:write') ? (
            <a class="button" href={link(['data', kind], { new: 'yes' })}>
              {text('add')}
            </a>
          ) : null}
          {kind === 'points' ? (
            <a class="button" href={link(['data', 'import'])}>
              {text('import')}
            </a>
          ) : null}
          <a class="button" href={link(['data'])}>
            {text('nav.data')}
          </a>
        </div>
      </div>
      <p class="hint">{text(`data.${kind}.hint`)}</p>
      <div class="row">
        <label>
          {text('search')}
          <input type="search" value={part} onInput={(event) => setPart(event.currentTarget.value)} />
        </label>
      </div>
      <div class="card">
        <Loaded of={found}>
          {(rows) => (
            <Table
              caption={text(`data.${kind}`)}
              rows={rows}
              rowKey={({ id }) => id}
              more={found.more}
              columns={[
                { head: text('personName'), cell: (one) => <a href={link(['data', kind, one.id])}>{nameOf(one)}</a> },
                { head: text('data.id'), cell: ({ id }) => id },
                {
                  head: text('origin'),
                  cell: ({ origin, place }) => (origin === 'kept' ? text('data.kept') : (place ?? '')),
                },
                { head: text('data.changed'), cell: ({ at }) => <Instant at={at} /> },
                { head: text('actor'), cell: ({ by }) => by ?? '–' },
              ]}
            />
          )}
        </Loaded>
      </div>
    </>
  );
};
