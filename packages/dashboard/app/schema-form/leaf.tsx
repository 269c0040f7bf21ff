import { Field } from '../parts/field.tsx';
import { text } from '../text.ts';
import { civilOf, instantOf } from './civil.ts';
import { hintOf, idOf, labelOf, optionOf, useForm } from './form.ts';
import type { PartProps } from './part-props.ts';
import { pointerOf, valueAt } from './path.ts';
import { holdsInstant } from './schema.ts';
import { SecretInput } from './secret-input.tsx';

const shown = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';

const orNothing = (typed: string): string | undefined => (typed === '' ? undefined : typed);

/** What cannot be asked in parts is written as JSON. */
const json = (typed: string): unknown => {
  try {
    return typed.trim() === '' ? undefined : (JSON.parse(typed) as unknown);
  } catch {
    return typed;
  }
};

/** One question with one answer: text, a number, an instant, one of several, yes or no. */
export const Leaf = ({ schema, path, required }: PartProps) => {
  const form = useForm();
  const value = valueAt(form.value, path);
  const set = (next: unknown) => form.set(path, next);
  const options = schema.enum ?? (schema.type === 'boolean' ? [true, false] : undefined);
  const choices = form.choices(path);
  const id = idOf(path);
  const hint = hintOf(path, schema);
  return (
    <Field
      id={id}
      label={required ? `${labelOf(path, true)} *` : labelOf(path, true)}
      hint={holdsInstant(schema) ? `${hint === undefined ? '' : `${hint} `}${text('instant.hint')}` : hint}
      mistake={form.mistakes.get(pointerOf(path))}
    >
      {(input) => {
        if (options !== undefined)
          return (
            <select
              {...input}
              value={shown(value)}
              onChange={({ currentTarget }) => set(options.find((one) => String(one) === currentTarget.value))}
            >
              <option value="">{text('notSaid')}</option>
              {options.map((one) => (
                <option key={String(one)} value={String(one)}>
                  {optionOf(path, one)}
                </option>
              ))}
            </select>
          );
        if (schema.secret === true)
          return <SecretInput input={input} value={shown(value)} set={(next) => set(orNothing(next))} />;
        if (schema.type === 'number' || schema.type === 'integer')
          return (
            <input
              {...input}
              type="number"
              step={schema.type === 'integer' ? 1 : 'any'}
              value={shown(value)}
              onInput={({ currentTarget }) =>
                set(Number.isNaN(currentTarget.valueAsNumber) ? undefined : currentTarget.valueAsNumber)
              }
            />
          );
        if (holdsInstant(schema))
          return (
            <input
              {...input}
              type="datetime-local"
              step={1}
              value={civilOf(shown(value))}
              onInput={({ currentTarget }) => set(instantOf(currentTarget.value))}
            />
          );
        if (schema.type === 'string')
          return (
            <>
              <input
                {...input}
                value={shown(value)}
                autocomplete="off"
                list={choices === undefined ? undefined : `${id}-known`}
                onInput={({ currentTarget }) => set(orNothing(currentTarget.value))}
              />
              {choices === undefined ? null : (
                <datalist id={`${id}-known`}>
                  {choices.map((one) => (
                    <option key={one} value={one} />
                  ))}
                </datalist>
              )}
            </>
          );
        return (
          <textarea
            {...input}
            rows={3}
            value={value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value, null, 1)}
            onChange={({ currentTarget }) => set(json(currentTarget.value))}
          />
        );
      }}
    </Field>
  );
};
