import type { Trace, ValueBehind } from '@caudal/client';
import { number, quantity } from '../../numbers.ts';
import { Badge } from '../../parts/badge.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Instant } from '../../parts/instant.tsx';
import { link } from '../../route.ts';
import { named, text } from '../../text.ts';
import { flagTones, submissionTones } from '../../tones.ts';

const RawStep = ({ raw }: { readonly raw: ValueBehind['raw'] }) => (
  <li>
    <h3>{text('raw')}</h3>
    <Facts
      of={{
        [text('provider')]: raw.instance ?? undefined,
        [text('receivedAt')]: raw.receivedAt === null ? undefined : <Instant at={raw.receivedAt} precise />,
        [text('bytes')]: raw.bytes === null ? undefined : number(raw.bytes),
        [text('record')]: raw.kept ? <a href={link(['raw', raw.id])}>{raw.id}</a> : text('raw.gone'),
      }}
    />
    {raw.body === null ? null : <pre tabIndex={0}>{raw.body}</pre>}
  </li>
);

const ValueStep = ({ value, findings, corrections, revisions, basis }: ValueBehind) => (
  <li>
    <h3>{value.series}</h3>
    <Facts
      of={{
        [text('instant')]: <Instant at={value.at} precise />,
        [text('value')]: `${value.text ?? '–'} ${value.unit ?? ''}`,
        [text('flag')]: <Badge tone={flagTones[value.flag]}>{named('flag', String(value.flag))}</Badge>,
        [text('findings')]:
          findings.length === 0
            ? undefined
            : findings.map(({ rule, code }) => <div key={`${rule} ${code}`}>{named('code', code)}</div>),
        [text('corrections')]:
          corrections.length === 0
            ? undefined
            : corrections.map(({ key, method, amount }) => (
                <div key={key}>
                  {named('method', method)} {number(amount)}
                </div>
              )),
        [text('before')]:
          revisions.length === 0
            ? undefined
            : revisions.map(({ replacedAt, value: old, unit: of }) => (
                <div key={replacedAt}>
                  {quantity(old, of ?? '')} · {text('until')} <Instant at={replacedAt} />
                </div>
              )),
      }}
    />
    {basis === null ? null : (
      <details>
        <summary>{text('basis')}</summary>
        <pre tabIndex={0}>{JSON.stringify(basis, null, 2)}</pre>
      </details>
    )}
  </li>
);

const SentStep = ({ submission, attempts }: Trace['submissions'][number]) => (
  <li>
    <h3>
      {named('target', submission.target)} {submission.work}{' '}
      <Badge tone={submissionTones[submission.state] ?? 'missing'}>{named('submission', submission.state)}</Badge>
    </h3>
    <Facts
      of={{
        [text('slot')]: <Instant at={submission.slot} />,
        [text('receipt')]: submission.receipt === null ? undefined : <code>{submission.receipt}</code>,
        [text('sentAt')]: <Instant at={submission.sentAt} precise />,
        [text('confirmedAt')]: <Instant at={submission.confirmedAt} precise />,
        [text('attempts')]: String(attempts.length),
        [text('evidence')]: <a href={link(['compliance', submission.obligation, submission.id])}>{text('look')}</a>,
      }}
    />
  </li>
);

/** The way of a reading, in its order: raw record, value, submission. */
export const TraceSteps = ({ trace }: { readonly trace: Trace }) => (
  <section class="card">
    <ol class="steps">
      {trace.values.map((one) => [
        <RawStep key={`${one.value.series} raw`} raw={one.raw} />,
        <ValueStep key={one.value.series} {...one} />,
      ])}
      {trace.submissions.map((one) => (
        <SentStep key={one.submission.id} {...one} />
      ))}
    </ol>
    {trace.submissions.length === 0 ? <p class="quiet">{text('trace.notSent')}</p> : null}
  </section>
);
