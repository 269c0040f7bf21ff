import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { exitCodes, type Invocation } from '../command.ts';

/**
 * Runs the package's own test command in the mode in which its conformance test writes the README's tables: the schemas are in the
 * plugin, and nobody but its test knows how to make one.
 */
export const run = async ({ words: [folder = '.'], err }: Invocation): Promise<number> => {
  if (!existsSync(`${folder}/package.json`)) {
    err(`caudal docs: there is no package.json in ${folder}.`);
    return exitCodes.usage;
  }
  const tests = spawn('npm', ['test'], {
    cwd: folder,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, CAUDAL_DOCS: 'update' },
  });
  const [code] = (await once(tests, 'exit')) as [number | null];
  if (code === 0) err('The tables of the README are current; look at what changed before you commit it.');
  return code === 0 ? exitCodes.ok : exitCodes.failed;
};
