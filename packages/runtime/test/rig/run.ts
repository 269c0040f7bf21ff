import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Clock } from '@caudal/core';
import type { Operations } from '@caudal/runtime';
import { spawnNode } from '../spawn-node.ts';

/** One life of the runtime's process. */
export interface Run {
  /** By the shared clock; `endedAt` once it is dead. */
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  /** Whether it was killed rather than stopped. */
  readonly killed: boolean;
  readonly pid: number;
  /** Resolves when it runs, rejects with what it said when it ends before. */
  readonly ready: Promise<void>;
  /** Resolves when it is dead, of whatever. */
  readonly ended: Promise<void>;
  /** A line on its standard input. */
  say(line: string): void;
  kill(): Promise<void>;
  /** @throws Error with what it said when it does not end with code 0 */
  stop(): Promise<void>;
}

/** A program that prints a line once its runtime runs. */
export interface Program {
  readonly file: URL;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const firstLine = (child: ChildProcess): Promise<boolean> =>
  new Promise((resolve) => {
    child.stdout?.once('data', () => resolve(true));
    child.once('exit', () => resolve(false));
  });

/** Starts the program; `clock` says when its life began and ended. */
export const startRun = ({ file, args, environment }: Program, clock: Clock): Run => {
  const child = spawnNode(file, args, {
    ...(environment === undefined ? {} : { env: environment }),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const said = text(child.stderr as NodeJS.ReadableStream);
  child.stdin?.on('error', () => undefined);
  const life = { startedAt: clock.now(), endedAt: undefined as number | undefined, killed: false };
  const exit = once(child, 'exit').then(([code]) => {
    life.endedAt = clock.now();
    return code as number | null;
  });
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return exit;
  };
  const ready = async () => {
    if (!(await firstLine(child)) && !life.killed) throw new Error(`the runtime ended by itself: ${await said}`);
  };
  return {
    get startedAt() {
      return life.startedAt;
    },
    get endedAt() {
      return life.endedAt;
    },
    get killed() {
      return life.killed;
    },
    pid: child.pid ?? 0,
    ready: ready(),
    ended: exit.then(() => undefined),
    say: (line) => void child.stdin?.write(`${line}\n`),
    async kill() {
      life.killed = true;
      await end('SIGKILL');
    },
    async stop() {
      const code = await end('SIGTERM');
      if (code !== 0) throw new Error(`the runtime stopped with ${code}: ${await said}`);
    },
  };
};

/** Asks the running runtime over its control socket. */
export const ask = async <Name extends keyof Operations>(
  database: string,
  name: Name,
  input: Parameters<Operations[Name]>[0] | null,
): Promise<Awaited<ReturnType<Operations[Name]>>> => {
  const call = request({
    socketPath: `${database}.sock`,
    method: 'POST',
    path: `/operations/${name}`,
    headers: { 'content-type': 'application/json' },
  });
  call.end(JSON.stringify(input ?? {}));
  const [response] = (await once(call, 'response')) as [NodeJS.ReadableStream];
  const answer = JSON.parse(await text(response)) as { result?: unknown; error?: { message: string } };
  if (answer.error !== undefined) throw new Error(answer.error.message);
  return answer.result as Awaited<ReturnType<Operations[Name]>>;
};
