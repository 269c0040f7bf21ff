import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../free-port.ts';
import { compose, folder as example, image, type Service } from './containers.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** Text with each of some words replaced. */
export const replaced = (text: string, words: Readonly<Record<string, string>>) =>
  Object.entries(words).reduce((now, [from, to]) => now.replaceAll(from, to), text);

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => resolve(false));
  });

/** One program of a container, run on this machine. */
export interface Program {
  readonly child: ChildProcess;
  /** What it wrote. */
  said(): string;
  /** Its exit code; what a container gets at `docker compose stop`. */
  stop(): Promise<number | null>;
}

export const start = (command: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Program => {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-65_536);
    });
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
    child.once('error', () => resolve(null));
  });
  return {
    child,
    said: () => said,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      return ended;
    },
  };
};

/** Starts a program that listens, on ports that are free; taken by others meanwhile, on others. */
export const startOn = async <P extends readonly number[]>(count: number, run: (...ports: P) => Program) => {
  for (let tries = 1; ; tries += 1) {
    const ports = (await Promise.all(Array.from({ length: count }, freePort))) as unknown as P;
    const program = run(...ports);
    while (program.child.exitCode === null && program.child.signalCode === null) {
      if (await answers(ports[0] as number)) return { ...program, ports };
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    if (tries === 5) throw new Error(`it did not come up: ${program.said()}`);
  }
};

/** A copy of the example on this machine: paths of containers become paths below it. */
export const openOutside = (file: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'caudal-docker-'));
  // The broker gives up root for a user of its own.
  chmodSync(folder, 0o755);
  cpSync(example, folder, { recursive: true, filter: (path) => !path.includes('node_modules') });
  const bin = join(folder, 'app', 'node_modules', '.bin');
  mkdirSync(bin, { recursive: true });
  symlinkSync(join(example, 'node_modules', '@caudal'), join(folder, 'app', 'node_modules', '@caudal'));
  const node = process.execPath;
  writeFileSync(
    join(bin, 'caudal'),
    `#!/bin/sh\nexec '${node}' --conditions=@caudal/source '${join(root, 'packages', 'runtime', 'src', 'bin.ts')}' "$@"\n`,
    { mode: 0o755 },
  );
  for (const name of ['state', 'broker', 'config']) {
    mkdirSync(join(folder, name));
    chmodSync(join(folder, name), 0o777);
  }
  const { services } = compose(file);
  const service = (name: string) => services[name] as Service;
  const paths = {
    '/run/secrets': join(folder, 'secrets'),
    '/mosquitto/data': join(folder, 'broker'),
    '/mosquitto/config': join(folder, 'config'),
    '/state': join(folder, 'state'),
  };
  return {
    folder,
    service,
    paths,
    /** The environment of Caudal's container, names of other containers replaced by where they are here. */
    environment: (hosts: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
      PATH: process.env['PATH'],
      ...Object.fromEntries(
        Object.entries({ ...image.environment, ...service('caudal').environment }).map(([name, value]) => [
          name,
          replaced(value, { ...paths, ...hosts }),
        ]),
      ),
      HTTP_PORT: '0',
    }),
    /** The broker as its container runs it, on other ports. */
    broker: () =>
      startOn<[number, number]>(2, (plain, tls) => {
        for (const volume of service('mosquitto').volumes ?? []) {
          const [source = '', target = ''] = volume.split(':');
          if (!source.startsWith('./')) continue;
          const own = replaced(readFileSync(join(folder, source), 'utf8'), {
            ...paths,
            'listener 1883': `listener ${plain} 127.0.0.1`,
            'listener 8883': `listener ${tls} 127.0.0.1`,
          });
          writeFileSync(replaced(target, paths), own);
        }
        const [, ...args] = service('mosquitto').command ?? [];
        return start(['/usr/sbin/mosquitto', ...args.map((arg) => replaced(arg, paths))]);
      }),
    /** The image's command, and where it says that it listens. */
    async caudal(environment: NodeJS.ProcessEnv) {
      const program = start(image.command, { cwd: join(folder, 'app'), env: environment });
      let url: string | undefined;
      while (url === undefined) {
        url = /health and metrics at (\S+?)\/health/.exec(program.said())?.[1];
        if (program.child.exitCode !== null) throw new Error(`caudal ended: ${program.said()}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return { ...program, url: url.replace('0.0.0.0', '127.0.0.1') };
    },
    /** Another command in Caudal's container. */
    exec: (environment: NodeJS.ProcessEnv, ...words: string[]): unknown =>
      JSON.parse(
        execFileSync(image.command[0] as string, words, {
          cwd: join(folder, 'app'),
          env: environment,
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        }),
      ),
    /** The exit code of the image's health check. */
    healthcheck: async (url: string): Promise<number | null> => {
      const check = start(image.healthcheck.with(0, node), {
        cwd: join(folder, 'app'),
        env: { HTTP_PORT: new URL(url).port },
      });
      const [code] = (await once(check.child, 'exit')) as [number | null];
      return code;
    },
    close: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
};

export const present = (program: string) =>
  [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin'].some((folder) => existsSync(join(folder, program)));
