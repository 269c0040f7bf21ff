import { readFileSync } from 'node:fs';
import type { Imported } from '../../operate/import-receipts.ts';
import { ask } from '../ask.ts';
import { exitCodes, type Invocation } from '../command.ts';
import { requiredOption } from '../instant.ts';
import { readReceipts } from '../receipt-file.ts';

/** Receipts of one call; more than this goes in parts. */
const atOnce = 1_000;

const importFile = async ({ values, out, err }: Invocation, path: string): Promise<number> => {
  const receipts = readReceipts(readFileSync(path, 'utf8'));
  const total: Imported = { imported: 0, known: 0, refused: [] };
  for (let from = 0; from < receipts.length; from += atOnce) {
    const part = await ask<Imported>(values['config'] as string, 'importReceipts', {
      receipts: receipts.slice(from, from + atOnce),
    });
    total.imported += part.imported;
    total.known += part.known;
    total.refused.push(...part.refused);
  }
  for (const { obligation, slot, reason } of total.refused)
    err(`refused ${obligation} ${new Date(slot).toISOString()}: ${reason}`);
  out(`${total.imported} imported, ${total.known} known already, ${total.refused.length} refused`);
  return total.refused.length === 0 ? exitCodes.ok : exitCodes.failed;
};

export const run = async (invocation: Invocation): Promise<number> => {
  const { values, words, out, err } = invocation;
  const [act, path, more] = words;
  if (act !== undefined) {
    if (act === 'import' && path !== undefined && more === undefined) return importFile(invocation, path);
    err('caudal receipt: write either import and one CSV file, or --submission and --receipt.');
    return exitCodes.usage;
  }
  const submission = requiredOption('submission', values['submission']);
  const receipt = requiredOption('receipt', values['receipt']);
  const { state } = await ask<{ state: string }>(values['config'] as string, 'enterReceipt', { submission, receipt });
  out(`${submission} is ${state}${state === 'accepted' ? '; its receipt will be read back' : ''}`);
  return exitCodes.ok;
};
