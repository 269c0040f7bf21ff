// Installs the workspace with the pinned pnpm. Does nothing when node_modules is already in line with the lockfile.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { members, node, readJson, root, run, scratch, stamps } from './workspace.mjs';

const oldest = 20;
const logFile = join(scratch, 'setup.log');
const stampFile = join(stamps, 'installed');

/** What an install log says, and the one sentence a person needs. The first match counts. */
const reasons = [
  [/ERR_PNPM_OUTDATED_LOCKFILE/, 'pnpm-lock.yaml is not in line with a package.json; run "npx pnpm install"'],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ERR_PNPM_META_FETCH_FAIL/,
    'the package registry could not be reached; check the network, the proxy and "npm config get registry"',
  ],
  [/\bE40[13]\b|ERR_PNPM_FETCH_40[13]/, 'the package registry refused access; check the credentials npm uses'],
  [/\bE404\b|ERR_PNPM_FETCH_404/, 'the package registry does not have a package that the lockfile names'],
  [/ENOSPC/, 'the disk is full'],
  [/EACCES|EPERM/, 'a file or folder could not be written; check who owns the checkout and the npm cache'],
  [/EINTEGRITY|ERR_PNPM_TARBALL_INTEGRITY/, 'a downloaded package does not have the hash that the lockfile names'],
];

const fail = (sentence) => {
  console.error(`setup: ${sentence}.`);
  process.exit(1);
};

const fingerprint = () => {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'])
    hash.update(readFileSync(join(root, file)));
  for (const { manifest } of ['packages', 'examples'].flatMap(members)) hash.update(JSON.stringify(manifest));
  return hash.digest('hex');
};

const major = Number(process.versions.node.split('.')[0]);
if (major < oldest) fail(`Node ${oldest} or newer is needed, this is ${process.version}`);

const wanted = fingerprint();
const installed = existsSync(node) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted;

if (!installed) {
  const pnpm = readJson(join(root, 'package.json')).packageManager.split('+')[0];
  console.error(`setup: installing with ${pnpm}`);
  mkdirSync(scratch, { recursive: true });
  const args = [
    '-y',
    pnpm,
    'install',
    '--frozen-lockfile',
    '--reporter=append-only',
    '--config.confirm-modules-purge=false',
  ];
  const install = await run('npx', args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // The repository's .npmrc silences npm's banner; the log of an install needs its errors.
    env: { npm_config_loglevel: 'notice' },
  }).catch((error) => {
    if (error.code === 'ENOENT') fail('npm (with npx) is missing; it comes with Node');
    throw error;
  });
  writeFileSync(logFile, install.output);
  if (install.code !== 0) {
    const reason = reasons.find(([pattern]) => pattern.test(install.output));
    fail(
      `${reason?.[1] ?? `the install ended with code ${install.code}`}; the log is ${relative(process.cwd(), logFile)}`,
    );
  }
  if (!existsSync(node)) fail(`the install left no Node binary at ${relative(process.cwd(), node)}`);
  mkdirSync(stamps, { recursive: true });
  writeFileSync(stampFile, wanted);
}
