import type { ManualConfig } from './config.ts';
import { nothingIn } from './nothing.ts';
import { readRows } from './rows.ts';

/** Where everything stands in a row. */
export interface Head {
  readonly delimiter: string;
  /** Whether the first row is the header. */
  readonly named: boolean;
  readonly names: readonly string[];
  /** Of the columns that a file may lack, or that are not configured, there is none. */
  readonly time: number;
  readonly date?: number;
  readonly device?: number;
  readonly unit?: number;
  readonly quality?: number;
  /** The columns that hold values, with their variable; in the layout long the one of `value`, whose variable stands in the row. */
  readonly values: readonly { readonly at: number; readonly variable: string | { readonly at: number } }[];
}

/** By the name a configuration has for them, in the order in which they are tried. */
const delimiters = { ';': ';', tab: '\t', ',': ',' } as const;

/** The names of a configuration, with the defaults of its layout. */
export const namesOf = ({ layout = 'long', columns = {}, quality }: ManualConfig) => ({
  time: columns.time ?? 'time',
  date: columns.date,
  device: columns.device ?? 'device',
  quality: quality?.column,
  ...(layout === 'long'
    ? {
        variable: columns.variable ?? 'variable',
        value: columns.value ?? 'value',
        unit: columns.unit ?? 'unit',
      }
    : {}),
});

/** The columns under these names, or the one that is missing. */
export const columnsIn = (
  names: readonly string[],
  config: ManualConfig,
): Omit<Head, 'delimiter' | 'named'> | string => {
  const { ignore = [] } = config;
  const { time, date, device, quality, variable, value, unit } = namesOf(config);
  const needed = [time, date, quality, variable, value].filter((name) => name !== undefined);
  const missing = needed.find((name) => !names.includes(name));
  if (missing !== undefined) return `no column is named ${JSON.stringify(missing)}`;
  const place = (name: string | undefined) => (name === undefined ? -1 : names.indexOf(name));
  const optional = { date, device, quality, unit };
  const taken = new Set([...needed, device, ...ignore, '']);
  const values =
    value === undefined
      ? names.flatMap((name, at) => (taken.has(name) ? [] : [{ at, variable: name }]))
      : [{ at: place(value), variable: { at: place(variable) } }];
  if (values.length === 0) return 'no column is left for a variable';
  return {
    names,
    time: place(time),
    values,
    ...Object.fromEntries(
      Object.entries(optional)
        .map(([key, name]) => [key, place(name)] as const)
        .filter(([, at]) => at >= 0),
    ),
  };
};

const repeated = (names: readonly string[]): string | undefined =>
  names.find((name, at) => name !== '' && names.indexOf(name) !== at);

const headWith = (text: string, delimiter: string, config: ManualConfig): Head | string => {
  const [first] = readRows(text, delimiter, 1);
  if (first === undefined) return 'the file is empty';
  if ('broken' in first) return first.broken;
  const cells = first.cells.map((cell) => cell.trim());
  const names = cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1);
  const own = columnsIn(names, config);
  if (typeof own !== 'string') {
    const twice = repeated(names);
    return twice === undefined ? { delimiter, named: true, ...own } : `two columns are named ${JSON.stringify(twice)}`;
  }
  const { header } = config;
  if (header === undefined) return own;
  const given = columnsIn(header, config);
  if (typeof given === 'string') return given;
  return cells.length >= header.length && names.length <= header.length
    ? { delimiter, named: false, ...given }
    : `the first row has ${cells.length} cells; ${header.length} columns are configured`;
};

/**
 * The head of a file and, unless it is configured, the delimiter: the one that splits the first row so that all columns are there.
 * Counting characters would be fooled by decimal commas.
 *
 * @throws CaudalError kind `invalid-data` when the columns are not there
 */
export const headOf = (text: string, config: ManualConfig): Head => {
  const tried = (config.delimiter === undefined ? Object.values(delimiters) : [delimiters[config.delimiter]]).map(
    (delimiter) => headWith(text, delimiter, config),
  );
  // Of several complaints the one of the delimiter that comes first in the order above: Excel's in Chile.
  const complaint = tried.find((one) => typeof one === 'string');
  return tried.find((one) => typeof one !== 'string') ?? nothingIn(`the first row is no header: ${complaint}`);
};
