import { text } from '../text.ts';
import { clocksDiffer, when } from '../time.ts';

/** As the API gives instants: ISO 8601, or UTC milliseconds where the page counted itself. */
export type At = string | number | null | undefined;

/** An instant by the clock of people; by the regulators' too where they differ. */
export const Instant = ({ at, precise }: { readonly at: At; readonly precise?: boolean }) => {
  if (at === null || at === undefined) return <span class="quiet">–</span>;
  const ms = typeof at === 'number' ? at : Date.parse(at);
  return (
    <time dateTime={new Date(ms).toISOString()} class="number">
      {when(ms, precise === true ? 'second' : 'minute')}
      {clocksDiffer(ms) ? (
        <span class="quiet" title={text('regulatorClock')}>
          {` (${when(ms, 'clock', 'regulator').slice(0, 5)} UTC−4)`}
        </span>
      ) : null}
    </time>
  );
};
