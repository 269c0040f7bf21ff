import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { baseOf, changesetFaults } from '../scripts/changesets.ts';
import { root } from './tree.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const manifest = (folder: string, more: object = {}) =>
  JSON.stringify({
    name: `@caudal/${folder}`,
    version: '0.3.0',
    publishConfig: { access: 'public' },
    ...more,
  });

const baseline = (required: readonly string[]) =>
  JSON.stringify({
    spec: 'provider/v1',
    id: 'river',
    schemas: { config: { type: 'object', properties: { url: { type: 'string' } }, required } },
  });

const config = (more: object = {}) =>
  JSON.stringify({
    access: 'public',
    baseBranch: 'main',
    fixed: [['@caudal/core', '@caudal/quality', '@caudal/testkit', '@caudal/runtime']],
    ...more,
  });

const changeset = (releases: Readonly<Record<string, string>>) =>
  `---\n${Object.entries(releases)
    .map(([name, type]) => `'${name}': ${type}\n`)
    .join('')}---\n\nWhat changed.\n`;

/** A repository of a few packages, on a branch that has just left main. */
const openRepository = () => {
  const folder = mkdtempSync(join(tmpdir(), 'caudal-changesets-'));
  folders.push(folder);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@localhost', ...args], { cwd: folder, stdio: 'pipe' });
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const commit = () => {
    git('add', '-A');
    git('commit', '-qm', 'work');
  };
  for (const name of ['core', 'quality', 'testkit', 'runtime', 'provider-river', 'notifier-horn']) {
    write(`packages/${name}/package.json`, manifest(name));
    write(`packages/${name}/src/index.ts`, 'export {};\n');
  }
  write('packages/simulators/package.json', manifest('simulators', { private: true }));
  write('packages/provider-river/test/schema.json', baseline([]));
  write('packages/notifier-horn/test/schemas/horn.json', baseline([]));
  write('package.json', JSON.stringify({ name: 'workspace', private: true, workspaces: ['packages/*'] }));
  write('pnpm-workspace.yaml', 'packages:\n  - packages/*\n');
  write('.changeset/config.json', config());
  git('init', '-q', '-b', 'main');
  commit();
  git('checkout', '-q', '-b', 'branch');
  return { folder, git, write, commit, faults: () => changesetFaults(folder, baseOf(folder)) };
};

test('the changesets and the versions of this repository are in order', async () => {
  expect(await changesetFaults(root, { told: 'as it lies there' })).toEqual([]);
});

test('a branch that changed nothing that is published needs no changeset', async () => {
  const { write, commit, faults } = openRepository();
  write('packages/runtime/test/more.test.ts', 'export {};\n');
  write('packages/runtime/README.md', 'More.\n');
  write('packages/simulators/src/index.ts', 'export const more = 1;\n');
  commit();
  expect(await faults()).toEqual([]);
});

test('a published package that changed wants a new changeset of its own, committed or not', async () => {
  const { write, commit, git, faults } = openRepository();
  write('.changeset/old.md', changeset({ '@caudal/provider-river': 'patch' }));
  commit();
  git('branch', '-f', 'main');
  write('packages/provider-river/src/index.ts', 'export const more = 1;\n');
  write('packages/core/src/more.ts', 'export {};\n');
  const missing = [
    expect.stringMatching(/^@caudal\/core has changed \(packages\/core\/src\/more\.ts\) and no new changeset names it/),
    expect.stringMatching(/^@caudal\/provider-river has changed/),
  ];
  expect(await faults()).toEqual(missing);
  commit();
  expect(await faults()).toEqual(missing);
  // One of the fixed group does not speak for another: its changelog would be empty.
  write('.changeset/new.md', changeset({ '@caudal/runtime': 'minor', '@caudal/provider-river': 'patch' }));
  expect(await faults()).toEqual([missing[0]]);
  write('.changeset/new.md', changeset({ '@caudal/core': 'minor', '@caudal/provider-river': 'patch' }));
  expect(await faults()).toEqual([]);
});

test('an empty changeset says that no user notices', async () => {
  const { write, commit, faults } = openRepository();
  write('packages/core/src/index.ts', 'export const more = 1;\n');
  write('.changeset/quiet.md', changeset({}));
  commit();
  expect(await faults()).toEqual([]);
});

test('a changeset that names what is not there, or is never published, is refused, on main too', async () => {
  const { write, git, commit, faults } = openRepository();
  write('.changeset/wrong.md', changeset({ '@caudal/provider-sea': 'minor', '@caudal/simulators': 'patch' }));
  const told = [
    '.changeset/wrong.md names @caudal/provider-sea, which is no package of the workspace',
    '.changeset/wrong.md names @caudal/simulators, which is private and never published',
  ];
  expect(await faults()).toEqual(told);
  commit();
  git('branch', '-f', 'main');
  expect(await faults()).toEqual(told);
});

test('a schema that no longer takes what it took wants a minor before 1.0 and a major after', async () => {
  const { write, git, commit, faults } = openRepository();
  write('packages/provider-river/test/schema.json', baseline(['url']));
  const breaks = (type: string) => [
    expect.stringMatching(
      new RegExp(
        String.raw`^@caudal/provider-river breaks .* \(config /url: is now required\) and no new changeset says ${type} for it$`,
      ),
    ),
  ];
  expect(await faults()).toEqual(breaks('minor'));
  write('.changeset/break.md', changeset({ '@caudal/provider-river': 'patch' }));
  expect(await faults()).toEqual(breaks('minor'));
  write('.changeset/break.md', changeset({ '@caudal/provider-river': 'minor' }));
  expect(await faults()).toEqual([]);

  write('packages/provider-river/package.json', manifest('provider-river', { version: '1.2.0' }));
  expect(await faults()).toEqual(breaks('major'));
  write('.changeset/break.md', changeset({ '@caudal/provider-river': 'major' }));
  expect(await faults()).toEqual([]);

  commit();
  git('branch', '-f', 'main');
  write('packages/provider-river/test/schema.json', baseline([]));
  expect(await faults()).toEqual([]);
});

test('a plugin whose schemas went away breaks as well, and where a package has several, each counts', async () => {
  const { folder, write, faults } = openRepository();
  rmSync(join(folder, 'packages/provider-river/test/schema.json'));
  write('packages/notifier-horn/test/schemas/horn.json', baseline(['url']));
  expect(await faults()).toEqual([
    expect.stringMatching(/notifier-horn breaks/),
    expect.stringMatching(/provider-river breaks .*schema\.json is gone/),
  ]);
});

test('what was released is the base on main', async () => {
  const { folder, git, write, commit, faults } = openRepository();
  git('checkout', '-q', 'main');
  write('packages/core/src/index.ts', 'export const more = 1;\n');
  commit();
  expect(baseOf(folder).told).toBe('what is not committed; nothing has been released');
  expect(await faults()).toEqual([]);
  git('tag', '-m', 'release', '@caudal/core@0.3.0', 'HEAD~1');
  expect(baseOf(folder).told).toBe('since @caudal/core@0.3.0');
  expect(await faults()).toEqual([expect.stringMatching(/^@caudal\/core has changed/)]);
});

const group = ['@caudal/core', '@caudal/quality', '@caudal/testkit', '@caudal/runtime'];
const inconsistent: readonly (readonly [what: string, path: string, text: string, told: RegExp])[] = [
  [
    'a smaller fixed group',
    '.changeset/config.json',
    config({ fixed: [group.slice(1)] }),
    /fixed has to be the one group/,
  ],
  ['no fixed group', '.changeset/config.json', config({ fixed: [] }), /fixed has to be the one group/],
  [
    'a second group',
    '.changeset/config.json',
    config({ fixed: [group, ['@caudal/notifier-horn']] }),
    /fixed has to be/,
  ],
  ['a member that is not there', '.changeset/config.json', config({ fixed: [[...group, '@caudal/x']] }), /@caudal\/x/],
  ['an ignored package that is not there', '.changeset/config.json', config({ ignore: ['@caudal/x'] }), /@caudal\/x/],
  [
    'versions that went apart',
    'packages/quality/package.json',
    manifest('quality', { version: '0.2.9' }),
    /0\.3\.0, 0\.2\.9/,
  ],
  [
    'a member that is private',
    'packages/quality/package.json',
    manifest('quality', { private: true }),
    /quality is in the/,
  ],
  ['an access of its own', 'packages/core/package.json', manifest('core', { publishConfig: {} }), /access undefined/],
];

test.each(inconsistent)('configuration and packages that do not fit are told: %s', async (_what, path, text, told) => {
  const { write, faults } = openRepository();
  write(path, text);
  expect(await faults()).toContainEqual(expect.stringMatching(told));
});

test('without git the files alone are looked at', async () => {
  const { folder, write } = openRepository();
  rmSync(join(folder, '.git'), { recursive: true });
  write('packages/core/src/index.ts', 'export const more = 1;\n');
  expect(baseOf(folder)).toEqual({ told: 'there is no git history here' });
  expect(await changesetFaults(folder, baseOf(folder))).toEqual([]);
});
