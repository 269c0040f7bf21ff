import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { issuesOf, schemaOf, withDefaults } from '@caudal/core';
import { describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { runtimeOptions, type RuntimeOptions } from '../../src/config/options.ts';
import { compose, composeFiles, folder, image, instructions, type Service, text } from './containers.ts';

// The Compose Specification's own schema, compose-spec/compose-spec at 170098b, schema/compose-spec.json.
const specification = schemaOf(
  JSON.parse(readFileSync(new URL('schemas/compose-spec.json', import.meta.url), 'utf8')) as Record<string, unknown>,
);

const options = withDefaults(runtimeOptions, {}) as RuntimeOptions;
const configuration = text('app/caudal.config.ts');
/** What `caudal.config.ts` takes from the environment, or a plugin by `env:`. */
const read = new Set([
  ...[...(/const \{([^}]*)\} = process\.env/.exec(configuration)?.[1] ?? '').matchAll(/[A-Z_]+(?=[ ,\n])/g)].map(
    String,
  ),
  ...[...configuration.matchAll(/process\.env\['(\w+)'\]|env:([A-Z_]+)/g)].map(([, a, b]) => a ?? b),
]);
/** Of other images, from the documentation of each: PostgreSQL's, Caddy's (its Caddyfile asks for what we name). */
const others: Readonly<Record<string, readonly string[]>> = {
  postgres: ['POSTGRES_USER', 'POSTGRES_DB', 'POSTGRES_PASSWORD_FILE', 'POSTGRES_INITDB_ARGS'],
  proxy: [...text('caddy/Caddyfile').matchAll(/\{\$([A-Z_]+)\}/g)].map(([, name]) => String(name)),
  mosquitto: [],
};

const mountOf = (volume: string) => volume.split(':') as [source: string, target: string, mode?: string];
const seconds = (period: string) => Number.parseInt(period, 10) * (period.endsWith('m') ? 60 : 1);

test('the schema refuses what Compose would', () => {
  expect(issuesOf(specification, { services: { a: { image: 'x', restrat: 'always' } } })).not.toEqual([]);
  expect(
    issuesOf(specification, { services: { a: { image: 'x', depends_on: { b: { condition: 'soon' } } } } }),
  ).not.toEqual([]);
});

describe.each(composeFiles)('%s', (file) => {
  const { services, volumes, secrets = {}, networks = {} } = compose(file);
  const all = Object.entries(services);

  test('is what the Compose Specification allows', () => {
    expect(issuesOf(specification, compose(file))).toEqual([]);
  });

  test('sets only variables that somebody reads', () => {
    for (const [name, { environment = {} }] of all) {
      const known = name === 'caudal' ? read : new Set(others[name]);
      expect(
        Object.keys(environment).filter((variable) => !known.has(variable)),
        name,
      ).toEqual([]);
    }
  });

  test('mounts only what is there, or is a volume; every volume and secret is used', () => {
    const mounted = all.flatMap(([, { volumes: own = [] }]) => own.map(mountOf));
    const paths = mounted.filter(([source]) => source.startsWith('.'));
    expect(paths.filter(([source]) => !existsSync(join(folder, source)))).toEqual([]);
    expect(paths.filter(([, , mode]) => mode !== 'ro')).toEqual([]);
    const named = mounted.map(([source]) => source).filter((source) => !source.startsWith('.'));
    expect(named.toSorted()).toEqual(Object.keys(volumes).toSorted());
    const used = new Set(all.flatMap(([, service]) => service.secrets ?? []));
    expect([...used].toSorted()).toEqual(Object.keys(secrets).toSorted());
  });

  test('no secret is in an environment: each is a file that is mounted where it is read', () => {
    for (const [name, { environment = {}, secrets: own = [], volumes: mounts = [] }] of all) {
      for (const [variable, value] of Object.entries(environment)) {
        expect(/PASSWORD|KEY|TOKEN|SECRET/.test(variable) && !variable.endsWith('_FILE'), `${name} ${variable}`).toBe(
          false,
        );
        if (variable.endsWith('_FILE')) expect(own.map((secret) => `/run/secrets/${secret}`)).toContain(value);
      }
      const wanted = name === 'caudal' ? text('app/data/well.yaml') : name === 'mosquitto' ? brokerText(mounts) : '';
      const there = [...own.map((secret) => `/run/secrets/${secret}`), ...mounts.map((volume) => mountOf(volume)[1])];
      for (const [path] of wanted.matchAll(/\/run\/secrets\/[\w-]+/g)) expect(there).toContain(path);
    }
  });

  test('every secret is one that secrets.sh makes', () => {
    const script = text('secrets.sh');
    for (const { file: path } of Object.values(secrets)) expect(script).toContain(path.replace('./secrets/', ''));
  });

  test('publishes ports on which its services listen, and waits for services that have a check', () => {
    const listening: Readonly<Record<string, readonly string[]>> = {
      caudal: [String(options.http.port)],
      mosquitto: [...brokerText(services['mosquitto']?.volumes ?? []).matchAll(/^listener (\d+)$/gm)].map(([, port]) =>
        String(port),
      ),
      proxy: ['80', '443'],
      postgres: ['5432'],
    };
    for (const [name, { ports = [], depends_on: waits = {} }] of all) {
      for (const port of ports) expect(listening[name]).toContain(port.split(':').at(-1));
      for (const [other, { condition }] of Object.entries(waits)) {
        expect(condition).toBe('service_healthy');
        expect(services[other]?.build !== undefined || services[other]?.healthcheck !== undefined).toBe(true);
      }
    }
    expect(services['caudal']?.environment?.['MQTT_URL']).toBe('mqtt://mosquitto:1883');
  });

  test('leaves Caudal the time to drain', () => {
    expect(seconds(services['caudal']?.stop_grace_period ?? '0')).toBeGreaterThan(options.drainSeconds);
  });

  test('volumes lie where each program keeps its data', () => {
    const places: Readonly<Record<string, string>> = {
      caudal: String(image.environment['STATE_FOLDER']),
      postgres: '/var/lib/postgresql/data',
      mosquitto: String(/^persistence_location (.*)\/$/m.exec(brokerText(services['mosquitto']?.volumes ?? []))?.[1]),
      proxy: '/data',
    };
    for (const [name, { volumes: own = [] }] of all) {
      const kept = own.map(mountOf).filter(([source]) => !source.startsWith('.'));
      expect(
        kept.map(([, target]) => target),
        name,
      ).toEqual([places[name]]);
    }
  });

  test('commands of the broker and the proxy read files that are mounted', () => {
    for (const [, { command = [], volumes: mounts = [] }] of all) {
      for (const word of command.filter((one) => one.startsWith('/') && dirname(one) !== '/usr/sbin'))
        expect(mounts.map((volume) => mountOf(volume)[1])).toContain(word);
    }
  });

  test('only the proxy and devices are let in from outside', () => {
    const open = all.flatMap(([name, { ports = [] }]) =>
      ports.filter((port) => !port.startsWith('127.0.0.1:')).map((port) => `${name} ${port}`),
    );
    expect(open).toEqual(file === 'compose.yaml' ? [] : ['mosquitto 8883:8883', 'proxy 80:80', 'proxy 443:443']);
    const trusted = services['caudal']?.environment?.['TRUSTED_PROXY'];
    expect(networks['inside']?.ipam?.config[0]?.subnet).toBe(trusted);
  });
});

/** The broker's configuration that a service mounts. */
function brokerText(mounts: NonNullable<Service['volumes']>): string {
  const [source] = mounts.map(mountOf).find(([, target]) => target.endsWith('mosquitto.conf')) ?? [];
  return source === undefined ? '' : text(source);
}

describe('the image', () => {
  test('is built in two stages, and what runs is no root and can write its state alone', () => {
    expect(instructions.filter(({ name }) => name === 'FROM')).toHaveLength(2);
    expect(image.user).toBe('node');
    const after = instructions.slice(instructions.findIndex(({ name }) => name === 'USER'));
    expect(after.filter(({ name }) => name === 'COPY' || name === 'RUN')).toEqual([]);
    expect(instructions.some(({ rest }) => rest.includes('--owner=node') && rest.endsWith('/state'))).toBe(true);
  });

  test('runs a command that there is, with variables that the configuration reads', () => {
    const [program, command] = image.command;
    expect(program).toBe('node_modules/.bin/caudal');
    expect(Object.keys(commands)).toContain(command);
    const own = Object.keys(image.environment).filter((name) => name !== 'NODE_ENV');
    expect(own.filter((name) => !read.has(name))).toEqual([]);
    expect(Number(image.environment['HTTP_PORT'])).toBe(options.http.port);
    expect(existsSync(join(folder, 'app', String(image.healthcheck[1])))).toBe(true);
  });

  test('takes no secret, database or log along', () => {
    expect(text('app/.dockerignore').split('\n')).toEqual(
      expect.arrayContaining(['node_modules', '.env', 'secrets', 'caudal.db*', 'caudal*.log*']),
    );
  });

  test('has the Node that the runtime wants, and the packages that the configuration imports', () => {
    const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      engines: { node: string };
    };
    const own = JSON.parse(text('app/package.json')) as {
      engines: { node: string };
      dependencies: Record<string, string>;
    };
    expect(engines.node.split(' || ')).toContain(own.engines.node);
    expect(instructions[0]).toMatchObject({ name: 'ARG', rest: expect.stringMatching(/^NODE=24-/) });
    for (const [, name] of configuration.matchAll(/from '(@caudal\/[\w-]+)'/g))
      expect(Object.keys(own.dependencies)).toContain(name);
  });
});
