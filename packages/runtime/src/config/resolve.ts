import { existsSync } from 'node:fs';
import { CaudalError, withDefaults } from '@caudal/core';
import { profiles } from '@caudal/quality';
import { besideOptions } from './check-options.ts';
import type { RuntimeConfig } from './define.ts';
import { buildDomain, type Domain } from './domain.ts';
import { loadData, type LoadedData } from './load-data.ts';
import { say } from './mistake-words.ts';
import { isError, type Mistake, mistakeText } from './mistake.ts';
import { type RuntimeOptions, runtimeOptions } from './options.ts';
import type { SecretUse } from './report.ts';
import { validateConfiguration } from './validate.ts';

export interface Resolution {
  /** With all defaults. Only to be used while no mistake is an error. */
  readonly options: RuntimeOptions;
  /** Undefined while a mistake is an error. */
  readonly domain: Domain | undefined;
  readonly mistakes: readonly Mistake[];
  readonly secrets: readonly SecretUse[];
}

export interface ResolveSettings {
  /** What mistakes of the configuration carry as their file. */
  readonly configFile?: string;
  /** Where `env:` secrets are looked for. */
  readonly environment?: NodeJS.ProcessEnv;
}

const optionsOf = (config: RuntimeConfig): RuntimeOptions =>
  withDefaults(
    runtimeOptions,
    Object.fromEntries(Object.entries(config).filter(([key]) => !(besideOptions as readonly string[]).includes(key))),
  ) as RuntimeOptions;

const embedded = 'configuration';

/** Options, domain and every mistake of a configuration and of data that were read. Pure but for the CA file, which it looks into. */
export const resolveData = (config: RuntimeConfig, data: LoadedData, settings: ResolveSettings = {}): Resolution => {
  const { configFile = embedded, environment = process.env } = settings;
  const options = optionsOf(config);
  const { mistakes, secrets, files } = validateConfiguration({
    config: config as Readonly<Record<string, unknown>>,
    data,
    configFile,
    environment,
    // A profile that does not exist is a mistake of the options; the rest is checked all the same.
    profile: Object.hasOwn(profiles, options.profile) ? profiles[options.profile] : profiles.default,
  });
  const domain =
    files === undefined ? undefined : buildDomain(files, options.schedules['sync-telemetry-sources'].everyMinutes);
  return { options, domain, mistakes, secrets };
};

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

/** Reads the data files that a configuration names, and resolves both. */
export const readConfiguration = (
  config: RuntimeConfig,
  settings: ResolveSettings = {},
): Resolution & { readonly data: LoadedData } => {
  const { configFile = embedded } = settings;
  const { data: named } = optionsOf(config) as { data: unknown };
  const paths = isTexts(named) ? named : [];
  const absent = paths.flatMap((path, index): Mistake[] =>
    existsSync(path)
      ? []
      : [
          {
            file: configFile,
            path: `data[${index}]`,
            ...say('no-file', { path }),
            severity: 'error',
          },
        ],
  );
  const { sources, mistakes } = loadData(paths);
  const data = { sources, mistakes: [...absent, ...mistakes] };
  return { ...resolveData(config, data, settings), data };
};

/**
 * Options and domain of a configuration that has no errors.
 *
 * @throws CaudalError kind `config` that lists every mistake with its place; warnings are returned
 */
export const resolveConfiguration = async (
  config: RuntimeConfig,
  settings: ResolveSettings = {},
): Promise<{ options: RuntimeOptions; domain: Domain; data: LoadedData; warnings: readonly Mistake[] }> => {
  const { options, domain, data, mistakes } = readConfiguration(config, settings);
  if (domain !== undefined) return { options, domain, data, warnings: mistakes };
  throw refused(mistakes);
};

/** An error that lists every mistake with its place. */
export const refused = (mistakes: readonly Mistake[]): CaudalError => {
  const errors = mistakes.filter(isError);
  const list = errors.map((mistake) => `\n  ${mistakeText(mistake)}`).join('');
  return new CaudalError(
    'config',
    `the configuration has ${errors.length} mistake${errors.length === 1 ? '' : 's'}:${list}`,
    {
      sent: 'no',
    },
  );
};
