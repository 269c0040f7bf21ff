import type { ManualConfig } from './config.ts';
import { columnsIn, namesOf } from './head.ts';

const repeated = (names: readonly (string | undefined)[]): string | undefined =>
  names.find((name, at) => name !== undefined && names.indexOf(name) !== at);

/** What is wrong with a configuration that fits the schema. */
export const mistakeIn = (config: ManualConfig): string | undefined => {
  const { header } = config;
  const twice = repeated(Object.values(namesOf(config))) ?? repeated(header ?? []);
  if (twice !== undefined) return `two columns are named ${JSON.stringify(twice)}`;
  const missing = header === undefined ? undefined : columnsIn(header, config);
  return typeof missing === 'string' ? `header: ${missing}` : undefined;
};
