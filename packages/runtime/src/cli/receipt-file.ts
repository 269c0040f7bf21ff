import { CaudalError, parseInstant } from '@caudal/core';
import type { PastReceipt } from '../operate/import-receipts.ts';

const refuse = (line: number, why: string): never => {
  throw new CaudalError('config', `line ${line}: ${why}`, { sent: 'no', scope: 'item' });
};

/** The cells of one line. Quotes as RFC 4180 has them; a receipt holds no line break. */
const cellsOf = (text: string): string[] =>
  [...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
    (quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"')).trim(),
  );

const columns = ['obligation', 'slot', 'receipt', 'sent_at'];

/**
 * Past receipts of a CSV file: a line of names, then one receipt a line. `obligation`, `slot` and `receipt` are needed, `sent_at` is not;
 * instants have a zone.
 *
 * @throws CaudalError kind `config` that names the first wrong line
 */
export const readReceipts = (text: string): PastReceipt[] => {
  const [head = '', ...lines] = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const names = cellsOf(head);
  const unknown = names.find((name) => !columns.includes(name));
  if (unknown !== undefined) refuse(1, `there is no column ${unknown}; the columns are ${columns.join(', ')}`);
  for (const name of columns.slice(0, 3)) if (!names.includes(name)) refuse(1, `the column ${name} is missing`);
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    const number = index + 2;
    const cells = cellsOf(line);
    if (cells.length !== names.length) return refuse(number, `${cells.length} cells, and ${names.length} columns`);
    const cell = (name: string) => cells[names.indexOf(name)] ?? '';
    const instant = (name: string) =>
      parseInstant(cell(name)) ?? refuse(number, `${name} ${cell(name)} is no instant with a zone`);
    if (cell('receipt') === '') return refuse(number, 'the receipt is empty');
    return [
      {
        obligation: cell('obligation'),
        slot: instant('slot'),
        receipt: cell('receipt'),
        ...(cell('sent_at') === '' ? {} : { sentAt: instant('sent_at') }),
      },
    ];
  });
};
