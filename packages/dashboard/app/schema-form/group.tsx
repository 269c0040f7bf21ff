import type { ComponentChildren } from 'preact';
import { hintOf, idOf, labelOf, useForm } from './form.ts';
import { Mistake } from './mistake.tsx';
import type { PartProps } from './part-props.ts';
import { pointerOf, valueAt } from './path.ts';

/** Several fields under one heading. What may be left out is closed until it says something or is wrong. */
export const Group = ({ schema, path, required, children }: PartProps & { readonly children: ComponentChildren }) => {
  const form = useForm();
  if (path.length === 0) return <>{children}</>;
  const hint = hintOf(path, schema);
  const inner = (
    <>
      {hint === undefined ? null : <p class="hint">{hint}</p>}
      <Mistake path={path} />
      {children}
    </>
  );
  if (required || typeof path.at(-1) === 'number')
    return (
      <fieldset id={idOf(path)} tabIndex={-1}>
        <legend>{labelOf(path)}</legend>
        {inner}
      </fieldset>
    );
  const pointer = pointerOf(path);
  const open =
    valueAt(form.value, path) !== undefined || [...form.mistakes.keys()].some((one) => one.startsWith(pointer));
  return (
    <details class="group" open={open}>
      <summary id={idOf(path)}>{labelOf(path)}</summary>
      <div class="fields">{inner}</div>
    </details>
  );
};
