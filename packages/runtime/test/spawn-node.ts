import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Starts a file of ours in a process of its own, as it is, without a build. What was compiled once is kept: those that are killed again and
 * again would spend most of their lives compiling. A child calls `flushCompileCache` of `node:module` where it is not going to end by itself.
 */
export const spawnNode = (file: URL, args: readonly string[], options: SpawnOptions = {}): ChildProcess =>
  spawn(process.execPath, ['--conditions=@caudal/source', fileURLToPath(file), ...args], {
    ...options,
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'caudal-compiled'), ...options.env },
  });
