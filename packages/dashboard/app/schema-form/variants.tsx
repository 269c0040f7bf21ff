import { text } from '../text.ts';
import { idOf, labelOf, optionOf, useForm } from './form.ts';
import { Group } from './group.tsx';
import type { PartProps } from './part-props.ts';
import { valueAt } from './path.ts';
import { Properties } from './properties.tsx';
import { emptyOf, fixedIn, isValue, type Schema, variantOf } from './schema.ts';

/** One of several shapes: which, and then its fields. */
export const Variants = ({ schema, path, required }: PartProps) => {
  const form = useForm();
  const value = valueAt(form.value, path);
  const variants = schema.anyOf ?? [];
  const chosen = value === undefined ? -1 : variantOf(variants, value);
  const nameOf = (variant: Schema): string => {
    if (variant.const !== undefined) return optionOf(path, variant.const);
    const fixed = Object.entries(fixedIn(variant)).map(([key, one]) => optionOf([key], one as string));
    if (fixed.length > 0) return fixed.join(', ');
    const marks = Object.entries(variant.properties ?? {}).flatMap(([key, one]) =>
      one.enum === undefined ? [] : [one.enum.map((option) => optionOf([key], option)).join(', ')],
    );
    return (
      marks[0] ?? (variant.required ?? Object.keys(variant.properties ?? {})).map((key) => labelOf([key])).join(', ')
    );
  };
  const take = (index: number) => {
    const variant = variants[index];
    if (variant === undefined) return form.set(path, undefined);
    const kept = isValue(value)
      ? Object.fromEntries(Object.entries(value).filter(([key]) => variant.properties?.[key] !== undefined))
      : {};
    const begun = emptyOf(variant);
    return form.set(path, isValue(begun) ? { ...kept, ...begun } : begun);
  };
  const id = `${idOf(path)}-variant`;
  return (
    <Group schema={schema} path={path} required={required}>
      <div>
        <label for={id}>{text('whichOne')}</label>
        <select id={id} value={String(chosen)} onChange={({ currentTarget }) => take(Number(currentTarget.value))}>
          {required && chosen >= 0 ? null : <option value="-1">{text('notSaid')}</option>}
          {variants.map((variant, index) => (
            <option key={index} value={String(index)}>
              {nameOf(variant)}
            </option>
          ))}
        </select>
      </div>
      {chosen < 0 ? null : <Properties schema={variants[chosen] ?? {}} path={path} required />}
    </Group>
  );
};
