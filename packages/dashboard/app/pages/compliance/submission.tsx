import { client } from '../../api/client.ts';
import type { Attempt } from '@caudal/client';
import { useResource } from '../../api/use-resource.ts';
import { Badge } from '../../parts/badge.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Loaded } from '../../parts/loading.tsx';
import { Table } from '../../parts/table.tsx';
import { link } from '../../route.ts';
import { named, text } from '../../text.ts';
import { when } from '../../time.ts';
import { submissionTones } from '../../tones.ts';
import { publicPageOf } from './public-page.ts';

const json = (value: unknown): string => JSON.stringify(value, null, 2);

/** What became of an attempt: the states of a submission, and what only one attempt can be. */
const outcomeName = (outcome: string): string => {
  const word = named('outcome', outcome);
  return word === outcome ? named('submission', outcome) : word;
};

const AttemptItem = ({ attempt }: { readonly attempt: Attempt }) => (
  <li>
    <h3>
      {text(attempt.kind === 'submit' ? 'attempt.submit' : 'attempt.confirm')}{' '}
      <Badge tone={submissionTones[attempt.outcome] ?? 'missing'}>{outcomeName(attempt.outcome)}</Badge>
    </h3>
    <Facts
      of={{
        [text('startedAt')]: <Instant at={attempt.startedAt} precise />,
        [text('endedAt')]: <Instant at={attempt.endedAt} precise />,
        [text('reason')]: attempt.reason ?? undefined,
        [text('hash')]: attempt.artifactHash === null ? undefined : <code>{attempt.artifactHash}</code>,
      }}
    />
    {attempt.artifact === null ? null : (
      <details>
        <summary>{text('artifact')}</summary>
        <pre tabIndex={0}>{json(attempt.artifact)}</pre>
      </details>
    )}
    {attempt.answer === null ? null : (
      <details>
        <summary>{text('answer')}</summary>
        <pre tabIndex={0}>{json(attempt.answer)}</pre>
      </details>
    )}
  </li>
);

/** One slot: what was sent, what was answered, and what stands behind it. */
export const SubmissionPage = ({ id }: { readonly id: string }) => {
  const submission = useResource(id, (signal) => client.getSubmission({ submission: id }, { signal }), ['submission']);
  const attempts = useResource(`${id} attempts`, (signal) => client.listAttempts({ submission: id }, { signal }), [
    'submission',
  ]);
  return (
    <Loaded of={submission}>
      {(found) => {
        const publicPage = publicPageOf(found.work);
        return (
          <>
            <div class="title">
              <h1>
                {found.work} · {when(Date.parse(found.slot), 'minute', 'regulator')} UTC−4
              </h1>
              <Badge tone={submissionTones[found.state] ?? 'missing'}>{named('submission', found.state)}</Badge>
            </div>
            <section class="card">
              <Facts
                of={{
                  [text('target')]: named('target', found.target),
                  [text('obligation')]: <a href={link(['compliance', found.obligation])}>{found.obligation}</a>,
                  [text('receipt')]: found.receipt === null ? undefined : <code>{found.receipt}</code>,
                  [text('publicPage')]:
                    publicPage === undefined ? undefined : (
                      <a href={publicPage} target="_blank" rel="noreferrer">
                        {publicPage}
                      </a>
                    ),
                  [text('reason')]: found.reason ?? undefined,
                  [text('sentAt')]: <Instant at={found.sentAt} precise />,
                  [text('confirmedAt')]: <Instant at={found.confirmedAt} precise />,
                  [text('dueAt')]: <Instant at={found.dueAt} />,
                  [text('maxLagAt')]: <Instant at={found.maxLagAt} />,
                }}
              />
            </section>
            <section class="card">
              <h2>{text('valuesBehind')}</h2>
              <Table
                caption={text('valuesBehind')}
                rows={found.sources}
                rowKey={({ series, at }) => `${series} ${at}`}
                columns={[
                  { head: text('series'), cell: ({ series }) => series },
                  { head: text('instant'), cell: ({ at }) => <Instant at={at} precise /> },
                  {
                    head: text('origin'),
                    cell: ({ series, at, raw }) => (
                      <span class="row">
                        <a href={link(['trace', `${series}@${at}`])}>{text('trace')}</a>
                        <a href={link(['raw', raw])}>{text('raw')}</a>
                      </span>
                    ),
                  },
                ]}
              />
              {found.report === null ? null : (
                <details>
                  <summary>{text('report')}</summary>
                  <pre tabIndex={0}>{json(found.report)}</pre>
                </details>
              )}
            </section>
            <section class="card">
              <h2>{text('attempts')}</h2>
              <Loaded of={attempts}>
                {({ items }) =>
                  items.length === 0 ? (
                    <p class="quiet">{text('noAttempts')}</p>
                  ) : (
                    <ol class="steps">
                      {items.map((attempt) => (
                        <AttemptItem key={attempt.id} attempt={attempt} />
                      ))}
                    </ol>
                  )
                }
              </Loaded>
            </section>
          </>
        );
      }}
    </Loaded>
  );
};
