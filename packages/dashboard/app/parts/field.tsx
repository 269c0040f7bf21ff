import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

/** One question of a form, with what helps and what is wrong tied to its input for those who do not see it. */
export const Field = ({
  id: given,
  label,
  hint,
  mistake,
  children,
}: {
  /** Where something leads to it from elsewhere. */
  readonly id?: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly mistake?: string | undefined;
  readonly children: (input: {
    readonly id: string;
    readonly 'aria-describedby': string;
    readonly 'aria-invalid': boolean;
  }) => ComponentChildren;
}) => {
  const own = useId();
  const id = given ?? own;
  return (
    <div>
      <label for={id}>{label}</label>
      {children({ id, 'aria-describedby': `${id}-more`, 'aria-invalid': mistake !== undefined })}
      <div id={`${id}-more`}>
        {hint === undefined ? null : <span class="hint">{hint}</span>}
        {mistake === undefined ? null : (
          <span class="mistake" role="alert">
            {mistake}
          </span>
        )}
      </div>
    </div>
  );
};
