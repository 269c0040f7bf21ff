// Builds the packages in the order of their dependencies, two at once, and only those whose sources changed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { members, root, run, stamps } from './workspace.mjs';

const atOnce = 2;
const shared = ['tsup.shared.ts', 'tsconfig.base.json', 'pnpm-lock.yaml'];
const notSources = new Set(['dist', 'node_modules', 'test', 'bench', 'README.md', 'CHANGELOG.md', 'LICENSE']);

const built = new Map(members('packages').map((entry) => [entry.manifest.name, entry]));

/** A page holds what it was developed with: it is built anew with that. */
const bundledIn = ({ scripts, devDependencies }) => (scripts?.build?.includes('vite') === true ? devDependencies : {});

const dependenciesOf = ({ manifest }) =>
  Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, ...bundledIn(manifest) }).filter((name) =>
    built.has(name),
  );

const filesOf = (dir) =>
  readdirSync(dir, { withFileTypes: true })
    .filter((entry) => !notSources.has(entry.name) && !entry.name.startsWith('.'))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesOf(join(dir, entry.name)) : [join(dir, entry.name)]));

const fingerprint = ({ dir }, dependencies) => {
  const hash = createHash('sha256').update(dependencies.join());
  for (const file of [...shared.map((name) => join(root, name)), ...filesOf(dir)]) {
    hash.update(file.slice(root.length)).update(readFileSync(file));
  }
  return hash.digest('hex');
};

const targets = (value) => (typeof value === 'string' ? [value] : Object.values(value ?? {}).flatMap(targets));
/** Files in `dist` that the manifest promises and the build did not leave. */
const missing = ({ dir, manifest }) =>
  [...targets(manifest.publishConfig?.exports ?? manifest.exports), ...targets(manifest.bin)].filter(
    (path) => path.startsWith('./dist/') && !existsSync(join(dir, path)),
  );

let free = atOnce;
const waiting = [];
const slot = async (work) => {
  if (free === 0) await new Promise((resolve) => waiting.push(resolve));
  else free -= 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  }
};

const started = new Map();
const failed = [];

/** Resolves to the fingerprint of a built package, or to undefined when it or one of its dependencies did not build. */
const build = (entry, above = []) => {
  const { name, scripts } = entry.manifest;
  if (above.includes(name)) throw new Error(`packages depend on each other: ${[...above, name].join(' > ')}`);
  if (started.has(name)) return started.get(name);
  const dependencies = dependenciesOf(entry).map((dependency) => build(built.get(dependency), [...above, name]));
  const work = async () => {
    const fingerprints = await Promise.all(dependencies);
    if (fingerprints.includes(undefined)) return undefined;
    const wanted = fingerprint(entry, fingerprints);
    const stampFile = join(stamps, 'built', name.replace('/', '+'));
    if (!scripts?.build) return wanted;
    if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted && missing(entry).length === 0)
      return wanted;
    return slot(async () => {
      const start = performance.now();
      const { code, output } = await run(scripts.build, [], {
        cwd: entry.dir,
        shell: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      const absent = missing(entry);
      if (code !== 0 || absent.length > 0) {
        failed.push(name);
        console.error(code === 0 ? `build: ${name} left no ${absent.join(', ')}` : `${output}\nbuild: ${name} failed`);
        return undefined;
      }
      mkdirSync(join(stamps, 'built'), { recursive: true });
      writeFileSync(stampFile, wanted);
      console.log(`built ${name} in ${seconds} s`);
      return wanted;
    });
  };
  const result = work();
  started.set(name, result);
  return result;
};

await Promise.all([...built.values()].map((entry) => build(entry)));
if (failed.length > 0) process.exit(1);
