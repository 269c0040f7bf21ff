import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Logs, reports and tarballs of the last run; never tracked. */
export const scratch = join(root, '.tmp');

/** Stamps of what is installed and built. Inside node_modules, so that removing node_modules removes them too. */
export const stamps = join(root, 'node_modules', '.cache', 'caudal');

const windows = process.platform === 'win32';

/** The workspace's own Node 24; the scripts themselves run on whatever Node the machine has. */
export const node = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');

export const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** What lives in `packages` or `examples`: each member's directory and manifest. */
export const members = (folder) =>
  (existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : [])
    .map((name) => join(root, folder, name))
    .filter((dir) => existsSync(join(dir, 'package.json')))
    .map((dir) => ({ dir, manifest: readJson(join(dir, 'package.json')) }));

/**
 * Runs a command with the workspace's binaries first on the path, so that every `node` below it is the workspace's.
 * Resolves to the exit code (128 + n for a signal) and to what was written to piped streams.
 */
export const run = (command, args, options = {}) =>
  new Promise((resolve, reject) => {
    const bin = join(root, 'node_modules', '.bin');
    const child = spawn(command, args, {
      cwd: root,
      shell: windows,
      stdio: 'inherit',
      ...options,
      env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`, ...options.env },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk) => (output += chunk));
    }
    const stop = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM'];
    for (const signal of signals) process.on(signal, stop);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      for (const name of signals) process.off(name, stop);
      resolve({ code: code ?? (signal === 'SIGINT' ? 130 : 143), output });
    });
  });
