import type { Silence, Silences } from '@caudal/client';
import { client } from '../../api/client.ts';
import { useSession } from '../../api/session.ts';
import { type Resource, useResource } from '../../api/use-resource.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Loaded } from '../../parts/loading.tsx';
import { Table } from '../../parts/table.tsx';
import { link } from '../../route.ts';
import { text } from '../../text.ts';
import { ruleName } from '../../words/rule-names.ts';

/** @param round another one asks again */
export const useSilences = (round = 0): Resource<Silences> =>
  useResource(`silences ${round}`, (signal) => client.listSilences({}, { signal }));

const aboutOf = ({ alert, rule, subject, point }: Silence) =>
  alert === null ? (
    [rule === null ? null : ruleName(rule), subject, point].filter((one) => one !== null).join(' · ')
  ) : (
    <a href={link(['alerts', alert])}>{text('alerts.silence.alert')}</a>
  );

/** Silences that hold; who may, ends one now. */
export const SilenceTable = ({
  of,
  only = () => true,
}: {
  readonly of: Resource<Silences>;
  readonly only?: (silence: Silence) => boolean;
}) => {
  const { may } = useSession();
  return (
    <Loaded of={of}>
      {({ items }) => (
        <Table
          caption={text('alerts.silences')}
          rows={items.filter(only)}
          rowKey={({ id }) => id}
          columns={[
            { head: text('subject'), cell: aboutOf },
            { head: text('until'), cell: ({ until }) => <Instant at={until} /> },
            { head: text('because'), cell: ({ reason }) => reason },
            { head: text('actor'), cell: ({ by }) => by },
            ...(may('alerts:write')
              ? [
                  {
                    head: text('acts'),
                    cell: ({ id }: Silence) => (
                      <ActButton act={() => client.removeSilence({ silence: id })} then={() => of.again()}>
                        {text('alerts.unsilence')}
                      </ActButton>
                    ),
                  },
                ]
              : []),
          ]}
        />
      )}
    </Loaded>
  );
};
