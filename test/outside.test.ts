import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { install, names, run } from './packed.ts';

/*
 * What an author outside the workspace gets: packed tarballs, `npm create caudal`, and nothing else of this repository.
 */

// The programs that npm scripts call are those of the Node that runs this test.
const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}` };
const npm = (folder: string, ...args: string[]) => run('npm', args, { cwd: folder, env, maxBuffer: 16 * 1024 * 1024 });

let plugins: string;
const create = (...args: string[]) =>
  run(process.execPath, [join(plugins, 'node_modules', 'create-caudal', 'dist', 'bin.js'), ...args], {
    cwd: plugins,
    env,
  });

beforeAll(async () => {
  // Every project below this folder finds what its manifest names, installed once.
  plugins = await install('plugins', names);
  await create('tools', '--kind', 'provider', '--name', 'tools');
  const { devDependencies } = JSON.parse(await readFile(join(plugins, 'tools', 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const tools = Object.entries(devDependencies).filter(([name]) => !names.has(name));
  await npm(
    plugins,
    'install',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    '--loglevel=error',
    ...tools.map(([name, range]) => `${name}@${range}`),
  );
});

describe.each(['provider', 'rule', 'compliance', 'notifier'])('a new %s', (kind) => {
  let folder: string;
  beforeAll(async () => {
    folder = join(plugins, `blue-${kind}`);
    await create(folder, '--kind', kind, '--name', `blue-${kind}`);
  });

  test('passes its conformance test as it was written', async () => {
    const { stdout } = await npm(folder, 'test');
    expect(stdout).toMatch(/^. fail 0$/m);
    expect(Number(/^. pass (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(20);
  });

  test('has the right types and builds', async () => {
    await npm(folder, 'run', 'check');
    await npm(folder, 'run', 'build');
    const built = (await import(join(folder, 'dist', 'index.js'))) as Record<string, unknown>;
    expect(Object.keys(built)).toHaveLength(1);
  });
});

describe('a new runtime project', () => {
  /** Every adapter alone, and all of them together. */
  const answers = async () => {
    const { notifiers, providers, targets } = (await import(
      join(plugins, 'node_modules', 'create-caudal', 'dist', 'index.js')
    )) as Record<'notifiers' | 'providers' | 'targets', Record<string, unknown>>;
    const all = {
      providers: Object.keys(providers),
      targets: Object.keys(targets),
      notifiers: Object.keys(notifiers),
    };
    const one = { providers: ['tago'], targets: [], notifiers: [] };
    return [
      all,
      ...all.providers.map((name) => ({ ...one, providers: [name] })),
      ...all.targets.map((name) => ({ ...one, targets: [name] })),
      ...all.notifiers.map((name) => ({ ...one, notifiers: [name] })),
    ];
  };

  test('is valid whatever was chosen, and asks for the variables that it needs', async () => {
    for (const [index, { providers, targets, notifiers }] of (await answers()).entries()) {
      const folder = join(plugins, `project-${index}`);
      const list = (chosen: readonly string[]) => chosen.join(',');
      await create(
        folder,
        '--kind=runtime',
        `--providers=${list(providers)}`,
        `--targets=${list(targets)}`,
        `--notifiers=${list(notifiers)}`,
      );
      const { stdout } = await run(
        process.execPath,
        [join(plugins, 'node_modules', '@caudal', 'runtime', 'dist', 'bin.js'), 'validate', '--json'],
        { cwd: folder, env },
      );
      const { mistakes } = JSON.parse(stdout) as { mistakes: { message: string; severity: string }[] };
      expect(mistakes.filter(({ severity }) => severity === 'error')).toEqual([]);
      const missing = mistakes.map(({ message }) => /variable (\w+) is not set/.exec(message)?.[1]);
      const offered = (await readFile(join(folder, '.env.example'), 'utf8')).match(/^\w+(?==)/gm) ?? [];
      // MQTT's own variables have defaults, so that nothing is missing without them.
      expect(new Set(missing)).toEqual(new Set(offered.filter((name) => !name.startsWith('MQTT_'))));
    }
  });
});

/** A vendor nobody has heard of, as its authors' documentation would describe it. */
const startVendor = async (token: string): Promise<{ server: Server; url: string }> => {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://vendor.example');
    const known = request.headers.authorization === `Bearer ${token}`;
    const at = new Date(Math.floor(Date.now() / 60_000) * 60_000).toISOString();
    response.writeHead(known ? 200 : 401, { 'content-type': 'application/json' });
    response.end(
      pathname === '/account' || !known
        ? JSON.stringify({ known })
        : `{"readings":[{"variable":"level","time":"${at}","value":12.50}]}`,
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

describe('a provider written outside', () => {
  let folder: string;
  let vendor: Awaited<ReturnType<typeof startVendor>>;
  let running: ChildProcess | undefined;

  const caudal = (...args: string[]) =>
    run(process.execPath, [join(plugins, 'node_modules', '@caudal', 'runtime', 'dist', 'bin.js'), ...args], {
      cwd: folder,
      env: { ...env, BLUE_TOKEN: 'token-of-the-outside' },
    });

  beforeAll(async () => {
    folder = join(plugins, 'wells');
    vendor = await startVendor('token-of-the-outside');
    await create(folder, '--kind', 'runtime', '--providers', '', '--targets', '', '--notifiers', '');
    await writeFile(
      join(folder, 'caudal.config.ts'),
      `import { defineRuntime } from '@caudal/runtime';
import { blueProvider } from '../blue-provider/dist/index.js';

export default defineRuntime({
  providers: { blue: blueProvider({ baseUrl: '${vendor.url}', token: 'env:BLUE_TOKEN' }) },
  http: { port: 0 },
});
`,
    );
    await mkdir(join(folder, 'data'), { recursive: true });
    await appendFile(
      join(folder, 'data', 'example.yaml'),
      `
points:
  - { id: well, name: Pozo, kind: well, series: { level: {} } }
devices:
  - { id: logger, provider: blue, externalId: unit-1 }
bindings:
  - { device: logger, variable: level, series: well/level, unit: m, level: { convention: depth, sensorDepthM: 45 } }
`,
    );
  });

  afterAll(async () => {
    running?.kill('SIGTERM');
    if (running?.exitCode === null) await once(running, 'exit');
    vendor.server.close();
  });

  test('has less than 60 lines of code of its own', async () => {
    const source = await readFile(join(plugins, 'blue-provider', 'src', 'index.ts'), 'utf8');
    const code = source.split('\n').filter((line) => !/^\s*(\/\/.*|\/\*\*.*\*\/)?$/.test(line));
    expect(code.length).toBeLessThan(60);
  });

  test('runs in the runtime: validated, checked, and a reading becomes a value that can be traced', async () => {
    expect((await caudal('validate')).stdout).toMatch(/^valid: 1 point/);
    expect((await caudal('check')).stdout).toContain('accepts the token');
    running = spawn(process.execPath, [join(plugins, 'node_modules', '@caudal', 'runtime', 'dist', 'bin.js'), 'run'], {
      cwd: folder,
      env: { ...env, BLUE_TOKEN: 'token-of-the-outside' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    const runs = new Promise<void>((resolve, reject) => {
      running?.once('exit', () => reject(new Error(`the runtime ended: ${said}`)));
      running?.stderr?.on('data', (chunk: Buffer) => {
        said += chunk.toString('utf8');
        if (said.includes('caudal runs')) resolve();
      });
    });
    await runs;
    interface Status {
      counts: { raw: { COMPLETED: number } };
    }
    let status: Status | undefined;
    while ((status?.counts.raw.COMPLETED ?? 0) === 0) {
      expect(running.exitCode, said).toBeNull();
      status = JSON.parse((await caudal('status', '--json')).stdout) as Status;
    }
    const { stdout } = await caudal('status');
    expect(stdout).toMatch(/logger/);
  });
});
