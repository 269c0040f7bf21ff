import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Contents by path, with forward slashes. */
export type Files = ReadonlyMap<string, string>;

const templates = fileURLToPath(new URL('../templates/', import.meta.url));

/** npm leaves `.gitignore` out of packages, so the template has it under another name. */
const published: Readonly<Record<string, string>> = { gitignore: '.gitignore' };

/** The files of a template, as they stand. */
export const templateFiles = (name: string): Files => {
  const folder = join(templates, name);
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    paths.map((path) => {
      const shown = relative(folder, path).split(sep).join('/');
      return [published[shown] ?? shown, readFileSync(path, 'utf8')];
    }),
  );
};

/** The licence that generated plugins carry, ours. */
export const licenceText = (): string => readFileSync(new URL('../LICENSE', import.meta.url), 'utf8');

/** Which of the files are there already. */
export const alreadyThere = (folder: string, files: Files): string[] =>
  [...files.keys()].filter((path) => existsSync(join(folder, path)));

/** Writes files that are not there yet; throws `EEXIST` rather than replace one. */
export const writeFiles = (folder: string, files: Files): void => {
  for (const [path, content] of files) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content, { flag: 'wx' });
  }
};
