import type { DataSchemas, Series, StandingCorrection } from '@caudal/client';
import { useState } from 'preact/hooks';
import { client } from '../../api/client.ts';
import { useSession } from '../../api/session.ts';
import { useResource } from '../../api/use-resource.ts';
import { quantity } from '../../numbers.ts';
import { AskWhy } from '../../parts/ask-why.tsx';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Loaded } from '../../parts/loading.tsx';
import { Table } from '../../parts/table.tsx';
import { SchemaForm } from '../../schema-form/schema-form.tsx';
import type { Schema, Value } from '../../schema-form/schema.ts';
import { named, text } from '../../text.ts';

const tones: Readonly<Record<StandingCorrection['standing'], Tone>> = {
  applied: 'good',
  suggested: 'suspect',
  reverted: 'missing',
};

const correctionId = () => `correction-${crypto.randomUUID().slice(0, 8)}`;

/** What can be done with a correction as it stands: a person decides on a rule’s, and takes back what people said. */
type Deed =
  | { readonly kind: 'decide'; readonly decision: 'accept' | 'revert'; readonly of: StandingCorrection }
  | { readonly kind: 'take-back'; readonly said: NonNullable<StandingCorrection['said']> };

const words = { accept: 'correction.accept', revert: 'correction.revert' } as const;

const deedsOf = (of: StandingCorrection): readonly Deed[] => {
  if (of.said !== null) return of.said.place === null ? [{ kind: 'take-back', said: of.said }] : [];
  return [{ kind: 'decide', decision: of.standing === 'applied' ? 'revert' : 'accept', of }];
};

const wordOf = (deed: Deed) => (deed.kind === 'decide' ? words[deed.decision] : 'correction.takeBack');

const keep = (content: Readonly<Record<string, unknown>>, because: string) => {
  const id = correctionId();
  return client.addData({ kind: 'corrections', body: { id, content: { id, ...content, because }, because } });
};

const done = (series: string, deed: Deed, because: string): Promise<unknown> =>
  deed.kind === 'decide'
    ? keep({ series, rule: deed.of.rule, key: deed.of.key, decision: deed.decision }, because)
    : client.removeData({
        kind: 'corrections',
        id: deed.said.id,
        because,
        ifMatch: `"${deed.said.version}"`,
      });

/** A correction that a person writes: its shapes without those that decide on a rule’s. */
const written = ({ kinds }: DataSchemas): Schema => {
  const { anyOf = [] } = kinds['corrections'] as Schema;
  const own = anyOf.filter(({ properties = {} }) => !('decision' in properties));
  return {
    anyOf: own.map((variant) => {
      const { series: _series, ...properties } = variant.properties ?? {};
      return { ...variant, properties };
    }),
  };
};

const Write = ({
  series,
  onDone,
  onClose,
}: {
  readonly series: string;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) => {
  const schemas = useResource('data-schemas', (signal) => client.dataSchemas({}, { signal }));
  return (
    <Dialog title={text('correction.add')} onClose={onClose}>
      <p class="hint">{text('correction.hint')}</p>
      <Loaded of={schemas}>
        {(found) => (
          <SchemaForm
            schema={written(found)}
            initial={{ method: 'exclude' }}
            label={text('correction.add')}
            submit={async (content: Value) => {
              await keep({ series, ...content }, typeof content['because'] === 'string' ? content['because'] : '');
              onDone();
            }}
          />
        )}
      </Loaded>
    </Dialog>
  );
};

/** What is shown otherwise than read: proposed by rules, decided and written by people, each with who and why. */
export const Corrections = ({ series, onChange }: { readonly series: Series; readonly onChange: () => void }) => {
  const { may } = useSession();
  const found = useResource(
    `${series.id} corrections`,
    (signal) => client.seriesCorrections({ point: series.point, variable: series.variable }, { signal }),
    ['values'],
  );
  const [deed, setDeed] = useState<Deed>();
  const [writing, setWriting] = useState(false);
  const changed = () => {
    found.again();
    onChange();
  };
  return (
    <details class="group">
      <summary>
        {text('corrections')} ({found.data?.total ?? 0})
      </summary>
      <div class="fields">
        {may('config:write') ? (
          <p>
            <button type="button" onClick={() => setWriting(true)}>
              {text('correction.add')}
            </button>
          </p>
        ) : null}
        <Loaded of={found}>
          {({ items }) => (
            <Table
              caption={`${text('corrections')}: ${series.id}`}
              rows={items}
              rowKey={({ rule, key }) => `${rule} ${key}`}
              columns={[
                { head: text('from'), cell: ({ from }) => <Instant at={from} /> },
                { head: text('to'), cell: ({ to }) => <Instant at={to} /> },
                {
                  head: text('method'),
                  cell: ({ method, amount }) =>
                    `${named('method', method)}${amount === null ? '' : ` ${quantity(amount, series.unit)}`}`,
                },
                {
                  head: text('state'),
                  cell: ({ standing }) => <Badge tone={tones[standing]}>{named('correction', standing)}</Badge>,
                },
                {
                  head: text('because'),
                  cell: ({ rule, because, said }) => (
                    <>
                      {rule === 'person' ? null : <div>{rule}</div>}
                      <div class={said === null ? 'quiet' : ''}>{said?.because ?? because}</div>
                      {said === null ? null : (
                        <div class="quiet">
                          {said.by ?? said.place} <Instant at={said.at} />
                        </div>
                      )}
                    </>
                  ),
                },
                {
                  head: text('acts'),
                  cell: (one) =>
                    may('config:write')
                      ? deedsOf(one).map((each) => (
                          <button key={wordOf(each)} type="button" onClick={() => setDeed(each)}>
                            {text(wordOf(each))}
                          </button>
                        ))
                      : null,
                },
              ]}
            />
          )}
        </Loaded>
      </div>
      {writing ? (
        <Write
          series={series.id}
          onDone={() => {
            setWriting(false);
            changed();
          }}
          onClose={() => setWriting(false)}
        />
      ) : null}
      {deed === undefined ? null : (
        <AskWhy
          title={text(wordOf(deed))}
          act={async (because) => {
            await done(series.id, deed, because);
            changed();
          }}
          onClose={() => setDeed(undefined)}
        />
      )}
    </details>
  );
};
