import { client } from '../api/client.ts';
import { useResource } from '../api/use-resource.ts';
import { number } from '../numbers.ts';
import { ActButton } from '../parts/act-button.tsx';
import { Facts } from '../parts/facts.tsx';
import { Instant } from '../parts/instant.tsx';
import { Loaded } from '../parts/loading.tsx';
import { save } from '../parts/save.ts';
import type { PageProps } from '../page-props.ts';
import { named, text } from '../text.ts';

/** Most of a body that is shown; the whole is a file. */
const shown = 20_000;

/** What a vendor sent, as it came. */
const Raw = ({ rest: [id = ''] }: PageProps) => {
  const record = useResource(id, (signal) => client.getRaw({ raw: id }, { signal }));
  const body = useResource(`${id} body`, async (signal) => (await client.getRawBody({ raw: id }, { signal })).text());
  return (
    <>
      <div class="title">
        <h1>{text('raw')}</h1>
        <div class="acts">
          <ActButton act={async () => save(await client.getRawBody({ raw: id }), `${id}.bin`)}>
            {text('raw.save')}
          </ActButton>
        </div>
      </div>
      <Loaded of={record}>
        {(found) => (
          <section class="card">
            <Facts
              of={{
                [text('record')]: <code>{found.id}</code>,
                [text('provider')]: found.instance,
                [text('receivedAt')]: <Instant at={found.receivedAt} precise />,
                [text('state')]: named('rawStatus', found.status),
                [text('reason')]: found.reason ?? undefined,
                [text('bytes')]: number(found.bytes),
                [text('repeats')]: number(found.repeats),
              }}
            />
            <details>
              <summary>{text('raw.envelope')}</summary>
              <pre tabIndex={0}>{JSON.stringify(found.envelope, null, 2)}</pre>
            </details>
          </section>
        )}
      </Loaded>
      <section class="card">
        <h2>{text('raw.body')}</h2>
        <Loaded of={body}>
          {(whole) => <pre tabIndex={0}>{whole.length > shown ? `${whole.slice(0, shown)}…` : whole}</pre>}
        </Loaded>
      </section>
    </>
  );
};

export default Raw;
