import type { RawRecordDetail } from '@caudal/client';
import { get, request } from '../api/call.ts';
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
  const path = `/raw/${encodeURIComponent(id)}`;
  const record = useResource(id, (signal) => get<RawRecordDetail>(path, {}, signal));
  const body = useResource(`${id} body`, async (signal) => (await request('GET', `${path}/body`, { signal })).text());
  return (
    <>
      <div class="title">
        <h1>{text('raw')}</h1>
        <div class="acts">
          <ActButton act={() => save(`${path}/body`, {}, `${id}.bin`)}>{text('raw.save')}</ActButton>
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
