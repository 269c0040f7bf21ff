import { accessSync, constants, existsSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Clock, type SecretReference, secretResolver, toCaudalError } from '@caudal/core';
import manifest from '../../package.json' with { type: 'json' };
import { openSigningKey } from '../evidence/keys.ts';
import { isError } from '../config/mistake.ts';
import { isAddress } from '../store/engine.ts';
import { assertSqliteVersion } from '../store/sqlite/version.ts';
import { lookAtDatabase } from './examine-database.ts';
import { count } from './count.ts';
import { inRange } from './node-range.ts';
import type { ConfigFile } from './read-config-file.ts';
import { tryCredentials } from './try-credentials.ts';

export interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'failed' | 'skipped';
  readonly message: string;
}

/** What is examined. */
export interface Patient {
  readonly read: ConfigFile;
  readonly clock: Clock;
  /** Ask vendors, regulators and channels too. */
  readonly online: boolean;
}

type Verdict = Omit<Finding, 'name'>;

interface Examination {
  readonly name: string;
  readonly look: (patient: Patient) => Promise<readonly Verdict[]> | readonly Verdict[];
}

const ok = (message: string): Verdict[] => [{ state: 'ok', message }];
const warning = (message: string): Verdict[] => [{ state: 'warning', message }];
const failed = (message: string): Verdict[] => [{ state: 'failed', message }];
const skipped = (message: string): Verdict[] => [{ state: 'skipped', message }];

const noConfig = skipped('the configuration can not be read');
const onServer = skipped('the database is on a server');

const databaseOf = ({ read }: Patient): string | undefined => {
  const path: unknown = read.config?.database;
  return typeof path === 'string' && !isAddress(path) ? resolve(path) : undefined;
};

/** The folder itself, or the nearest one above it that exists. */
const existing = (folder: string): string =>
  existsSync(folder) || dirname(folder) === folder ? folder : existing(dirname(folder));

/** Magic numbers of file systems whose locks do not hold between machines (linux/magic.h; statfs(2)). */
const sharedFileSystems: Readonly<Record<number, string>> = {
  0x69_69: 'NFS',
  0x51_7b: 'SMB',
  0xff_53_4d_42: 'CIFS',
  0xfe_53_4d_42: 'SMB2',
  0x65_73_55_46: 'FUSE',
  0x01_02_19_97: '9P',
  0x00_c3_64_00: 'Ceph',
};

const mebibyte = 1024 * 1024;
const leastSpace = 100 * mebibyte;
const comfortableSpace = 1024 * mebibyte;

/** No computer that runs this lives before its first release. */
const firstRelease = Date.UTC(2026, 0, 1);
const clockTolerance = 5 * 60_000;

const lookAtFolder = (patient: Patient): Verdict[] => {
  const path = databaseOf(patient);
  if (path === undefined) return patient.read.config === undefined ? noConfig : onServer;
  const wanted = dirname(path);
  const folder = existing(wanted);
  const probe = join(folder, `.caudal-doctor-${process.pid}`);
  try {
    if (!statSync(folder).isDirectory()) return failed(`${folder} is no folder`);
    writeFileSync(probe, '', { flag: 'wx' });
    rmSync(probe);
    for (const file of [path, `${path}-wal`, `${path}-shm`, `${path}.lock`]) {
      if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK);
    }
  } catch (thrown) {
    return failed(`${folder} can not be written to: ${(thrown as Error).message}`);
  }
  const shared = sharedFileSystems[statfsSync(folder).type];
  if (shared !== undefined) {
    return warning(`${folder} is on ${shared}: the lock and the write-ahead log need a disk of this machine`);
  }
  return ok(`${wanted} ${folder === wanted ? 'can be written to' : 'will be made'}`);
};

const lookAtSpace = (patient: Patient): Verdict[] => {
  const path = databaseOf(patient);
  if (path === undefined) return patient.read.config === undefined ? noConfig : onServer;
  const { bavail, bsize } = statfsSync(existing(dirname(path)));
  const free = bavail * bsize;
  const message = `${Math.floor(free / mebibyte)} MiB free`;
  if (free < leastSpace) return failed(`${message}: the database can not grow`);
  return free < comfortableSpace ? warning(`${message}: less than ${comfortableSpace / mebibyte} MiB`) : ok(message);
};

const lookAtClock = (patient: Patient): Verdict[] => {
  const now = patient.clock.now();
  const text = new Date(now).toISOString();
  if (now < firstRelease) return failed(`the clock says ${text}, which is before this program was written`);
  const path = databaseOf(patient);
  const written = path !== undefined && existsSync(path) ? statSync(path).mtimeMs : -Infinity;
  if (now < written - clockTolerance) {
    return failed(`the clock says ${text}, but the database was written at ${new Date(written).toISOString()}`);
  }
  return ok(text);
};

const lookInside = (patient: Patient): readonly Verdict[] => {
  const path = databaseOf(patient);
  if (path === undefined) return patient.read.config === undefined ? noConfig : onServer;
  return lookAtDatabase(path);
};

const lookAtSecrets = async ({ read }: Patient): Promise<Verdict[]> => {
  if (read.config === undefined) return noConfig;
  const resolver = secretResolver(() => undefined, { literal: undefined });
  const uses = new Map(read.secrets.map((use) => [use.reference, use]));
  const verdicts: Verdict[] = [];
  for (const { reference, path } of uses.values()) {
    try {
      await resolver(reference as SecretReference);
    } catch (thrown) {
      verdicts.push(...failed(`${toCaudalError(thrown).message} (${path})`));
    }
  }
  return verdicts.length > 0 ? verdicts : ok(`${uses.size} can be read`);
};

const lookAtInstances = async ({ read, online }: Patient): Promise<Verdict[]> => {
  if (read.config === undefined) return noConfig;
  if (read.domain === undefined) return skipped('the configuration has mistakes');
  if (!online) return skipped('--offline');
  const verdicts: Verdict[] = [];
  for await (const tried of tryCredentials(read.config, read.options, read.domain, 'instances')) {
    const message = `${tried.kind} ${tried.name}: ${tried.message}`;
    verdicts.push(...(tried.ok ? ok(message) : failed(message)));
  }
  return verdicts.length > 0 ? verdicts : ok('none are configured');
};

const lookAtConfiguration = ({ read }: Patient): Verdict[] => {
  if (read.config === undefined) return failed(read.mistakes[0].message);
  const errors = read.mistakes.filter(isError).length;
  if (errors > 0) return failed(`${count(errors, 'mistake')}; "caudal validate" names them`);
  return ok(`valid, ${count(read.mistakes.length, 'warning')}`);
};

const lookAtServer = async ({ read, clock }: Patient): Promise<Verdict[]> => {
  const address: unknown = read.config?.database;
  if (read.config === undefined) return noConfig;
  if (typeof address !== 'string' || !isAddress(address)) return skipped('the database is a file');
  const { examineServer } = await import('../store/postgres/examine.ts');
  return [...(await examineServer(address, clock.now()))];
};

const lookAtSqlite = (): Verdict[] => {
  const version = process.versions['sqlite'];
  if (version === undefined) return failed('this Node.js has no SQLite');
  try {
    assertSqliteVersion(version);
    return ok(version);
  } catch (thrown) {
    return failed(toCaudalError(thrown).message);
  }
};

const lookAtNode = (): Verdict[] => {
  const { node: range } = manifest.engines;
  return inRange(process.version, range)
    ? ok(process.version)
    : failed(`this is Node.js ${process.version}, and it takes ${range}`);
};

const lookAtAudit = async ({ read }: Patient): Promise<Verdict[]> => {
  if (read.config === undefined) return noConfig;
  const { key: reference, headsFile, tell = [] } = read.config.audit ?? {};
  if (reference === undefined)
    return warning(
      'not signed: no audit.key; "caudal audit init-key" makes one, and without it a history can be rewritten',
    );
  try {
    const { key } = openSigningKey(await secretResolver(() => undefined, { literal: undefined })(reference));
    return headsFile === undefined && tell.length === 0
      ? warning(`signed by ${key}, but its heads go nowhere: set audit.headsFile or audit.tell`)
      : ok(`signed by ${key}`);
  } catch (thrown) {
    return failed(toCaudalError(thrown).message);
  }
};

/** What `caudal doctor` looks at, in this order. */
const examinations: readonly Examination[] = [
  { name: 'node', look: lookAtNode },
  { name: 'sqlite', look: lookAtSqlite },
  { name: 'clock', look: lookAtClock },
  { name: 'configuration', look: lookAtConfiguration },
  { name: 'secrets', look: lookAtSecrets },
  { name: 'folder', look: lookAtFolder },
  { name: 'disk', look: lookAtSpace },
  { name: 'database', look: lookInside },
  { name: 'server', look: lookAtServer },
  { name: 'audit', look: lookAtAudit },
  { name: 'instances', look: lookAtInstances },
];

/** Looks at everything, one after the other. An examination that fails itself is a failure, and the others go on. */
export const examine = async function* (patient: Patient): AsyncGenerator<Finding> {
  for (const { name, look } of examinations) {
    let verdicts: readonly Verdict[];
    try {
      verdicts = await look(patient);
    } catch (thrown) {
      verdicts = failed(toCaudalError(thrown, `${name} can not be examined`).message);
    }
    for (const verdict of verdicts) yield { name, ...verdict };
  }
};
