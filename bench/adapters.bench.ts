// Import time and installed size of each adapter, as built. Prints one JSON object.
// Time: fresh processes that import the package, less one that imports TypeBox alone; the least of several runs.
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const adapters = ['provider-tago', 'provider-novus', 'compliance-dga', 'notifier-email'];
const runs = 7;

const importMs = (cwd: string, name: string): number => {
  const code = `const t = performance.now(); await import(${JSON.stringify(name)}); console.log(performance.now() - t);`;
  const times = Array.from({ length: runs }, () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '-e', code], { cwd, encoding: 'utf8' })),
  );
  return Math.min(...times);
};

const bytesOf = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.map'))
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);

const typebox = importMs(join(root, 'packages', 'core'), 'typebox');
const result = Object.fromEntries(
  adapters.map((name) => {
    const folder = join(root, 'packages', name);
    const ms = importMs(folder, `@caudal/${name}`);
    return [
      name,
      { importMs: Math.round(ms), beyondTypeboxMs: Math.round(ms - typebox), distBytes: bytesOf(join(folder, 'dist')) },
    ];
  }),
);
console.log(JSON.stringify({ typeboxMs: Math.round(typebox), adapters: result }));
