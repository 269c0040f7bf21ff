import { type Files, licenceText, templateFiles } from './files.ts';
import { namesOf } from './names.ts';
import type { PluginKind } from './kinds.ts';
import { rangeOf } from './versions.ts';

export interface PluginAnswers {
  readonly kind: PluginKind;
  /** Of the plugin: `my-vendor`. */
  readonly name: string;
  /** Of the npm package. */
  readonly packageName: string;
}

/** What stands for the name in the templates, and what takes its place; what is part of another comes after it. */
const spellings = ({ name, packageName }: PluginAnswers): readonly (readonly [RegExp, string])[] => {
  const { id, identifier, title, variable } = namesOf(name);
  return [
    [/acme-package/g, packageName],
    [/acme-id/g, id],
    [/acme\.example/g, `${id}.example`],
    [/ACME/g, variable],
    [/Acme/g, title],
    [/\bacme\b/g, identifier],
  ];
};

/** The manifest as it is published: with ranges of our packages, and with the entry, which only a manifest of its own may name. */
const manifestOf = (template: string): string => {
  const { dependencies, sideEffects, ...manifest } = JSON.parse(
    template.replaceAll(/"(@caudal\/[a-z-]+)": "caudal"/g, (_, name: string) => `"${name}": "${rangeOf(name)}"`),
  ) as Record<string, unknown>;
  const exports = {
    '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    './package.json': './package.json',
  };
  return `${JSON.stringify({ ...manifest, sideEffects, exports, ...(dependencies !== undefined && { dependencies }) }, null, 2)}\n`;
};

/** The files of a plugin's package. */
export const pluginProject = (answers: PluginAnswers): Files => {
  const renamed = (text: string) =>
    spellings(answers).reduce((done, [pattern, by]) => done.replaceAll(pattern, by), text);
  const written = new Map([...templateFiles('plugin'), ...templateFiles(answers.kind)]);
  const files = new Map([...written].map(([path, text]) => [path, renamed(text)]));
  files.set('package.json', manifestOf(files.get('package.json') ?? '{}'));
  files.set('LICENSE', licenceText());
  return files;
};
