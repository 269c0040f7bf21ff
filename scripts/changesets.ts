import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '@changesets/config';
import { readChangesets } from '@changesets/read';
import { baselineBreaks, type SchemaBaseline } from '../packages/testkit/src/baseline/schema-baseline.ts';

/** Packages that always carry one version: they are made for each other, and the conformance suite is the contract's. */
const together = ['@caudal/core', '@caudal/quality', '@caudal/testkit', '@caudal/runtime'];

/** What of a package its users get as it lies there; the rest of what is published is built from it or written for readers. */
const sources = ['src/', 'templates/', 'bin/'];

interface Package {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly private: boolean;
  readonly access: string | undefined;
}

interface WrittenConfig {
  readonly linked?: readonly (readonly string[])[];
  readonly ignore?: readonly string[];
}

interface Release {
  readonly name: string;
  readonly type: string;
}

/** What is compared with what is there now, and why; without a commit, why there is nothing to compare with. */
export interface Base {
  readonly commit?: string;
  readonly told: string;
}

const packagesOf = (root: string): Package[] =>
  readdirSync(join(root, 'packages'))
    .filter((folder) => existsSync(join(root, 'packages', folder, 'package.json')))
    .map((folder) => {
      const manifest = JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8')) as {
        name: string;
        version: string;
        private?: boolean;
        publishConfig?: { access?: string };
      };
      const { name, version, publishConfig } = manifest;
      return { folder, name, version, private: manifest.private === true, access: publishConfig?.access };
    });

/** What git answers; undefined when it refuses, or is not there. */
const git = (root: string, ...args: string[]): string | undefined => {
  try {
    return execFileSync('git', args, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 2 ** 26,
    }).trim();
  } catch {
    return undefined;
  }
};

const linesOf = (text: string | undefined) => (text ?? '').split('\n').filter((line) => line !== '');

/** On a branch, where it left the main line; on the main line itself, the last release, and before the first the last commit. */
export const baseOf = (root: string): Base => {
  const head = git(root, 'rev-parse', '--verify', 'HEAD');
  if (head === undefined) return { told: 'there is no git history here' };
  const left = ['origin/main', 'main'].flatMap((line) => git(root, 'merge-base', line, 'HEAD') ?? []);
  if (left.length > 0 && !left.includes(head)) {
    const distance = (commit: string) => Number(git(root, 'rev-list', '--count', `${commit}..HEAD`));
    const [nearest = ''] = left.toSorted((one, other) => distance(one) - distance(other));
    return { commit: nearest, told: `since ${nearest.slice(0, 8)}, where the branch left main` };
  }
  const tag = git(root, 'describe', '--tags', '--abbrev=0', '--match', '*@[0-9]*');
  if (tag === undefined) return { commit: head, told: 'what is not committed; nothing has been released' };
  return { commit: git(root, 'rev-list', '-n', '1', tag) ?? tag, told: `since ${tag}` };
};

/** Paths that differ from the base, committed or not. */
const changedSince = (root: string, base: string): string[] => [
  ...linesOf(git(root, 'diff', '--name-only', '--no-renames', '--no-relative', base)),
  ...linesOf(git(root, 'ls-files', '--others', '--exclude-standard')),
];

const configFaults = async (root: string, packages: readonly Package[]): Promise<string[]> => {
  const { config, errors, warnings } = await readConfig(root);
  if (errors !== undefined) return errors.map((error) => `.changeset/config.json: ${error}`);
  // Read as it is written: names that fit nothing are gone from the ignored ones above.
  const written = JSON.parse(readFileSync(join(root, '.changeset', 'config.json'), 'utf8')) as WrittenConfig;
  const published = new Map(packages.filter((one) => !one.private).map((one) => [one.name, one]));
  const [group = [], ...others] = config.fixed;
  const same = others.length === 0 && [...group].toSorted().join() === together.toSorted().join();
  const versions = new Set(together.flatMap((name) => published.get(name)?.version ?? []));
  return [
    ...warnings.map((warning) => `.changeset/config.json: ${warning}`),
    ...(same ? [] : [`.changeset/config.json: fixed has to be the one group ${together.join(', ')}`]),
    ...together
      .filter((name) => !published.has(name))
      .map((name) => `${name} is in the fixed group and is no package that is published`),
    ...(versions.size > 1
      ? [`${together.join(', ')} carry one version, and these are there: ${[...versions].join(', ')}`]
      : []),
    ...[...(written.linked ?? []).flat(), ...(written.ignore ?? [])]
      .filter((name) => !published.has(name))
      .map((name) => `.changeset/config.json: ${name} is no package that is published`),
    ...[...published.values()]
      .filter(({ access }) => access !== config.access)
      .map(({ name, access }) => `${name} has publishConfig.access ${access}, .changeset/config.json ${config.access}`),
  ];
};

const nameFaults = (id: string, releases: readonly Release[], packages: readonly Package[]): string[] =>
  releases.flatMap(({ name }) => {
    const found = packages.find((one) => one.name === name);
    if (found === undefined) return [`.changeset/${id}.md names ${name}, which is no package of the workspace`];
    return found.private ? [`.changeset/${id}.md names ${name}, which is private and never published`] : [];
  });

/** Where a package keeps the schemas that `schemaBaseline` of the testkit writes. */
const isBaseline = (path: string, { folder }: Package) =>
  path.startsWith(`packages/${folder}/test/`) &&
  /^(schema|schemas\/[^/]+)\.json$/.test(path.split('/').slice(3).join('/'));

const schemaBreaks = (root: string, base: string, file: string): string[] => {
  const before = git(root, 'show', `${base}:${file}`);
  if (before === undefined) return [];
  if (!existsSync(join(root, file))) return [`${file} is gone`];
  return baselineBreaks(
    JSON.parse(before) as SchemaBaseline,
    JSON.parse(readFileSync(join(root, file), 'utf8')) as SchemaBaseline,
  );
};

/** Before 1.0 a minor version may break, as semver's range ^0.1 has it. */
const breakingTypes = ({ version }: Package): readonly string[] =>
  version.startsWith('0.') ? ['minor', 'major'] : ['major'];

const changeFaults = (
  root: string,
  base: string,
  packages: readonly Package[],
  changesets: readonly { readonly id: string; readonly releases: readonly Release[] }[],
): string[] => {
  const changed = changedSince(root, base);
  const fresh = changesets.filter(({ id }) => changed.includes(`.changeset/${id}.md`));
  const typesOf = ({ name }: Package) =>
    fresh.flatMap(({ releases }) => releases).flatMap((release) => (release.name === name ? release.type : []));
  // What `changeset add --empty` writes: somebody looked, and users notice nothing.
  const unnoticed = fresh.some(({ releases }) => releases.length === 0);
  return packages
    .filter((one) => !one.private)
    .flatMap((one) => {
      const touched = changed.find((path) =>
        sources.some((place) => path.startsWith(`packages/${one.folder}/${place}`)),
      );
      const breaks = changed.filter((path) => isBaseline(path, one)).flatMap((path) => schemaBreaks(root, base, path));
      const types = typesOf(one);
      return [
        ...(touched === undefined || types.length > 0 || unnoticed
          ? []
          : [
              `${one.name} has changed (${touched}) and no new changeset names it: "npm run changeset", or "npm run changeset -- --empty" when no user notices`,
            ]),
        ...(breaks.length === 0 || types.some((type) => breakingTypes(one).includes(type))
          ? []
          : [
              `${one.name} breaks configurations that were valid (${breaks[0]}) and no new changeset says ${breakingTypes(one)[0]} for it`,
            ]),
      ];
    });
};

/** Everything about versions that would go wrong at the next release, a sentence each. */
export const changesetFaults = async (root: string, base: Base): Promise<string[]> => {
  const packages = packagesOf(root);
  const changesets = await readChangesets(root);
  return [
    ...(await configFaults(root, packages)),
    ...changesets.flatMap(({ id, releases }) => nameFaults(id, releases, packages)),
    ...(base.commit === undefined ? [] : changeFaults(root, base.commit, packages, changesets)),
  ];
};
