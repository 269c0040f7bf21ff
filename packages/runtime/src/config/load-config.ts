import { statSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CaudalError, isCaudalError, isPlugin } from '@caudal/core';
import type { RuntimeConfig } from './define.ts';
import { runtimeOptions } from './options.ts';
import { databaseOf } from './places.ts';

const extensions = ['.ts', '.mts', '.js', '.mjs'];

const refuse = (message: string, cause?: unknown): never => {
  throw new CaudalError('config', message, { sent: 'no', cause });
};

const codeOf = (thrown: unknown): unknown =>
  typeof thrown === 'object' && thrown !== null ? (thrown as { code?: unknown }).code : undefined;

const isSyntaxError = (thrown: Error): boolean =>
  thrown.name === 'SyntaxError' || /^ERR_(INVALID|UNSUPPORTED)_TYPESCRIPT_SYNTAX$/.test(String(codeOf(thrown)));

/** How Node names a place: alone on the first line of a syntax error, which may be in an imported file, and in the frames of a stack. */
const places = [/^()((?:file:\/\/)?\/.*|file:\/\/.*|[A-Za-z]:\\.*):(\d+)$/, /(^| |\()(file:\/\/[^)]*?):(\d+):\d+\)?$/];

/** The first place that the stack names, in `file` alone when it is given; Node does not always tell one. */
const placeIn = (thrown: Error, file?: string): string | undefined => {
  for (const line of thrown.stack?.split('\n') ?? []) {
    const [, , written = '', number] = places.map((place) => place.exec(line)).find((match) => match !== null) ?? [];
    if (written === '' || written.includes('node_modules')) continue;
    const path = written.startsWith('file:') ? fileURLToPath(written) : written;
    if (file === undefined || path === file) return `${path}:${number}`;
  }
  return undefined;
};

/** Why a module could not be run, in one sentence that names the file and, where Node tells it, the line. */
const whyNot = (path: string, thrown: unknown): string => {
  if (!(thrown instanceof Error)) return `${path} threw something that is no error`;
  const [first = ''] = thrown.message.trim().split('\n');
  if (codeOf(thrown) === 'ERR_MODULE_NOT_FOUND' || first.includes('does not provide an export named')) {
    const [what = ''] = first.split(' imported from ');
    return `${placeIn(thrown, path) ?? path} imports something that is not there: ${what}; install it, or correct the import`;
  }
  if (isSyntaxError(thrown)) return `${placeIn(thrown) ?? path} has a syntax error: ${first}`;
  return `${placeIn(thrown, path) ?? path} failed: ${isCaudalError(thrown) ? '' : `${thrown.name}: `}${first}`;
};

/** Why a default export is no configuration, or undefined when it may be one. */
const whyNoConfig = (exported: unknown): string | undefined => {
  if (exported === undefined) return 'has no default export; write export default defineRuntime({ … })';
  if (isPlugin(exported)) return 'exports a plugin; put it under a name into defineRuntime({ providers: { … } })';
  if (typeof exported === 'function') {
    return 'exports a function; export what it returns: export default defineRuntime({ … })';
  }
  if (typeof exported !== 'object' || exported === null || Array.isArray(exported) || exported instanceof Promise) {
    return 'exports something that is no configuration; write export default defineRuntime({ … })';
  }
  return undefined;
};

const isStrings = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

const defaultData = (runtimeOptions['properties'] as { readonly data: { readonly default: unknown } }).data.default;

/** Paths made absolute from a folder; what is no path is left for validation to name. */
const fromFolder = (config: RuntimeConfig, folder: string): RuntimeConfig => {
  const { database, data = defaultData, network, folder: own } = config as Record<string, unknown>;
  const caFile: unknown = (network as RuntimeConfig['network'] | undefined)?.caFile;
  return {
    ...config,
    database: database === undefined || typeof database === 'string' ? databaseOf({ database }, folder) : database,
    folder: own === undefined || typeof own === 'string' ? resolve(folder, own ?? '.') : own,
    data: isStrings(data) ? data.map((path) => resolve(folder, path)) : data,
    ...(typeof caFile === 'string' ? { network: { ...config.network, caFile: resolve(folder, caFile) } } : {}),
  } as RuntimeConfig;
};

/**
 * Reads a `caudal.config.ts` (or `.mts`, `.js`, `.mjs`). TypeScript is run by Node's own type stripping: types are removed, not
 * checked, and syntax that needs compiling (enums, parameter properties) is refused. The file is a module, so a process reads it once.
 *
 * @returns the default export, with `database`, `folder`, `data` and `network.caFile` made absolute from the folder of the file
 * @throws CaudalError kind `config`, one sentence: no such file, a syntax error, an import that is missing, a throw, an export that is
 * no configuration. What the configuration says is for `resolveConfiguration` to judge.
 */
export const loadConfigFile = async (file: string): Promise<RuntimeConfig> => {
  const path = resolve(file);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
    refuse(`there is no configuration file ${path}; "npm create caudal" writes one`);
  }
  if (!extensions.includes(extname(path))) {
    refuse(`${path} is no configuration file: its name must end in ${extensions.join(', ')}`);
  }
  let module: { readonly default?: unknown };
  try {
    module = (await import(pathToFileURL(path).href)) as { readonly default?: unknown };
  } catch (thrown) {
    return refuse(whyNot(path, thrown), thrown);
  }
  const why = whyNoConfig(module.default);
  if (why !== undefined) refuse(`${path} ${why}`);
  return fromFolder(module.default as RuntimeConfig, dirname(path));
};
