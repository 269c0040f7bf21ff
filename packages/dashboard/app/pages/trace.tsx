import { useState } from 'preact/hooks';
import { client } from '../api/client.ts';
import { useResource } from '../api/use-resource.ts';
import { Loaded } from '../parts/loading.tsx';
import type { PageProps } from '../page-props.ts';
import { go } from '../route.ts';
import { text } from '../text.ts';
import { TraceSteps } from './trace/steps.tsx';

/** From a receipt back to the bytes of the vendor, or from a value forward to its receipt. */
const TracePage = ({ rest: [key] }: PageProps) => {
  const [asked, setAsked] = useState(key ?? '');
  const found = useResource(key ?? '', (signal) =>
    key === undefined ? Promise.resolve(null) : client.trace({ key }, { signal }),
  );
  return (
    <>
      <div class="title">
        <h1>{text('trace')}</h1>
      </div>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          go(['trace', asked.trim()]);
        }}
      >
        <label>
          {text('trace.key')}
          <input value={asked} size={50} required onInput={(event) => setAsked(event.currentTarget.value)} />
        </label>
        <button type="submit" data-kind="main">
          {text('trace')}
        </button>
      </form>
      <Loaded of={found}>{(trace) => (trace === null ? null : <TraceSteps trace={trace} />)}</Loaded>
    </>
  );
};

export default TracePage;
