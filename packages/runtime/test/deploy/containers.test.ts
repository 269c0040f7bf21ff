import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { findMosquitto } from '@caudal/simulators';
import { connectAsync } from 'mqtt';
import { Client } from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import { noServer, startPostgres } from '../store/postgres-server.ts';
import { openOutside, present, replaced, start, startOn } from './outside.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});
const opened = <T>(thing: T, close: (thing: T) => unknown): T => {
  closers.push(() => close(thing));
  return thing;
};

const asks = { timeout: 60_000, interval: 50 };
const minute = 60_000;
const readingNow = () => {
  const ts = Math.floor(Date.now() / (5 * minute)) * 5 * minute;
  return { ts, payload: JSON.stringify({ ts, total: 1234.5, flow: 20.5, level: 18.25 }) };
};

/** Whether `/metrics` has a line. */
const says = async (url: string, line: string) =>
  (await (await fetch(`${url}/metrics`)).text()).split('\n').includes(line);

/** What `caudal status --json` of Caudal's container has of what matters here. */
interface Status {
  readonly counts: { readonly raw: Record<string, number>; readonly values: Record<string, number> };
  readonly devices: readonly { readonly lastContact: number | null }[];
}
const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((all, count) => all + count, 0);

const connected = 'caudal_streams{instance="mqtt",state="connected"} 1';
const read = 'caudal_readings_total{instance="mqtt"} 3';

const noBroker = findMosquitto() === undefined ? 'mosquitto is not installed' : undefined;

describe.skipIf(noBroker !== undefined)(
  `what the containers of development run${noBroker ? `: ${noBroker}` : ''}`,
  () => {
    test(
      'a message at the broker is a value in the database; a stop ends well, and the next start has what came meanwhile',
      { timeout: 240_000 },
      async () => {
        const outside = opened(openOutside('compose.yaml'), (it) => it.close());
        const broker = opened(await outside.broker(), (it) => it.stop());
        writeFileSync(join(outside.folder, 'secrets', 'dga-password'), 'not-yet');
        const environment = outside.environment({ 'mosquitto:1883': `127.0.0.1:${broker.ports[0]}` });
        const first = opened(await outside.caudal(environment), (it) => it.stop());
        await expect.poll(() => outside.healthcheck(first.url), asks).toBe(0);
        const logger = opened(await connectAsync(`mqtt://127.0.0.1:${broker.ports[0]}`), (it) => it.endAsync(true));
        await expect.poll(() => says(first.url, connected), asks).toBe(true);
        const { ts, payload } = readingNow();
        await logger.publishAsync('wells/logger-1', payload, { qos: 1 });
        await expect.poll(() => says(first.url, read), asks).toBe(true);
        const status = () => outside.exec(environment, 'status', '--json') as Status;
        await expect.poll(() => sum(status().counts.values), asks).toBe(3);
        expect(status().devices[0]?.lastContact).toBe(ts);
        expect(await first.stop()).toBe(0);
        await logger.publishAsync('wells/logger-1', payload.replace(String(ts), String(ts - 5 * minute)), { qos: 1 });
        const second = opened(await outside.caudal(environment), (it) => it.stop());
        await expect.poll(() => says(second.url, read), asks).toBe(true);
        await expect.poll(() => sum(status().counts.values), asks).toBe(6);
        expect(await second.stop()).toBe(0);
        expect(await outside.healthcheck(first.url)).not.toBe(0);
      },
    );
  },
);

/** The proxy, by its own file; its ports and its folder are this test's. */
const startProxy = (outside: ReturnType<typeof openOutside>, caudal: string) => {
  const data = join(outside.folder, 'proxy');
  mkdirSync(data);
  return startOn<[number]>(1, (port) => {
    const file = join(data, 'Caddyfile');
    const global = '{\n  admin off\n  skip_install_trust\n  auto_https disable_redirects\n}\n';
    writeFileSync(file, global + readFileSync(join(outside.folder, 'caddy', 'Caddyfile'), 'utf8'));
    const command = outside.service('proxy').command ?? [];
    return start(
      command.map((word) => replaced(word, { '/etc/caddy/Caddyfile': file })),
      {
        env: { PATH: process.env['PATH'], HOME: data, XDG_DATA_HOME: data, SITE: `localhost:${port}`, CAUDAL: caudal },
      },
    );
  });
};

/** A request over TLS, the certificate checked against the authority that the proxy made. */
const ask = (port: number, path: string, ca: string) =>
  new Promise<{ status: number; body: string }>((resolve, reject) => {
    const call = request({ host: 'localhost', port, path, ca }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    call.on('error', reject);
    call.end();
  });

const absent = ['openssl', 'mosquitto_passwd'].find((one) => !present(one));
const missing = noBroker ?? noServer ?? (absent === undefined ? undefined : `${absent} is not installed`);

describe.skipIf(missing !== undefined)(`what the containers of production run${missing ? `: ${missing}` : ''}`, () => {
  test(
    'secrets by files, devices over TLS under their own name, PostgreSQL with a password, the proxy in front',
    { timeout: 240_000 },
    async () => {
      const outside = opened(openOutside('compose.production.yaml'), (it) => it.close());
      const made = () =>
        execFileSync(join(outside.folder, 'secrets.sh'), ['logger-1', 'logger-2'], { encoding: 'utf8' });
      rmSync(join(outside.folder, 'secrets'), { recursive: true });
      expect(made()).toContain('made secrets/database-password');
      const secret = (name: string) => readFileSync(join(outside.folder, 'secrets', name), 'utf8');
      const password = secret('database-password');
      expect(statSync(join(outside.folder, 'secrets')).mode & 0o077).toBe(0);
      // Twice changes nothing.
      expect(made()).toBe('');
      expect(secret('database-password')).toBe(password);
      chmodSync(join(outside.folder, 'secrets'), 0o755);

      // In its container the server knows a password; here too, but for the database that sets it up.
      const rules = join(outside.folder, 'pg_hba.conf');
      writeFileSync(
        rules,
        ['host postgres caudal 127.0.0.1/32 trust', 'host water caudal 127.0.0.1/32 scram-sha-256', ''].join('\n'),
        { mode: 0o644 },
      );
      const server = opened(await startPostgres({ sync: false, settings: { hba_file: rules } }), (it) => it.remove());
      const owner = new Client({ host: '127.0.0.1', port: server.port, user: 'caudal', database: 'postgres' });
      await owner.connect();
      await owner.query(`ALTER ROLE caudal PASSWORD '${password}'`);
      await owner.query('CREATE DATABASE water');
      await owner.end();

      const broker = opened(await outside.broker(), (it) => it.stop());
      const [plain, tls] = broker.ports;
      const environment = {
        ...outside.environment({
          'mosquitto:1883': `127.0.0.1:${plain}`,
          '@postgres/': `@127.0.0.1:${server.port}/`,
          '${SITE:?the name under which this is reached}': 'localhost',
          '${DGA_MODE:-shadow}': 'shadow',
          '172.30.83.0/24': '127.0.0.1',
        }),
      };
      // Data name the file as it is in the container.
      const data = join(outside.folder, 'app', 'data', 'well.yaml');
      writeFileSync(data, replaced(readFileSync(data, 'utf8'), outside.paths));
      const caudal = opened(await outside.caudal(environment), (it) => it.stop());
      await expect.poll(() => outside.healthcheck(caudal.url), asks).toBe(0);
      await expect.poll(() => says(caudal.url, connected), asks).toBe(true);
      const { ts, payload } = readingNow();
      const device = (username: string, own: string) =>
        connectAsync(`mqtts://localhost:${tls}`, {
          username,
          password: own,
          ca: secret('mqtt-certificate'),
          reconnectPeriod: 0,
        });
      await expect(device('logger-1', 'guessed')).rejects.toThrow();
      const other = opened(await device('logger-2', secret('device-logger-2')), (it) => it.endAsync(true));
      // Not its own name: the broker drops it.
      await other.publishAsync('wells/logger-1', payload.replace(String(ts), String(ts - 5 * minute)), { qos: 1 });
      const logger = opened(await device('logger-1', secret('device-logger-1')), (it) => it.endAsync(true));
      await logger.publishAsync('wells/logger-1', payload, { qos: 1 });
      await expect.poll(() => says(caudal.url, read), asks).toBe(true);
      const { counts, devices } = outside.exec(environment, 'status', '--json') as Status;
      expect(sum(counts.raw)).toBe(1);
      expect(devices[0]?.lastContact).toBe(ts);
      const said = caudal.said() + readFileSync(join(outside.folder, 'state', 'caudal.log'), 'utf8');
      for (const name of ['database-password', 'mqtt-password', 'token-key', 'secrets-key'])
        expect(said).not.toContain(secret(name));
      expect(await caudal.stop()).toBe(0);
    },
  );
});

const noProxy = present('caddy') ? undefined : 'caddy is not installed (Debian: apt-get install caddy)';

test.skipIf(noProxy !== undefined)(
  `the proxy ends TLS and lets in pages and the API alone${noProxy ? `: ${noProxy}` : ''}`,
  { timeout: 240_000 },
  async () => {
    const outside = opened(openOutside('compose.production.yaml'), (it) => it.close());
    const {
      DATABASE_PASSWORD_FILE: _file,
      MQTT_PASSWORD_FILE: _other,
      ...environment
    } = outside.environment({
      'mosquitto:1883': '127.0.0.1:9',
      'postgres://caudal@postgres/water': join(outside.folder, 'state', 'caudal.db'),
      '${SITE:?the name under which this is reached}': 'localhost',
      '172.30.83.0/24': '127.0.0.1',
    });
    execFileSync('/bin/sh', ['-c', 'openssl rand -base64 48 > token-key; openssl rand -base64 32 > secrets-key'], {
      cwd: join(outside.folder, 'secrets'),
    });
    const caudal = opened(await outside.caudal(environment), (it) => it.stop());
    const proxy = opened(await startProxy(outside, new URL(caudal.url).host), (it) => it.stop());
    const authority = join(outside.folder, 'proxy', 'caddy', 'pki', 'authorities', 'local', 'root.crt');
    await expect.poll(() => existsSync(authority), asks).toBe(true);
    const get = (path: string) => ask(proxy.ports[0], path, readFileSync(authority, 'utf8'));
    const statusOf = (path: string) =>
      get(path).then(
        ({ status }) => status,
        (error: Error) => error.message,
      );
    await expect.poll(() => statusOf('/api/v1/points'), asks).toBe(401);
    expect(await statusOf('/metrics')).toBe(404);
    expect(await statusOf('/health/ready')).toBe(404);
    expect((await fetch(`${caudal.url}/metrics`)).status).toBe(200);
    expect(await caudal.stop()).toBe(0);
    await expect.poll(() => statusOf('/api/v1/points'), asks).toBe(502);
  },
);
