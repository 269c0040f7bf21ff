import type { Alert } from '@caudal/client';
import { useState } from 'preact/hooks';
import { client } from '../../api/client.ts';
import { useSession } from '../../api/session.ts';
import { useResource } from '../../api/use-resource.ts';
import { Badge } from '../../parts/badge.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Loaded } from '../../parts/loading.tsx';
import { link } from '../../route.ts';
import { named, text } from '../../text.ts';
import { severityTones } from '../../tones.ts';
import { ruleName } from '../../words/rule-names.ts';
import { Acknowledge } from './acknowledge.tsx';
import { SilenceIt } from './silence.tsx';
import { SilenceTable, useSilences } from './silences.tsx';

/** What silences it and nothing else. */
const Silenced = ({ alert: { id, rule, subject }, round }: { readonly alert: Alert; readonly round: number }) => {
  const silences = useSilences(round);
  return (
    <section class="card">
      <h2>{text('alerts.silences')}</h2>
      <SilenceTable
        of={silences}
        only={(one) => one.alert === id || (one.alert === null && one.rule === rule && one.subject === subject)}
      />
    </section>
  );
};

const instant = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;

/** Codes and states of a fact in words, instants on the clock of people. */
const factText = (name: string, fact: string) =>
  instant.test(fact) ? <Instant at={fact} /> : named(name === 'state' ? 'submission' : name, fact);

/** One alert: what it is about, who takes care of it, and the ways to answer it. */
export const OneAlert = ({ id }: { readonly id: string }) => {
  const { may } = useSession();
  const [asks, setAsks] = useState<'acknowledge' | 'silence'>();
  const [silencings, setSilencings] = useState(0);
  const alert = useResource(id, (signal) => client.getAlert({ alert: id }, { signal }), ['alert']);
  const close = () => setAsks(undefined);
  return (
    <Loaded of={alert}>
      {(found) => (
        <>
          <div class="title">
            <h1>{named('event', found.event)}</h1>
            <Badge tone={severityTones[found.severity] ?? 'missing'}>{named('severity', found.severity)}</Badge>
            {may('alerts:write') ? (
              <div class="row" role="group" aria-label={text('acts')}>
                {found.acknowledged === null ? (
                  <button type="button" data-kind="main" onClick={() => setAsks('acknowledge')}>
                    {text('alerts.acknowledge')}
                  </button>
                ) : null}
                {found.closedAt === null ? (
                  <button type="button" onClick={() => setAsks('silence')}>
                    {text('alerts.silence')}
                  </button>
                ) : null}
              </div>
            ) : null}
          </div>
          <p role="status">
            {found.acknowledged === null ? (
              text(found.closedAt === null ? 'alerts.nobody' : 'alerts.ended.unseen')
            ) : (
              <>
                {text('alerts.acknowledgedBy', { by: found.acknowledged.by })} <Instant at={found.acknowledged.at} />
                {found.acknowledged.note === '' ? '' : `: ${found.acknowledged.note}`}
              </>
            )}
          </p>
          <section class="card">
            <Facts
              of={{
                [text('subject')]: found.subject,
                [text('point')]:
                  found.point === null ? undefined : <a href={link(['points', found.point])}>{found.point}</a>,
                [text('since')]: <Instant at={found.openedAt} />,
                [text('ended')]: <Instant at={found.closedAt} />,
                [text('rule')]: ruleName(found.rule),
                ...Object.fromEntries(
                  Object.entries(found.facts).map(([name, fact]) => [named('fact', name), factText(name, fact)]),
                ),
              }}
            />
          </section>
          {may('system:read') ? <Silenced alert={found} round={silencings} /> : null}
          {asks === 'acknowledge' ? (
            <Acknowledge alert={found} onDone={() => alert.again()} onClose={close} />
          ) : asks === 'silence' ? (
            <SilenceIt alert={found} onDone={() => setSilencings((now) => now + 1)} onClose={close} />
          ) : null}
        </>
      )}
    </Loaded>
  );
};
