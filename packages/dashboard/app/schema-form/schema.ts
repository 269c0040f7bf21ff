import type { Path } from './path.ts';

/** JSON Schema, as far as the API's forms use it. */
export interface Schema {
  readonly type?: string;
  readonly enum?: readonly (string | number)[];
  readonly const?: string | number | boolean;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly description?: string;
  readonly default?: unknown;
  /** Holds a reference to a secret. */
  readonly secret?: boolean;
}

export type Value = Readonly<Record<string, unknown>>;

export const isValue = (value: unknown): value is Value =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What every value of a map must be; undefined for an object whose keys are known. */
export const entryOf = ({ patternProperties, additionalProperties }: Schema): Schema | undefined =>
  Object.values(patternProperties ?? {})[0] ??
  (typeof additionalProperties === 'object' ? additionalProperties : undefined);

/** Keys that a variant fixes. */
export const fixedIn = ({ properties = {} }: Schema): Value =>
  Object.fromEntries(
    Object.entries(properties).flatMap(([key, one]) => (one.const === undefined ? [] : [[key, one.const]])),
  );

const fits = (variant: Schema, value: unknown): boolean => {
  if (variant.const !== undefined) return value === variant.const;
  if (variant.properties === undefined) return variant.type === undefined || typeof value === variant.type;
  if (!isValue(value)) return false;
  return Object.entries(variant.properties).every(([key, one]) =>
    one.const === undefined
      ? one.enum === undefined || value[key] === undefined || one.enum.includes(value[key] as string)
      : value[key] === one.const,
  );
};

/** Which of several shapes a value has: the one that fits and has all it needs, or else the first that fits. */
export const variantOf = (variants: readonly Schema[], value: unknown): number => {
  const fitting = variants.flatMap((variant, index) => (fits(variant, value) ? [{ variant, index }] : []));
  const whole = fitting.find(({ variant }) =>
    (variant.required ?? []).every((key) => isValue(value) && value[key] !== undefined),
  );
  return (whole ?? fitting[0])?.index ?? 0;
};

/** What a part of a form begins with: what is fixed, and room for what is needed. */
export const emptyOf = (schema: Schema): unknown => {
  if (schema.const !== undefined) return schema.const;
  if (schema.anyOf !== undefined) return emptyOf(schema.anyOf[0] ?? {});
  if (schema.type === 'array') return [];
  if (schema.type === 'object') return fixedIn(schema);
  return undefined;
};

const isInstant = /^\^\\d\{4\}-/;

export const holdsInstant = ({ pattern }: Schema): boolean => pattern !== undefined && isInstant.test(pattern);

/** Whether a place of a form asks for something that the list of known names helps with. `*` stands for any step. */
export const matches = (pattern: string, path: Path): boolean => {
  const steps = pattern.split('.');
  return steps.length === path.length && steps.every((step, index) => step === '*' || step === String(path[index]));
};
