import type { Operations } from '@caudal/client';
import { usePages } from '../api/use-pages.ts';
import { link } from '../route.ts';
import { named, text } from '../text.ts';
import { flagTones } from '../tones.ts';
import { Badge } from './badge.tsx';
import { Instant } from './instant.tsx';
import { Loaded } from './loading.tsx';
import { Table } from './table.tsx';

/** What rules found, newest first. */
export const FindingTable = ({ query }: { readonly query: Operations['listFindings']['input'] }) => {
  const findings = usePages('listFindings', { limit: 20, ...query });
  return (
    <Loaded of={findings}>
      {(rows) => (
        <Table
          caption={text('findings')}
          rows={rows}
          rowKey={({ point, rule, key }) => `${point} ${rule} ${key}`}
          more={findings.more}
          columns={[
            { head: text('from'), cell: ({ from }) => <Instant at={from} /> },
            { head: text('to'), cell: ({ to }) => <Instant at={to} /> },
            { head: text('series'), cell: ({ series, point }) => <a href={link(['points', point])}>{series}</a> },
            {
              head: text('finding'),
              cell: ({ code, flag, about }) => (
                <>
                  <Badge tone={about === 'event' ? 'unknown' : flagTones[flag]}>{named('code', code)}</Badge>
                  {named('code', code) === code ? null : <div class="quiet">{code}</div>}
                </>
              ),
            },
            { head: text('status'), cell: ({ status }) => named('status', status) },
          ]}
        />
      )}
    </Loaded>
  );
};
