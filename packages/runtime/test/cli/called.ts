import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../src/cli/main.ts';
import type { TestWorld } from '../pipeline/world.ts';

/** The commands of a world's runtime, called in this process, as over a terminal: what they say and their exit code. */
export const commandsOf = ({ folder }: TestWorld) => {
  const path = join(folder, 'caudal.config.mjs');
  writeFileSync(path, `export default { database: ${JSON.stringify(join(folder, 'caudal.db'))}, data: [] };\n`);
  return async (...args: string[]) => {
    const out: string[] = [];
    const err: string[] = [];
    const code = await main([...args, '--config', path], {
      out: (text) => void out.push(text),
      err: (text) => void err.push(text),
    });
    return { code, out: out.join('\n'), err: err.join('\n') };
  };
};
