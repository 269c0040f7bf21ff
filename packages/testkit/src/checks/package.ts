import assert from 'node:assert/strict';
import type { Check } from '../conformance/check.ts';
import { type PackageManifest, type PackageSubject, publishedEntries } from '../package/manifest.ts';
import { tablesIn } from '../readme/refresh-tables.ts';

const kinds = new Set<unknown>(['provider', 'rule', 'compliance', 'notifier']);

const pluginsOf = ({ caudal }: PackageManifest) => caudal?.plugins ?? [];

/** Every file that an entry leads to. */
const targetsOf = (entry: unknown): string[] => {
  if (typeof entry === 'string') return [entry];
  if (typeof entry !== 'object' || entry === null) return [];
  return Object.values(entry).flatMap(targetsOf);
};

const bare = (path: string) => path.replace(/^\.\//, '').replace(/\/(\*\*?|)$/, '');

/** Ranges that say nothing, or shut nothing out. */
const isWild = (range: string) =>
  /^(workspace:)?(\*|x|latest|next|)$/.test(range.trim()) || (/^(>=?)/.test(range.trim()) && !range.includes('<'));

/** Checks of a plugin's package, read and not run. */
export const packageChecks: readonly Check<PackageSubject>[] = [
  {
    id: 'K-01',
    title: 'the package is an ES module with typed entries',
    why: 'Core is one, and a second form of the same module is loaded twice and does not know itself.',
    run({ manifest }) {
      assert.equal(manifest.type, 'module', '"type" is not "module"');
      assert.equal(manifest.sideEffects, false, '"sideEffects" is not false');
      const entries = publishedEntries(manifest);
      const modules = Object.entries(entries).filter(([name]) => !name.endsWith('.json'));
      assert.ok(modules.length > 0, '"exports" has no module');
      assert.equal(entries['./package.json'], './package.json', '"exports" does not show package.json');
      for (const [name, entry] of modules) {
        const conditions = typeof entry === 'object' ? Object.keys(entry) : [];
        assert.equal(conditions[0], 'types', `"types" does not come first in the entry "${name}"`);
        assert.ok(!conditions.includes('require'), `the entry "${name}" has a second form for require`);
      }
    },
  },
  {
    id: 'K-02',
    title: 'what is exported is what is published, with its licence',
    why: 'An entry that was left out of the package is found by the first user, not by a test in the source tree.',
    run({ manifest, file }) {
      const files = (manifest.files ?? assert.fail('"files" is missing')).map(bare);
      const targets = Object.entries(publishedEntries(manifest))
        .filter(([name]) => name !== './package.json')
        .flatMap(([, entry]) => targetsOf(entry));
      const outside = targets.filter((target) => !files.some((one) => `${bare(target)}/`.startsWith(`${one}/`)));
      assert.deepEqual(outside, [], '"files" does not hold what "exports" names');
      assert.ok((manifest.license ?? '') !== '', '"license" is missing');
      assert.ok(file('LICENSE') !== undefined || file('LICENSE.md') !== undefined, 'there is no LICENSE');
    },
  },
  {
    id: 'K-03',
    title: 'the engine is named',
    why: 'On an older engine the package fails in the middle of the night instead of at its installation.',
    run({ manifest }) {
      const range = manifest.engines?.['node'] ?? assert.fail('"engines" names no node');
      assert.match(range, /\d/, `"engines.node" is ${JSON.stringify(range)}`);
    },
  },
  {
    id: 'K-04',
    title: 'core is a peer with a real range',
    why: 'A wildcard installs a second core that does not fit, and a dependency of its own always does.',
    run({ manifest }) {
      const { dependencies, optionalDependencies, peerDependencies } = manifest;
      for (const group of [dependencies, optionalDependencies]) {
        assert.ok(group?.['@caudal/core'] === undefined, '@caudal/core is a dependency and no peer');
      }
      const range = peerDependencies?.['@caudal/core'] ?? assert.fail('"peerDependencies" does not name @caudal/core');
      assert.ok(!isWild(range), `the range ${JSON.stringify(range)} of @caudal/core shuts nothing out`);
    },
  },
  {
    id: 'K-05',
    title: 'the package brings neither the runtime nor effect',
    why: 'A plugin runs in any host; what belongs to one of them is tens of megabytes for all others.',
    run({ manifest }) {
      const { dependencies, optionalDependencies, peerDependencies } = manifest;
      const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
      const foreign = names.filter((name) => /^(effect|@effect\/.*|@caudal\/(runtime|testkit))$/.test(name));
      assert.deepEqual(foreign, [], 'these belong to hosts and tests');
    },
  },
  {
    id: 'K-06',
    title: 'package.json lists the plugins, as they are',
    why: 'A catalogue and the command line show plugins without running them.',
    run({ manifest }) {
      const plugins = pluginsOf(manifest);
      assert.ok(plugins.length > 0, '"caudal.plugins" lists nothing');
      for (const { kind, spec, id, export: name, entry = '.', ...rest } of plugins) {
        const shown = JSON.stringify({ kind, spec, id, export: name });
        assert.ok(kinds.has(kind), `the kind of ${shown}`);
        assert.equal(spec, `${String(kind)}/v1`, `the spec of ${shown}`);
        assert.match(String(id), /^[a-z][a-z0-9-]*(\/[a-z0-9-]+)?$/, `the id of ${shown}`);
        assert.match(String(name), /^[A-Za-z_$][\w$]*$/, `the export of ${shown}`);
        assert.ok(String(entry) in publishedEntries(manifest), `${shown}: "exports" has no ${String(entry)}`);
        assert.deepEqual(Object.keys(rest), [], `unknown keys beside ${shown}`);
      }
      const ids = plugins.map(({ kind, id }) => `${String(kind)} ${String(id)}`);
      assert.equal(new Set(ids).size, ids.length, 'a plugin is listed twice');
    },
  },
  {
    id: 'K-07',
    title: 'the keywords let people find it',
    why: 'Whoever looks for a vendor searches a registry, not our pages.',
    run({ manifest }) {
      const wanted = ['caudal', 'caudal-plugin', ...pluginsOf(manifest).map(({ kind }) => `caudal-${String(kind)}`)];
      const missing = [...new Set(wanted)].filter((word) => manifest.keywords?.includes(word) !== true);
      assert.deepEqual(missing, [], 'keywords are missing');
      assert.ok((manifest.description ?? '').length >= 10, '"description" says nothing');
    },
  },
  {
    id: 'K-08',
    title: 'the README has the name and the table of its configuration',
    why: 'A table written by hand tells of settings that are gone.',
    run({ manifest, file }) {
      const readme = file('README.md') ?? assert.fail('there is no README.md');
      const heading = /^# (.*)$/m.exec(readme)?.[1] ?? '';
      assert.ok(heading.includes(manifest.name ?? ' '), `the heading is ${JSON.stringify(heading)}`);
      assert.ok(
        tablesIn(readme).length > 0,
        'no table stands between <!-- caudal:config --> and <!-- /caudal -->; refreshTables writes it',
      );
    },
  },
];
