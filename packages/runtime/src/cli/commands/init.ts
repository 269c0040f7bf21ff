import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { CaudalError } from '@caudal/core';
import { exitCodes, type Invocation } from '../command.ts';
import { template } from '../template.ts';

export const run = async ({ words, out, err }: Invocation): Promise<number> => {
  const [named = '.', ...more] = words;
  if (more.length > 0) {
    err('caudal init: name one folder.');
    return exitCodes.usage;
  }
  const folder = resolve(named);
  const shown = (path: string) => join(relative(process.cwd(), folder) || '.', path);
  const there = Object.keys(template).filter((path) => existsSync(join(folder, path)));
  if (there.length > 0) {
    err(`caudal init: nothing was written, because there is already ${there.map(shown).join(', ')}.`);
    return exitCodes.failed;
  }
  try {
    for (const [path, content] of Object.entries(template)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content, { flag: 'wx' });
    }
  } catch (thrown) {
    throw new CaudalError('config', `${folder} can not be written to: ${(thrown as Error).message}`, {
      sent: 'no',
      cause: thrown,
    });
  }
  for (const path of Object.keys(template)) out(shown(path));
  err(`Written. Next: ${shown('README.md')}`);
  return exitCodes.ok;
};
