import type { DataPreview } from '@caudal/client';
import { ActButton } from '../../parts/act-button.tsx';
import { Instant } from '../../parts/instant.tsx';
import { text } from '../../text.ts';
import { sentence, thing } from '../../words/mistakes.ts';

/** What a change would do, before it is made. */
export const Effects = ({
  found,
  look,
}: {
  readonly found: DataPreview | undefined;
  readonly look: () => Promise<void>;
}) => (
  <div>
    <ActButton act={look}>{text('data.look')}</ActButton>
    {found === undefined ? null : (
      <div role="status">
        {found.mistakes.length + found.reopened.length + found.redecoded.length === 0 ? (
          <p>{text('data.noEffects')}</p>
        ) : null}
        <ul>
          {found.mistakes.map(({ place, path, severity, ...said }) => (
            <li key={`${place} ${path} ${said.message}`} class={severity === 'error' ? 'mistake' : ''}>
              {`${path === '' ? thing(place) : path}: ${sentence(said)}`}
            </li>
          ))}
          {found.reopened.map(({ point, from }) => (
            <li key={point}>
              {text('data.reopens', { point })} <Instant at={from} />
            </li>
          ))}
          {found.redecoded.map((device) => (
            <li key={device}>{text('data.redecodes', { device })}</li>
          ))}
        </ul>
      </div>
    )}
  </div>
);
