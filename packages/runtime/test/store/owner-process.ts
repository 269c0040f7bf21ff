import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { spawnNode } from '../spawn-node.ts';

/** A store in a process of its own, to be killed; what it prints comes as lines. */
export type Owner = ChildProcess & { readonly lines: AsyncIterator<string> };

export const startOwner = (path: string, ...args: string[]): Owner => startOwnerWith({}, path, ...args);

/** The same, with more in its environment. */
export const startOwnerWith = (environment: NodeJS.ProcessEnv, path: string, ...args: string[]): Owner => {
  const child = spawnNode(new URL('owner.ts', import.meta.url), [path, ...args], {
    env: environment,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  return Object.assign(child, {
    lines: createInterface(child.stdout as NodeJS.ReadableStream)[Symbol.asyncIterator](),
  });
};

export const killOwner = async (child: ChildProcess): Promise<void> => {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
};

export const nextLine = async ({ lines }: Pick<Owner, 'lines'>): Promise<string> => String((await lines.next()).value);
