import type { Said } from '@caudal/core';
import { closest } from '../config/closest.ts';
import { type MistakeCode, say as sayWhat } from '../config/mistake-words.ts';
import { type Mistake, saidOf } from '../config/mistake.ts';
import { pathText } from '../config/property-path.ts';
import type { By, Entity, Kept, KeptKind, KeptPut } from '../kept/index.ts';
import { KeptRefusal } from '../kept/index.ts';
import { type CellType, type Column, type ColumnOf, columns } from './columns.ts';
import { type Csv, type CsvEncoding, readCsv } from './read-csv.ts';

/** One thing that is wrong with a file, where a person finds it. */
export interface CellMistake extends Said {
  /** As the spreadsheet counts; 1 is the header. */
  readonly row: number;
  /** Header of the column; empty for the row as a whole. */
  readonly column: string;
  /** What of the data it is about, where the cell is not exactly that: `points/pozo-1 zone`. The message says it too. */
  readonly about?: string;
  readonly severity: 'error' | 'warning';
}

export interface ImportPreview {
  readonly mistakes: readonly CellMistake[];
  /** What would be written, by kind. */
  readonly adds: Readonly<Record<string, number>>;
  readonly changes: Readonly<Record<string, number>>;
}

interface Built {
  readonly kind: KeptKind;
  readonly id: string;
  readonly content: Record<string, unknown>;
  /** Cells by path of the content. */
  readonly cells: Map<string, { row: number; column: string }>;
  readonly row: number;
}

const plain = (text: string) =>
  text
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[\s-]+/g, '_');

const yes: Readonly<Record<string, boolean>> = {
  yes: true,
  no: false,
  si: true,
  true: true,
  false: false,
  '1': true,
  '0': false,
};

/** What a cell is not. */
class Unread {
  readonly said: Said;
  constructor(said: Said) {
    this.said = said;
  }
}

const readers: Readonly<Record<CellType, (text: string, decimal: Csv['decimal']) => unknown>> = {
  text: (text) => text,
  number(text, decimal) {
    const written = decimal === ',' ? text.replace(',', '.') : text;
    if (decimal === ',' && text.includes(',') && text.includes('.')) return new Unread(sayWhat('cell-point-and-comma'));
    if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/.test(written))
      return new Unread(sayWhat(decimal === '.' && text.includes(',') ? 'cell-decimal-comma' : 'cell-no-number'));
    return Number(written);
  },
  integer(text) {
    return /^[+-]?\d{1,15}$/.test(text) ? Number(text) : new Unread(sayWhat('cell-no-whole-number'));
  },
  yes(text) {
    return yes[plain(text)] ?? new Unread(sayWhat('cell-yes-no'));
  },
};

const put = (content: Record<string, unknown>, path: readonly string[], value: unknown) => {
  const [last = ''] = path.slice(-1);
  let inside = content;
  for (const step of path.slice(0, -1)) inside = (inside[step] ??= {}) as Record<string, unknown>;
  inside[last] = value;
};

const at = (content: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((inside, step) => (inside as Record<string, unknown> | undefined)?.[step], content);

const idPart = (text: string) =>
  plain(text)
    .replaceAll(/[^a-z0-9_.-]/g, '_')
    .slice(0, 30);

/** Columns of the file, by place; unknown and repeated ones are mistakes. */
const readHeader = ({ header }: Csv, mistakes: CellMistake[]): readonly (Column | undefined)[] => {
  const seen = new Set<Column>();
  return header.map((written, index) => {
    const name = plain(written);
    const found = columns.find((column) => column.name === name || column.spanish === name);
    const say = (said: Said) =>
      mistakes.push({ row: 1, column: written || `column ${index + 1}`, ...said, severity: 'error' });
    if (found === undefined) {
      const known = columns.flatMap((column) => [column.name, column.spanish]);
      if (written !== '') say(sayWhat('no-column', { meant: closest(name, known) }));
    } else if (seen.has(found)) say(sayWhat('column-twice'));
    else seen.add(found);
    return found;
  });
};

class Builder {
  readonly built = new Map<string, Built>();
  readonly mistakes: CellMistake[];
  readonly kept: Kept;
  constructor(kept: Kept, mistakes: CellMistake[]) {
    this.kept = kept;
    this.mistakes = mistakes;
  }

  /** The thing as it stands, to be changed by this file. */
  of(kind: KeptKind, id: string, row: number): Built {
    const found = this.built.get(`${kind}/${id}`);
    if (found !== undefined) return found;
    const entity: Entity | null = this.kept.get(kind, id);
    const content = structuredClone((entity?.content ?? { id }) as Record<string, unknown>);
    const made: Built = { kind, id, content, cells: new Map(), row };
    this.built.set(`${kind}/${id}`, made);
    return made;
  }

  /** Says what a cell says; two rows that say different things of one place are a mistake of the later one. */
  set(built: Built, path: readonly string[], value: unknown, row: number, column: string) {
    const key = path.join('/');
    const before = built.cells.get(key);
    if (before !== undefined && at(built.content, path) !== value) {
      const said = sayWhat('cell-other', { thing: `${built.kind}/${built.id}`, row: before.row });
      this.mistakes.push({ row, column, ...said, severity: 'error' });
      return;
    }
    if (before === undefined) built.cells.set(key, { row, column });
    put(built.content, path, value);
  }
}

type RowCells = ReadonlyMap<
  ColumnOf,
  readonly { readonly column: Column; readonly value: unknown; readonly header: string }[]
>;

const buildRow = (builder: Builder, cells: RowCells, row: number) => {
  const of = (what: ColumnOf) => cells.get(what) ?? [];
  const text = (what: ColumnOf, key: string) => {
    const found = of(what).find(({ column }) => column.path.join('.') === key)?.value;
    return typeof found === 'string' ? found : undefined;
  };
  const say = (column: string, code: Extract<MistakeCode, `row-${string}`>) =>
    builder.mistakes.push({ row, column, ...sayWhat(code as 'row-point'), severity: 'error' });
  const point = text('points', 'id');
  if (point === undefined) return say('point', 'row-point');
  const own = builder.of('points', point, row);
  own.content['series'] ??= {};
  for (const { column, value, header } of of('points')) builder.set(own, column.path, value, row, header);
  const variable = text('series', 'variable');
  if (variable === undefined) {
    for (const what of ['bindings', 'meters'] as const) if (of(what).length > 0) say('variable', 'row-variable');
  } else {
    put(own.content, ['series', variable], at(own.content, ['series', variable]) ?? {});
    own.cells.set(`series/${variable}`, { row, column: 'variable' });
    for (const { column, value, header } of of('series'))
      if (column.path[0] !== 'variable') builder.set(own, ['series', variable, ...column.path], value, row, header);
  }
  const device = text('devices', 'id');
  if (device === undefined) {
    if (of('devices').length > 0) say('device', 'row-device');
  } else {
    const logger = builder.of('devices', device, row);
    for (const { column, value, header } of of('devices')) builder.set(logger, column.path, value, row, header);
  }
  const series = `${point}/${variable ?? ''}`;
  const vendorVariable = text('bindings', 'variable');
  if (vendorVariable === undefined || device === undefined) {
    if (of('bindings').length > 0) {
      const missing = device === undefined ? 'device' : 'vendor_variable';
      say(missing, 'row-binding');
    }
  } else if (variable !== undefined) {
    const binding = builder.of('bindings', `${idPart(device)}.${idPart(vendorVariable)}`, row);
    builder.set(binding, ['device'], device, row, 'device');
    builder.set(binding, ['series'], series, row, 'variable');
    for (const { column, value, header } of of('bindings')) builder.set(binding, column.path, value, row, header);
  }
  const meter = text('meters', 'id');
  if (meter === undefined) {
    if (of('meters').length > 0) say('meter', 'row-meter');
  } else if (variable !== undefined) {
    const register = builder.of('meters', meter, row);
    builder.set(register, ['series'], series, row, 'variable');
    for (const { column, value, header } of of('meters')) builder.set(register, column.path, value, row, header);
  }
};

const saidAbout = (about: string, said: Said) => ({ ...saidOf(said), about, message: `${about}: ${said.message}` });

/** The cell that a mistake of the data is about: the longest way to it that a cell stands for. */
const cellOf = (
  built: ReadonlyMap<string, Built>,
  { file, path, severity, ...of }: Mistake,
): CellMistake | undefined => {
  const found = file.startsWith('kept ') ? built.get(file.slice('kept '.length)) : undefined;
  if (found === undefined) return undefined;
  const cells = [...found.cells]
    .map(([key, cell]) => ({ text: pathText(key.split('/')), cell }))
    .filter(({ text }) => path === text || path.startsWith(`${text}.`) || path.startsWith(`${text}[`))
    .toSorted((a, b) => b.text.length - a.text.length);
  const cell = cells[0]?.cell ?? { row: found.row, column: '' };
  const known = columns.find(({ name }) => name === cell.column)?.path.join('.');
  const exact = cells[0]?.text === path || known === path;
  return {
    ...cell,
    ...(exact || path === '' ? saidOf(of) : saidAbout(`${found.kind}/${found.id} ${path}`, of)),
    severity,
  };
};

const counted = (built: readonly Built[], kept: Kept, there: boolean) =>
  Object.fromEntries(
    [
      ...Map.groupBy(
        built.filter(({ kind, id }) => (kept.get(kind, id) !== null) === there),
        ({ kind }) => kind,
      ),
    ].map(([kind, list]) => [kind, list.length]),
  );

/** Reads a file and says everything that is wrong with it, each with its cell. Writes nothing. */
export const previewImport = (
  kept: Kept,
  bytes: Uint8Array,
  encoding?: CsvEncoding,
): ImportPreview & { readonly puts: readonly KeptPut[] } => {
  const csv = readCsv(bytes, encoding);
  const mistakes: CellMistake[] = [];
  const header = readHeader(csv, mistakes);
  const builder = new Builder(kept, mistakes);
  for (const { row, cells } of csv.rows) {
    if (cells.length > header.length)
      mistakes.push({
        row,
        column: '',
        ...sayWhat('row-cells', { cells: cells.length, header: header.length }),
        severity: 'error',
      });
    const read = header.flatMap((column, index) => {
      const text = cells[index] ?? '';
      if (column === undefined || text === '') return [];
      const value = readers[column.type](text, csv.decimal);
      const name = csv.header[index] as string;
      if (!(value instanceof Unread)) return [{ column, value, header: name }];
      mistakes.push({ row, column: name, ...value.said, severity: 'error' });
      return [];
    });
    buildRow(
      builder,
      Map.groupBy(read, ({ column }) => column.of),
      row,
    );
  }
  const built = [...builder.built.values()];
  const puts: KeptPut[] = [];
  for (const { kind, id, content, row } of built) {
    const entity = kept.get(kind, id);
    if (entity?.origin === 'provisioned')
      mistakes.push({
        row,
        column: '',
        ...sayWhat('in-data-file', { thing: `${kind}/${id}`, place: entity.place ?? 'a data file' }),
        severity: 'error',
      });
    else puts.push({ kind, id, content, expected: entity?.etag ?? null });
  }
  if (puts.length > 0) {
    for (const mistake of kept.preview(puts).mistakes) {
      mistakes.push(
        cellOf(builder.built, mistake) ?? {
          row: 1,
          column: '',
          ...saidAbout(`${mistake.file} ${mistake.path}`, mistake),
          severity: mistake.severity,
        },
      );
    }
  }
  return {
    mistakes: mistakes.toSorted((a, b) => a.row - b.row),
    adds: counted(built, kept, false),
    changes: counted(built, kept, true),
    puts,
  };
};

/** All of the file or nothing. @throws KeptRefusal `invalid` that lists every cell */
export const importPoints = async (
  kept: Kept,
  bytes: Uint8Array,
  by: By,
  encoding?: CsvEncoding,
): Promise<ImportPreview> => {
  const { puts, ...preview } = previewImport(kept, bytes, encoding);
  const errors = preview.mistakes.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    const lines = errors
      .slice(0, 20)
      .map(({ row, column, message }) => `\n  row ${row}${column === '' ? '' : `, ${column}`}: ${message}`);
    throw new KeptRefusal('invalid', `nothing was imported; the file has ${errors.length} mistakes:${lines.join('')}`);
  }
  await kept.change(puts, by);
  return preview;
};
