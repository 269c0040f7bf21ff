import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sumPathOf } from './sum.ts';

const sums = sumPathOf('');

/** The newest file beside a database that has its sum beside it; null when there is none. */
export const newestBackup = (database: string): string | null => {
  const folder = dirname(database);
  let found: { readonly file: string; readonly at: number } | null = null;
  for (const name of readdirSync(folder)) {
    if (!name.endsWith(sums)) continue;
    const file = join(folder, name.slice(0, -sums.length));
    const at = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
    if (at !== undefined && at > (found?.at ?? -Infinity)) found = { file, at };
  }
  return found?.file ?? null;
};
