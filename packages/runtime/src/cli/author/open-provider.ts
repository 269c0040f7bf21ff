import { CaudalError, createRedactor, type Host, type Redactor } from '@caudal/core';
import type { Domain } from '../../config/domain.ts';
import { isError, mistakeText } from '../../config/mistake.ts';
import type { RuntimeOptions } from '../../config/options.ts';
import { createPlugins, type ProviderEntry } from '../../plugins.ts';
import { pluginHost } from '../plugin-host.ts';
import { readConfigFile } from '../read-config-file.ts';

/** One provider instance of the configuration, started, outside any runtime. */
export interface OpenProvider {
  readonly provider: ProviderEntry;
  readonly domain: Domain;
  readonly options: RuntimeOptions;
  readonly host: Host;
  readonly redact: Redactor;
  /** As the configuration gives it, with secrets as references. */
  readonly config: unknown;
  /** Secrets that were asked for, by reference. */
  readonly secrets: Readonly<Record<string, string>>;
}

const onlyOne = (names: readonly string[], named: string | undefined): string => {
  const found = named ?? (names.length === 1 ? names[0] : undefined);
  if (found !== undefined && names.includes(found)) return found;
  const what = named === undefined ? 'say which with --instance' : `there is no provider named ${named}`;
  throw new CaudalError('config', `${what}; there are ${names.join(', ') || 'none'}`, { sent: 'no' });
};

/**
 * Opens a provider of a configuration file, works with it, and closes it.
 *
 * @param named of the instance; may be left out where there is only one
 * @throws CaudalError kind `config` when configuration or data have mistakes, or there is no such provider
 */
export const withProvider = async <T>(
  configPath: string,
  named: string | undefined,
  work: (open: OpenProvider, signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const read = await readConfigFile(configPath);
  if (read.config === undefined || read.domain === undefined) {
    const first = read.mistakes.find(isError);
    const why = first === undefined ? 'it has mistakes' : mistakeText(first, process.cwd());
    throw new CaudalError('config', why, { sent: 'no' });
  }
  const redact = createRedactor();
  const usual = pluginHost(read.config, read.options, redact);
  const secrets: Record<string, string> = {};
  const host: Host = {
    ...usual,
    async secret(reference) {
      return (secrets[reference] = await usual.secret(reference));
    },
  };
  const { providers } = createPlugins(read.config, () => host);
  const name = onlyOne([...providers.keys()], named);
  const provider = providers.get(name) as ProviderEntry;
  const signal = AbortSignal.timeout(120_000);
  try {
    await provider.instance.start?.({ signal });
    const config = read.config.providers?.[name]?.config;
    return await work({ provider, domain: read.domain, options: read.options, host, redact, config, secrets }, signal);
  } finally {
    await provider.instance.close?.();
  }
};
