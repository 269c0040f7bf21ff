import { resolve } from 'node:path';
import { isCaudalError } from '@caudal/core';
import type { RuntimeConfig } from '../config/define.ts';
import { loadConfigFile } from '../config/load-config.ts';
import type { Mistake } from '../config/mistake.ts';
import { readConfiguration, type Resolution } from '../config/resolve.ts';

/** A configuration as the commands that explain it need it: with its mistakes, not stopped by them. */
export type ConfigFile =
  | ({ readonly config: RuntimeConfig } & Resolution)
  /** The file could not even be run. */
  | { readonly config: undefined; readonly mistakes: readonly [Mistake] };

/** Reads a configuration file and its data. Never throws for what stands in them. */
export const readConfigFile = async (path: string): Promise<ConfigFile> => {
  const file = resolve(path);
  let config: RuntimeConfig;
  try {
    config = await loadConfigFile(file);
  } catch (thrown) {
    if (!isCaudalError(thrown)) throw thrown;
    return { config: undefined, mistakes: [{ file, path: '', message: thrown.message, severity: 'error' }] };
  }
  return { config, ...readConfiguration(config, { configFile: file }) };
};
