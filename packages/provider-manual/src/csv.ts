import { type Reading, readValue, spellingOf } from '@caudal/core';
import type { Collector } from './collector.ts';
import type { ManualConfig } from './config.ts';
import { type Head, headOf } from './head.ts';
import { nothingIn } from './nothing.ts';
import { readRows, type Row } from './rows.ts';
import { instantIn } from './times.ts';

const isBlank = (cell: string | undefined): boolean => cell === undefined || cell.trim() === '';

/** A cell as a value. With a decimal comma a point is no part of a number: it may stand between thousands. */
const valueIn = (cell: string, decimal: string, sentinels: readonly number[]) => {
  const text = decimal === '.' ? cell : cell.replace(/[.,]/g, (sign) => (sign === ',' ? '.' : ','));
  return { ...readValue(text, sentinels), raw: spellingOf(cell) };
};

/** What is the same for all values of a row. */
interface RowFacts {
  readonly device: string;
  readonly at: number;
  readonly faulty: boolean;
}

const factsOf = (head: Head, { cells }: Row, config: ManualConfig, collector: Collector): RowFacts | string => {
  const cell = (at: number | undefined) => (at === undefined ? '' : (cells[at] ?? '').trim());
  if (cells.length < head.names.length) return `it has ${cells.length} cells; the header has ${head.names.length}`;
  if (cells.some((one, at) => !isBlank(one) && (head.names[at] ?? '') === ''))
    return 'a cell stands in no column: is a decimal comma the delimiter?';
  const named = collector.deviceOf(cell(head.device));
  if ('refused' in named) return named.refused;
  const { device } = named;
  if (head.date !== undefined && (cell(head.date) === '' || cell(head.time) === '')) return 'date or time is missing';
  const written = head.date === undefined ? cell(head.time) : `${cell(head.date)} ${cell(head.time)}`;
  const at = instantIn(written, config.timeFormat ?? 'iso', collector.settings(device)?.zone);
  if (typeof at !== 'number') return at.unreadable;
  const { quality } = config;
  const mark = cell(head.quality);
  if (quality !== undefined && ![...quality.good, ...quality.bad].includes(mark))
    return `quality ${JSON.stringify(mark)} is neither good nor bad`;
  return { device, at, faulty: quality?.bad.includes(mark) === true };
};

/** The readings of a row. A string says why there are none. */
const readingsOf = (head: Head, row: Row, config: ManualConfig, collector: Collector): Reading[] | string => {
  const facts = factsOf(head, row, config, collector);
  if (typeof facts === 'string') return facts;
  const { device, at, faulty } = facts;
  const sentinels = collector.settings(device)?.sentinels ?? config.sentinels ?? [];
  const unit = head.unit === undefined ? '' : (row.cells[head.unit] ?? '').trim();
  const found: Reading[] = [];
  for (const column of head.values) {
    const variable =
      typeof column.variable === 'string' ? column.variable : (row.cells[column.variable.at] ?? '').trim();
    if (variable === '') return 'nothing names the variable';
    const cell = row.cells[column.at] ?? '';
    // An empty cell is a reading that was not taken.
    if (isBlank(cell)) continue;
    found.push({
      device,
      variable,
      at,
      ...valueIn(cell, config.decimal ?? '.', sentinels),
      ...(faulty ? { value: null, code: 'SENTINEL' } : {}),
      ...(unit === '' ? {} : { unit }),
    });
  }
  return found;
};

/**
 * Readings of a file. A row that can not be read is a problem with its line, and gives none: of a wide row that was cut off, the last
 * value may be too. Rows of nothing but empty cells, as spreadsheets leave them behind, are no rows.
 */
export const readCsv = (text: string, config: ManualConfig, collector: Collector): void => {
  const head = headOf(text, config);
  const maxRows = config.maxRows ?? 200_000;
  const rows = readRows(text, head.delimiter, maxRows + 2).slice(head.named ? 1 : 0);
  if (rows.length > maxRows) return nothingIn(`the file has more than ${maxRows} rows`);
  for (const row of rows) {
    if ('broken' in row) {
      collector.problem(`line ${row.line}`, row.broken);
      continue;
    }
    if (row.cells.every(isBlank)) continue;
    const found = readingsOf(head, row, config, collector);
    if (typeof found === 'string') collector.problem(`line ${row.line}`, found);
    else for (const reading of found) collector.add(reading);
  }
};
