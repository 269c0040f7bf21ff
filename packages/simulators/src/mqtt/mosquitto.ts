import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The program of Eclipse Mosquitto on this machine, or undefined. Debian keeps it in /usr/sbin, which is in few users' PATH. */
export const findMosquitto = (): string | undefined =>
  [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin']
    .map((folder) => join(folder, 'mosquitto'))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });

export interface MosquittoOptions {
  /** Further lines of its configuration. */
  readonly lines?: readonly string[];
  /** When it writes its database: default `each-change`, which takes ever longer with what is queued. */
  readonly saves?: 'each-change' | 'at-stop';
  /** Also speaks MQTT over WebSockets, on a port of its own. */
  readonly websockets?: boolean;
}

export interface Mosquitto {
  /** `mqtt://127.0.0.1:…` */
  readonly url: string;
  /** `ws://127.0.0.1:…`, with `websockets`. */
  readonly websocketUrl: string | undefined;
  readonly port: number;
  /** Its working folder: configuration, database and log. */
  readonly folder: string;
  /** Ends it. `SIGTERM` writes the database first; after `SIGKILL` it has what the last automatic save wrote. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts it again on the same port with the same data. */
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  close(): Promise<void>;
}

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

const pause = (ms: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, ms);
  });

/**
 * A real Mosquitto on free ports of 127.0.0.1, with persistence in a temporary folder. Queues are unlimited, because its default of 1000 messages
 * drops for a slow subscriber, and every change is saved. It acknowledges a message just before it saves it, so a kill may still lose the
 * last one that a device counts as delivered.
 *
 * @throws Error when it is not installed, or does not come up within ten seconds (with what it said)
 */
export const startMosquitto = async (options: MosquittoOptions = {}): Promise<Mosquitto> => {
  const program = findMosquitto();
  if (program === undefined)
    throw new Error('mosquitto is not installed: on Debian and Ubuntu, "apt-get install mosquitto"');
  const folder = await mkdtemp(join(tmpdir(), 'caudal-mosquitto-'));
  const port = await freePort();
  const websocketPort = options.websockets === true ? await freePort() : undefined;
  const data = join(folder, 'data');
  await mkdir(data);
  const configuration = join(folder, 'mosquitto.conf');
  const websocketLines =
    websocketPort === undefined ? [] : [`listener ${websocketPort} 127.0.0.1`, 'protocol websockets'];
  const lines = [
    'per_listener_settings false',
    'allow_anonymous true',
    'persistence true',
    `persistence_location ${data}/`,
    ...(options.saves === 'at-stop' ? ['autosave_interval 0'] : ['autosave_interval 1', 'autosave_on_changes true']),
    'max_queued_messages 0',
    ...(options.lines ?? []),
    `listener ${port} 127.0.0.1`,
    ...websocketLines,
  ];
  await writeFile(configuration, `${lines.join('\n')}\n`);
  // Started by root, it becomes the user mosquitto.
  for (const path of [folder, data, configuration]) await chmod(path, 0o777);

  let child: ChildProcess | undefined;
  let said = '';
  const start = async () => {
    if (child !== undefined) return;
    said = '';
    const started = spawn(program, ['-c', configuration], { stdio: ['ignore', 'pipe', 'pipe'] });
    const listenTo = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4096);
    };
    started.stdout.on('data', listenTo);
    started.stderr.on('data', listenTo);
    child = started;
    let over = false;
    started.once('exit', () => {
      over = true;
    });
    for (let tries = 0; tries < 500; tries += 1) {
      if (over) break;
      if ((await answers(port)) && (websocketPort === undefined || (await answers(websocketPort)))) return;
      await pause(20);
    }
    child = undefined;
    started.kill('SIGKILL');
    throw new Error(`mosquitto did not come up: ${said}`);
  };
  const stop = async (signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM') => {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const gone = new Promise((resolve) => {
      running.once('exit', resolve);
    });
    running.kill(signal);
    await gone;
  };
  await start();
  return {
    url: `mqtt://127.0.0.1:${port}`,
    websocketUrl: websocketPort === undefined ? undefined : `ws://127.0.0.1:${websocketPort}`,
    port,
    folder,
    start,
    stop,
    async close() {
      await stop('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
};
