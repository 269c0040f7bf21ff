import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { spawnNode } from '../../test/spawn-node.ts';
import type { InstanceOptions } from './instance.ts';

/** What the instances of a run did. */
export interface Instances {
  /** What each of them did until now. */
  readonly done: readonly { readonly values: number; readonly cpuMs: number }[];
  /** Resolves when all of them together have judged so many. */
  until(values: number): Promise<void>;
  /** Safe twice. */
  end(): Promise<void>;
}

interface Said {
  readonly ready?: true;
  readonly values?: number;
  readonly cpuMs: number;
}

/** Values have to come within this, or something is stuck. */
const patienceMs = 120_000;

/** Starts so many instances on one database and resolves when all of them run. */
export const startInstances = async (
  count: number,
  folder: string,
  options: Omit<InstanceOptions, 'folder'>,
): Promise<Instances> => {
  const done = Array.from({ length: count }, () => ({ values: 0, cpuMs: 0 }));
  let look = () => undefined as void;
  const children = Array.from({ length: count }, (_, index) => {
    const own = join(folder, `instance-${index}`);
    mkdirSync(own);
    const child = spawnNode(
      new URL('instance.ts', import.meta.url),
      [JSON.stringify({ ...options, folder: own } satisfies InstanceOptions)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const ready = Promise.withResolvers<void>();
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const said = JSON.parse(line) as Said;
      if (said.ready === true) ready.resolve();
      done[index] = { values: (done[index]?.values ?? 0) + (said.values ?? 0), cpuMs: said.cpuMs };
      look();
    });
    child.once('exit', (code) => ready.reject(new Error(`instance ${index} ended with ${code}`)));
    return { child, ready: ready.promise };
  });
  const sum = () => done.reduce((all, { values }) => all + values, 0);
  try {
    await Promise.all(children.map(({ ready }) => ready));
  } catch (thrown) {
    for (const { child } of children) child.kill('SIGKILL');
    throw thrown;
  }
  return {
    done,
    until: (values) =>
      new Promise((resolve, reject) => {
        let seen = -1;
        const watch = setInterval(() => {
          if (sum() === seen) reject(new Error(`stuck at ${seen} of ${values} values: see the logs in ${folder}`));
          seen = sum();
        }, patienceMs);
        look = () => {
          if (sum() < values) return;
          clearInterval(watch);
          resolve();
        };
        look();
      }),
    async end() {
      await Promise.all(
        children.map(async ({ child }) => {
          if (child.exitCode !== null || child.signalCode !== null) return;
          const closed = once(child, 'close');
          child.kill('SIGTERM');
          await closed;
        }),
      );
    },
  };
};
