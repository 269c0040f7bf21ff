// Apache Kafka for tests and for trying out: one broker on loopback, run with the machine's Java. Its jars come from Maven
// Central through `mvn`, which follows the settings of this machine; CAUDAL_MAVEN names another program or a wrapper of it.
//
//   node scripts/kafka.mjs fetch            once; into .tmp/kafka-<version>
//   node scripts/kafka.mjs start [folder]   prints its address; Ctrl-C or `stop` ends it
//   node scripts/kafka.mjs stop [folder]
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { root, scratch } from './workspace.mjs';

const pom = join(root, 'scripts', 'kafka', 'pom.xml');
const version = /<artifactId>kafka_2\.13<\/artifactId>\s*<version>([^<]+)</.exec(readFileSync(pom, 'utf8'))[1];
const jars = join(scratch, `kafka-${version}`);
const maven = process.env.CAUDAL_MAVEN ?? 'mvn';
const startMs = 120_000;

const onPath = (program) =>
  program.includes('/') ||
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

/** What a broker lacks here, as the reason with which tests are skipped; undefined when it can be started. */
export const kafkaMissing = () =>
  process.platform === 'win32'
    ? 'the test broker runs on POSIX systems'
    : !onPath('java')
      ? 'Java is not installed (17 or newer; Debian: apt-get install default-jre-headless)'
      : existsSync(jars)
        ? undefined
        : 'Apache Kafka is not downloaded (node scripts/kafka.mjs fetch)';

/** Downloads the jars, when they are not here. Answers why not, or undefined. */
export const fetchKafka = () => {
  if (existsSync(jars)) return undefined;
  if (!onPath(maven)) return `${maven} is not installed (Debian: apt-get install maven)`;
  const partial = `${jars}.${process.pid}`;
  const { status, error } = spawnSync(
    maven,
    [
      '--quiet',
      '--batch-mode',
      '--strict-checksums',
      '--file',
      pom,
      'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${partial}`,
    ],
    { stdio: ['ignore', 2, 2], timeout: 600_000 },
  );
  if (status !== 0) {
    rmSync(partial, { recursive: true, force: true });
    return `${maven} ended with ${error?.message ?? status}`;
  }
  renameSync(partial, jars);
  return undefined;
};

/** Below the range from which systems take ports for outgoing connections, so that a restarted broker finds its own free. */
const freePort = async () => {
  for (;;) {
    const port = 20_000 + (randomBytes(2).readUInt16BE() % 10_000);
    const server = createServer();
    const free = await new Promise((done) => {
      server.once('error', () => done(false));
      server.listen(port, '127.0.0.1', () => done(true));
    });
    if (!free) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
};

const answers = (port) =>
  new Promise((done) => {
    const socket = createConnection({ port, host: '127.0.0.1' }, () => {
      socket.destroy();
      done(true);
    }).on('error', () => done(false));
  });

const java = (main, args, options) =>
  spawn(
    'java',
    ['-Xms64m', '-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', join(jars, '*'), main, ...args],
    options,
  );

const settings = ({ folder, ports, tls, users, strangers }) => {
  const listeners = {
    PLAINTEXT: ports.plain,
    SASL_PLAINTEXT: ports.sasl,
    ...(tls === undefined ? {} : { SASL_SSL: ports.tls }),
  };
  const plainUsers = Object.entries({ ...users, ...strangers }).map(([name, password]) => `user_${name}="${password}"`);
  const jaas = (module, rest = '') => `org.apache.kafka.common.security.${module} required${rest};`;
  const lines = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    listeners: [...Object.entries(listeners), ['CONTROLLER', ports.controller]]
      .map(([name, port]) => `${name}://127.0.0.1:${port}`)
      .join(','),
    'advertised.listeners': Object.entries(listeners)
      .map(([name, port]) => `${name}://127.0.0.1:${port}`)
      .join(','),
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': [
      ...Object.keys(listeners).map((name) => `${name}:${name}`),
      'CONTROLLER:PLAINTEXT',
    ].join(','),
    'log.dirs': join(folder, 'log'),
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
  };
  if (Object.keys(strangers).length > 0) {
    lines['authorizer.class.name'] = 'org.apache.kafka.metadata.authorizer.StandardAuthorizer';
    lines['super.users'] = ['ANONYMOUS', ...Object.keys(users)].map((name) => `User:${name}`).join(';');
  }
  for (const name of Object.keys(listeners).filter((one) => one.startsWith('SASL'))) {
    const prefix = `listener.name.${name.toLowerCase()}`;
    lines[`${prefix}.plain.sasl.jaas.config`] = jaas(
      'plain.PlainLoginModule',
      plainUsers.map((one) => ` ${one}`).join(''),
    );
    for (const bits of [256, 512])
      lines[`${prefix}.scram-sha-${bits}.sasl.jaas.config`] = jaas('scram.ScramLoginModule');
  }
  if (tls !== undefined) {
    lines['ssl.keystore.type'] = 'PEM';
    lines['ssl.keystore.location'] = join(folder, 'keystore.pem');
    lines['ssl.endpoint.identification.algorithm'] = '';
  }
  return Object.entries(lines)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
};

/** One broker with its data in a folder. See kafka.d.mts. */
export const startKafka = async ({ folder, users = {}, strangers = {}, tls }) => {
  const missing = kafkaMissing();
  if (missing !== undefined) throw new Error(missing);
  mkdirSync(folder, { recursive: true });
  const properties = join(folder, 'server.properties');
  const output = join(folder, 'broker.log');
  const pidFile = join(folder, 'pid');
  let ports;
  let child;

  const format = async () => {
    rmSync(join(folder, 'log'), { recursive: true, force: true });
    writeFileSync(properties, settings({ folder, ports, tls, users, strangers }));
    if (tls !== undefined) writeFileSync(join(folder, 'keystore.pem'), `${tls.key}\n${tls.cert}\n`, { mode: 0o600 });
    const scram = Object.entries(users).flatMap(([name, password]) =>
      [256, 512].flatMap((bits) => ['--add-scram', `SCRAM-SHA-${bits}=[name=${name},password=${password}]`]),
    );
    const log = openSync(output, 'a');
    const args = ['format', '-t', randomBytes(16).toString('base64url'), '-c', properties, ...scram];
    const [code] = await once(java('kafka.tools.StorageTool', args, { stdio: ['ignore', log, log] }), 'exit');
    if (code !== 0) throw new Error(`formatting ended with ${code}; see ${output}`);
  };

  /** Resolves when it takes connections; rejects when it ends before. */
  const start = async () => {
    const log = openSync(output, 'a');
    const server = java('kafka.Kafka', [properties], { stdio: ['ignore', log, log] });
    child = server;
    writeFileSync(pidFile, String(server.pid));
    const giveUp = Date.now() + startMs;
    while (!(await answers(ports.plain))) {
      if (server.exitCode !== null || server.signalCode !== null)
        throw new Error(`the broker ended with ${server.exitCode ?? server.signalCode}; see ${output}`);
      if (Date.now() > giveUp) {
        server.kill('SIGKILL');
        throw new Error(`the broker did not start; see ${output}`);
      }
      await sleep(50);
    }
  };
  const end = async (signal) => {
    const server = child;
    child = undefined;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const exit = once(server, 'exit');
    server.kill(signal);
    await exit;
  };

  for (let tries = 0; child === undefined; tries += 1) {
    ports = { plain: await freePort(), sasl: await freePort(), tls: await freePort(), controller: await freePort() };
    try {
      await format();
      await start();
    } catch (thrown) {
      await end('SIGKILL');
      // Somebody else may have taken a port meanwhile.
      if (tries === 2) throw thrown;
    }
  }
  return {
    brokers: [`127.0.0.1:${ports.plain}`],
    saslBrokers: [`127.0.0.1:${ports.sasl}`],
    tlsBrokers: [`127.0.0.1:${ports.tls}`],
    start,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    freeze: () => child?.kill('SIGSTOP'),
    thaw: () => child?.kill('SIGCONT'),
    async remove() {
      await end('SIGKILL');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

const commands = {
  fetch() {
    const why = fetchKafka();
    if (why === undefined) return;
    console.error(`kafka: ${why}`);
    process.exitCode = 1;
  },
  async start(folder) {
    const broker = await startKafka({ folder });
    console.log(broker.brokers[0]);
    const stop = () => void broker.stop().then(() => process.exit());
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  },
  stop(folder) {
    const file = join(folder, 'pid');
    if (!existsSync(file)) return;
    process.kill(Number(readFileSync(file, 'utf8')), 'SIGTERM');
    rmSync(file);
  },
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [name, folder = join(scratch, 'kafka')] = process.argv.slice(2);
  if (name in commands) await commands[name](resolve(folder));
  else {
    console.error(`kafka: the commands are ${Object.keys(commands).join(', ')}.`);
    process.exitCode = 2;
  }
}
