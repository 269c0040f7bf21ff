import { type ComponentType, createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { named, text } from '../text.ts';
import { type FieldName, fieldNames, spanishHints } from '../words/fields.ts';
import { preferences } from '../preferences.ts';
import { type Path, pointerOf } from './path.ts';
import type { PartProps } from './part-props.ts';
import type { Schema } from './schema.ts';

/** What all fields of a form share. */
export interface FormState {
  /** Shows any part: a part holds others, and none knows all kinds. */
  readonly Part: ComponentType<PartProps>;
  readonly value: unknown;
  set(path: Path, value: unknown): void;
  /** What is wrong, by JSON pointer. */
  readonly mistakes: ReadonlyMap<string, string>;
  /** Names that are known for a place: of points, series, providers; undefined where anything goes. */
  choices(path: Path): readonly string[] | undefined;
}

export const FormContext = createContext<FormState | undefined>(undefined);

export const useForm = (): FormState => {
  const form = useContext(FormContext);
  if (form === undefined) throw new Error('a field stands outside its form');
  return form;
};

export const idOf = (path: Path): string => `field${pointerOf(path).replaceAll(/[^A-Za-z0-9/_-]/g, '_')}`;

/**
 * The word for a field; keys of a map are their own names.
 *
 * @param one it holds one answer, not several things
 */
export const labelOf = (path: Path, one = false): string => {
  const step = path.at(-1);
  if (typeof step === 'number') return `${labelOf(path.slice(0, -1))} ${step + 1}`;
  if (step === undefined) return '';
  const words = (one ? fieldNames[`${step}.one` as FieldName] : undefined) ?? fieldNames[step as FieldName];
  return words === undefined ? step : words[preferences().language];
};

/** What helps to fill a field in: in English what its schema says. */
export const hintOf = (path: Path, { description }: Schema): string | undefined =>
  preferences().language === 'en' ? description : spanishHints[String(path.at(-1))];

/** The word for one of the values that a field takes. */
export const optionOf = (path: Path, option: string | number | boolean): string => {
  if (typeof option === 'boolean') return text(option ? 'yes' : 'no');
  const name = String(option);
  for (const group of [String(path.at(-1)), 'option', 'kind', 'pointKind', 'pointState', 'event']) {
    const word = named(group, name);
    if (word !== name) return word;
  }
  return name;
};
