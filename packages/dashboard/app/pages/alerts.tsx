import { useState } from 'preact/hooks';
import { get } from '../api/call.ts';
import type { Alert } from '@caudal/client';
import { useResource } from '../api/use-resource.ts';
import { AlertTable } from '../parts/alert-table.tsx';
import { Badge } from '../parts/badge.tsx';
import { Facts } from '../parts/facts.tsx';
import { Instant } from '../parts/instant.tsx';
import { Loaded } from '../parts/loading.tsx';
import type { PageProps } from '../page-props.ts';
import { link } from '../route.ts';
import { named, text } from '../text.ts';
import { severityTones } from '../tones.ts';

const List = () => {
  const [open, setOpen] = useState(true);
  return (
    <>
      <div class="title">
        <h1>{text('nav.alerts')}</h1>
        <div class="row" role="group" aria-label={text('state')}>
          <button type="button" aria-pressed={open} onClick={() => setOpen(true)}>
            {text('alerts.open')}
          </button>
          <button type="button" aria-pressed={!open} onClick={() => setOpen(false)}>
            {text('alerts.ended')}
          </button>
        </div>
      </div>
      <section class="card">
        <AlertTable query={{ open, limit: 50 }} />
      </section>
    </>
  );
};

const One = ({ id }: { readonly id: string }) => {
  const alert = useResource(id, (signal) => get<Alert>(`/alerts/${encodeURIComponent(id)}`, {}, signal), ['alert']);
  return (
    <Loaded of={alert}>
      {(found) => (
        <>
          <div class="title">
            <h1>{named('event', found.event)}</h1>
            <Badge tone={severityTones[found.severity] ?? 'missing'}>{named('severity', found.severity)}</Badge>
          </div>
          <section class="card">
            <Facts
              of={{
                [text('subject')]: found.subject,
                [text('point')]:
                  found.point === null ? undefined : <a href={link(['points', found.point])}>{found.point}</a>,
                [text('since')]: <Instant at={found.openedAt} />,
                [text('ended')]: <Instant at={found.closedAt} />,
                [text('rule')]: named('code', found.rule),
                ...Object.fromEntries(Object.entries(found.facts).map(([name, fact]) => [named('fact', name), fact])),
              }}
            />
          </section>
        </>
      )}
    </Loaded>
  );
};

const Alerts = ({ rest: [id] }: PageProps) => (id === undefined ? <List /> : <One id={id} />);

export default Alerts;
