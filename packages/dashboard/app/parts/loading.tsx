import type { ComponentChildren } from 'preact';
import type { Resource } from '../api/use-resource.ts';
import { text } from '../text.ts';

/** What was asked for, once it is there; what went wrong and a way to ask again otherwise. Old data stay while new ones come. */
export const Loaded = <T,>({
  of,
  children,
}: {
  readonly of: Resource<T>;
  readonly children: (data: T) => ComponentChildren;
}) => (
  <>
    {of.problem === undefined ? null : (
      <div class="notice" data-tone="fail" role="alert">
        <p>{of.problem.detail}</p>
        <button type="button" onClick={() => of.again()}>
          {text('tryAgain')}
        </button>
      </div>
    )}
    {of.data === undefined ? (
      of.problem === undefined ? (
        <p class="quiet" role="status">
          {text('loading')}
        </p>
      ) : null
    ) : (
      children(of.data)
    )}
  </>
);
