import { idOf, labelOf, optionOf, useForm } from './form.ts';
import { Mistake } from './mistake.tsx';
import type { PartProps } from './part-props.ts';
import { valueAt } from './path.ts';

/** Some of a few known words. */
export const Checks = ({ schema, path, required }: PartProps) => {
  const form = useForm();
  const found = valueAt(form.value, path);
  const chosen: readonly unknown[] = Array.isArray(found) ? found : [];
  const change = (option: string | number, on: boolean) => {
    const next = (schema.items?.enum ?? []).filter((one) => (one === option ? on : chosen.includes(one)));
    form.set(path, next.length === 0 ? undefined : next);
  };
  return (
    <fieldset id={idOf(path)} tabIndex={-1}>
      <legend>{required ? `${labelOf(path)} *` : labelOf(path)}</legend>
      <Mistake path={path} />
      <div class="row">
        {schema.items?.enum?.map((one) => (
          <label key={one} class="inline">
            <input
              type="checkbox"
              checked={chosen.includes(one)}
              onChange={({ currentTarget }) => change(one, currentTarget.checked)}
            />
            {optionOf(path, one)}
          </label>
        ))}
      </div>
    </fieldset>
  );
};
