import type { Entity } from '@caudal/client';
import { Instant } from '../../parts/instant.tsx';
import { labelOf } from '../../schema-form/form.ts';
import { text } from '../../text.ts';

const changedKeys = (before: Entity['content'], after: Entity['content']): readonly string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );

/** Somebody was quicker: who, what of it, and what can be done. */
export const Conflict = ({
  mine,
  theirs,
  takeTheirs,
  keepMine,
}: {
  /** As it was when the form was opened. */
  readonly mine: Entity;
  readonly theirs: Entity;
  readonly takeTheirs: () => void;
  readonly keepMine: () => void;
}) => (
  <div class="notice" data-tone="suspect" role="alert">
    <p>
      {text('conflict.why', { who: theirs.by ?? '–' })} <Instant at={theirs.at} />
      {theirs.reason === null ? '' : `: ${theirs.reason}`}
    </p>
    <dl class="facts">
      {changedKeys(mine.content, theirs.content).map((key) => [
        <dt key={`${key}-t`}>{labelOf([key])}</dt>,
        <dd key={key}>
          <code>{JSON.stringify(mine.content[key]) ?? '–'}</code> →{' '}
          <code>{JSON.stringify(theirs.content[key]) ?? '–'}</code>
        </dd>,
      ])}
    </dl>
    <p class="row">
      <button type="button" onClick={takeTheirs}>
        {text('conflict.theirs')}
      </button>
      <button type="button" onClick={keepMine}>
        {text('conflict.mine')}
      </button>
    </p>
  </div>
);
