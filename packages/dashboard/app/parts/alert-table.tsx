import type { Operations } from '@caudal/client';
import { usePages } from '../api/use-pages.ts';
import { link } from '../route.ts';
import { named, text } from '../text.ts';
import { severityTones } from '../tones.ts';
import { Badge } from './badge.tsx';
import { Instant } from './instant.tsx';
import { Loaded } from './loading.tsx';
import { Table } from './table.tsx';

/** Alerts, newest first; each opens its own page. */
export const AlertTable = ({ query }: { readonly query: Operations['listAlerts']['input'] }) => {
  const alerts = usePages('listAlerts', { limit: 20, ...query }, ['alert']);
  return (
    <Loaded of={alerts}>
      {(rows) => (
        <Table
          caption={text('nav.alerts')}
          rows={rows}
          rowKey={({ id }) => id}
          more={alerts.more}
          columns={[
            {
              head: text('severity'),
              cell: ({ severity }) => (
                <Badge tone={severityTones[severity] ?? 'missing'}>{named('severity', severity)}</Badge>
              ),
            },
            {
              head: text('event'),
              cell: ({ id, event }) => <a href={link(['alerts', id])}>{named('event', event)}</a>,
            },
            {
              head: text('subject'),
              cell: ({ subject, point }) =>
                point === null ? subject : <a href={link(['points', point])}>{subject}</a>,
            },
            { head: text('since'), cell: ({ openedAt }) => <Instant at={openedAt} /> },
            { head: text('alerts.acknowledged'), cell: ({ acknowledged }) => acknowledged?.by },
            { head: text('ended'), cell: ({ closedAt }) => <Instant at={closedAt} /> },
          ]}
        />
      )}
    </Loaded>
  );
};
