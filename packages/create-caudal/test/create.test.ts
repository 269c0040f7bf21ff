import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exitCodes, main } from '../src/main.ts';
import { namesOf, wrongName, wrongPackageName } from '../src/names.ts';

const folder = () => join(mkdtempSync(join(tmpdir(), 'create-caudal-')), 'made');

/** A command line where nobody can be asked. */
const create = async (...args: string[]) => {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(args, { out: (line) => out.push(line), err: (line) => err.push(line), interactive: false });
  return { code, out: out.join('\n'), err: err.join('\n') };
};

const below = (path: string) => readdirSync(path, { recursive: true, encoding: 'utf8' });

test.each(['provider', 'rule', 'compliance', 'notifier'])('a %s carries its own name everywhere', async (kind) => {
  const made = folder();
  const { code } = await create(made, '--kind', kind, '--name', 'blue-river', '--package', '@waters/blue-river');
  expect(code).toBe(exitCodes.ok);
  for (const path of below(made).filter((name) => /\.(ts|json|md|yml)$/.test(name))) {
    expect(readFileSync(join(made, path), 'utf8'), path).not.toMatch(/acme|: "caudal"/i);
  }
  const manifest = JSON.parse(readFileSync(join(made, 'package.json'), 'utf8')) as Record<string, unknown>;
  expect(manifest).toMatchObject({
    name: '@waters/blue-river',
    keywords: expect.arrayContaining(['caudal', 'caudal-plugin', `caudal-${kind}`]),
    caudal: { plugins: [{ kind, spec: `${kind}/v1`, id: 'blue-river', export: 'blueRiver' }] },
  });
  expect(below(made)).toEqual(
    expect.arrayContaining(['.gitignore', 'LICENSE', 'README.md', join('.github', 'workflows', 'ci.yml')]),
  );
});

test('a runtime project has what was chosen and nothing else', async () => {
  const made = folder();
  expect(await create(made, '--providers', 'novus', '--targets', '', '--notifiers', 'mail')).toMatchObject({ code: 0 });
  const config = readFileSync(join(made, 'caudal.config.ts'), 'utf8');
  expect(config).toContain("import { novus } from '@caudal/provider-novus';");
  expect(config).not.toMatch(/tago|targets/);
  expect(readFileSync(join(made, '.env.example'), 'utf8')).toMatch(/^NOVUS_TOKEN_LOGGER=\nSMTP_PASSWORD=$/m);
});

test('nothing is written over', async () => {
  const made = folder();
  await create(made, '--yes');
  writeFileSync(join(made, 'README.md'), 'mine');
  const { code, err } = await create(made, '--yes');
  expect(code).toBe(exitCodes.failed);
  expect(err).toMatch(/nothing was written, because there is already .*README\.md/);
  expect(readFileSync(join(made, 'README.md'), 'utf8')).toBe('mine');
});

test.each([
  [['--kind', 'vendor'], 'there is no vendor; there are runtime, provider'],
  [['--providers', 'tago,acme'], 'there is no acme; there are tago'],
  [['one', 'two'], 'name one folder, not one and two'],
  [['--kind', 'rule'], '--name is needed'],
  [['--kind', 'rule', '--name', 'Blue River'], 'lower case letters'],
  [['--kind', 'rule', '--name', 'class'], 'class is a word of the language'],
  [['--kind', 'rule', '--name', 'blue', '--package', 'Blue'], 'a name that npm takes'],
  [['--colour'], '--colour'],
])('%j is refused in one sentence', async (args, sentence) => {
  const { code, out, err } = await create(...args);
  expect({ code, out }).toEqual({ code: exitCodes.usage, out: '' });
  expect(err).toContain(sentence);
});

test('names', () => {
  expect(namesOf('blue-river-2')).toEqual({
    id: 'blue-river-2',
    identifier: 'blueRiver2',
    title: 'Blue River 2',
    variable: 'BLUE_RIVER_2',
  });
  expect(wrongName('blue-river')).toBeUndefined();
  expect(wrongPackageName('@waters/blue')).toBeUndefined();
});
