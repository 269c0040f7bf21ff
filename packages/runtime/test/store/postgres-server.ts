import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import { freePort } from '../free-port.ts';

/** Where Debian and others put the server's programs, which stand in no PATH; the newest version first. */
const folders = (): string[] => {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  return [
    ...versions.toSorted((a, b) => Number(b) - Number(a)).map((version) => join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(':'),
  ];
};

const programs = folders().find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));

/** Why tests on a server are skipped; undefined when they run. */
export const noServer: string | undefined =
  programs === undefined
    ? 'PostgreSQL is not installed (Debian: apt-get install postgresql)'
    : process.platform === 'win32'
      ? 'the test server runs on POSIX systems'
      : undefined;

/** The server refuses to run as root. */
const unprivileged = (): { uid: number; gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined;
  const id = (of: string) => Number(execFileSync('id', [of, 'postgres'], { encoding: 'utf8' }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return { uid: 65_534, gid: 65_534 };
  }
};

/** Of a server whose predecessor was killed, a fifth of a second apart: on a busy machine its children take their time to notice. */
const mostStarts = 300;

/** Of the server's log, where it is told. */
const lastLines = 20;

/** A server that is still starting up has its port open already, and refuses with a code of its own. */
const answers = async (port: number): Promise<boolean> => {
  const client = new Client({ host: '127.0.0.1', port, user: 'caudal', database: 'postgres' });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.end();
    return true;
  } catch (thrown) {
    return thrown instanceof DatabaseError && thrown.code !== '57P03';
  }
};

export interface PostgresServer {
  readonly port: number;
  readonly folder: string;
  /** The address of the store in a schema. */
  address(schema: string): string;
  /** As a power cut of the server's processes: nothing is written any more. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** How it ended, with the last lines of its log, when it did so by itself or by somebody else's hand. */
  lost(): string | undefined;
  /** Takes its folder away too. */
  remove(): Promise<void>;
}

/** A server of its own in a temporary folder, on loopback, without a password. `sync: false` makes it fast and unsafe. */
export const startPostgres = async ({
  sync = true,
  settings = {},
}: { readonly sync?: boolean; readonly settings?: Readonly<Record<string, string>> } = {}): Promise<PostgresServer> => {
  const user = unprivileged();
  const folder = mkdtempSync(join(tmpdir(), 'caudal-postgres-'));
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  chmodSync(folder, 0o700);
  const data = join(folder, 'data');
  const log = join(folder, 'server.log');
  const run = (program: string, args: readonly string[]) => {
    const said = openSync(log, 'a');
    try {
      return spawn(join(programs ?? '', program), args, {
        ...user,
        cwd: folder,
        stdio: ['ignore', 'ignore', said],
        env: { ...process.env, LC_ALL: 'C.UTF-8' },
      });
    } finally {
      closeSync(said);
    }
  };
  const told = () => readFileSync(log, 'utf8').trimEnd().split('\n').slice(-lastLines).join('\n');
  const initdb = run('initdb', ['-D', data, '-U', 'caudal', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '-N']);
  const [code] = (await once(initdb, 'exit')) as [number];
  if (code !== 0) throw new Error(`initdb ended with ${code}: ${told()}`);
  const port = await freePort();
  const options = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '100',
    shared_buffers: '64MB',
    fsync: sync ? 'on' : 'off',
    // What a statement does wrong is told to who sent it. The server's own troubles are told as LOG, FATAL and PANIC.
    log_min_messages: 'log',
    log_line_prefix: '%m [%p] ',
    ...settings,
  };
  let server: ChildProcess | undefined;

  const begin = () =>
    run('postgres', ['-D', data, ...Object.entries(options).flatMap(([k, v]) => ['-c', `${k}=${v}`])]);
  const start = async () => {
    let child = begin();
    for (let begun = 1; !(await answers(port));) {
      if (child.exitCode !== null) {
        // Children of one that was killed hold its memory until they have noticed, and no other starts before.
        if (begun === mostStarts) throw new Error(`the server ended with ${child.exitCode}: ${told()}`);
        begun += 1;
        await sleep(200);
        child = begin();
      }
      await sleep(20);
    }
    server = child;
  };
  const end = async (signal: 'SIGKILL' | 'SIGQUIT') => {
    const child = server;
    server = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  };
  await start();
  return {
    port,
    folder,
    address: (schema) => `postgres://caudal@127.0.0.1:${port}/postgres?schema=${schema}`,
    // SIGKILL to the first process alone: its children notice and end, as after the death of a server.
    kill: () => end('SIGKILL'),
    start,
    lost() {
      if (server === undefined || (server.exitCode ?? server.signalCode) === null) return undefined;
      return `PostgreSQL ended by itself (${server.signalCode ?? `code ${server.exitCode}`}):\n${told()}`;
    },
    async remove() {
      await end('SIGQUIT');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};
