import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { text } from '../text.ts';
import { hintOf, idOf, labelOf, optionOf, useForm } from './form.ts';
import { Leaf } from './leaf.tsx';
import { type Path, pointerOf, valueAt } from './path.ts';
import { emptyOf, entryOf, fixedIn, isValue, type Schema, variantOf } from './schema.ts';

interface PartProps {
  readonly schema: Schema;
  readonly path: Path;
  readonly required: boolean;
}

const Mistake = ({ path }: { readonly path: Path }) => {
  const mistake = useForm().mistakes.get(pointerOf(path));
  return mistake === undefined ? null : (
    <p class="mistake" role="alert">
      {mistake}
    </p>
  );
};

/** Several fields under one heading. What may be left out is closed until it says something or is wrong. */
const Group = ({ schema, path, required, children }: PartProps & { readonly children: ComponentChildren }) => {
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
    <details class="group" open={open} id={idOf(path)} tabIndex={-1}>
      <summary>{labelOf(path)}</summary>
      <div class="fields">{inner}</div>
    </details>
  );
};

const Properties = ({ schema, path }: PartProps) => (
  <>
    {Object.entries(schema.properties ?? {})
      .filter(([key, one]) => one.const === undefined && !(path.length === 0 && key === 'id'))
      .map(([key, one]) => (
        <Part key={key} schema={one} path={[...path, key]} required={schema.required?.includes(key) === true} />
      ))}
  </>
);

/** One of several shapes: which, and then its fields. */
const Variants = ({ schema, path, required }: PartProps) => {
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

/** Some of a few known words. */
const Checks = ({ schema, path, required }: PartProps) => {
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

const Remove = ({ path }: { readonly path: Path }) => {
  const form = useForm();
  return (
    <p>
      <button
        type="button"
        aria-label={`${text('remove')}: ${labelOf(path)}`}
        onClick={() => form.set(path, undefined)}
      >
        {text('remove')}
      </button>
    </p>
  );
};

/** As many of one kind as there are. */
const List = ({ schema, path, required }: PartProps) => {
  const form = useForm();
  const found = valueAt(form.value, path);
  const items: readonly unknown[] = Array.isArray(found) ? found : [];
  const item = schema.items ?? {};
  return (
    <Group schema={schema} path={path} required={required}>
      {items.map((_, index) => (
        <div key={index} class="fields">
          <Part schema={item} path={[...path, index]} required />
          <Remove path={[...path, index]} />
        </div>
      ))}
      <p>
        <button type="button" onClick={() => form.set([...path, items.length], emptyOf(item) ?? '')}>
          {text('addTo', { what: labelOf(path) })}
        </button>
      </p>
    </Group>
  );
};

/** Things by names that a person gives. */
const Entries = ({ schema, entry, path, required }: PartProps & { readonly entry: Schema }) => {
  const form = useForm();
  const [name, setName] = useState('');
  const found = valueAt(form.value, path);
  const names = isValue(found) ? Object.keys(found) : [];
  const known = form.choices([...path, '*'])?.filter((one) => !names.includes(one));
  const add = () => {
    if (name === '') return;
    form.set([...path, name], emptyOf(entry) ?? {});
    setName('');
  };
  const id = `${idOf(path)}-new`;
  return (
    <Group schema={schema} path={path} required={required}>
      {names.map((one) => (
        <div key={one} class="fields">
          <Part schema={entry} path={[...path, one]} required />
          <Remove path={[...path, one]} />
        </div>
      ))}
      <div class="row">
        <label for={id}>{text('newName')}</label>
        <input
          id={id}
          value={name}
          autocomplete="off"
          list={known === undefined ? undefined : `${id}-known`}
          onInput={({ currentTarget }) => setName(currentTarget.value.trim())}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            add();
          }}
        />
        {known === undefined ? null : (
          <datalist id={`${id}-known`}>
            {known.map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
        )}
        <button type="button" onClick={add}>
          {text('addTo', { what: labelOf(path) })}
        </button>
      </div>
    </Group>
  );
};

/** A part of a form, by what its schema says it is. */
export const Part = ({ schema, path, required }: PartProps) => {
  if (schema.anyOf?.some(({ type, properties }) => type === 'object' || properties !== undefined) === true)
    return <Variants schema={schema} path={path} required={required} />;
  if (schema.type === 'array')
    return schema.items?.enum === undefined ? (
      <List schema={schema} path={path} required={required} />
    ) : (
      <Checks schema={schema} path={path} required={required} />
    );
  const entry = schema.type === 'object' && schema.properties === undefined ? entryOf(schema) : undefined;
  if (entry !== undefined && Object.keys(entry).length > 0)
    return <Entries schema={schema} entry={entry} path={path} required={required} />;
  if (schema.properties !== undefined)
    return (
      <Group schema={schema} path={path} required={required}>
        <Properties schema={schema} path={path} required={required} />
      </Group>
    );
  return <Leaf schema={schema} path={path} required={required} />;
};
