import { CaudalError, configured, defineProvider, type Plugin } from '@caudal/core';
import { Config, DeviceSettings, type ManualConfig, VariableSettings } from './config.ts';
import { decodeManual } from './decode.ts';
import { mistakeIn } from './mistakes.ts';
import { version } from './version.ts';

export const manualDefinition = defineProvider({
  id: 'manual',
  version,
  description: 'Readings that people type in, or hand in as CSV files.',
  config: Config,
  device: DeviceSettings,
  variable: VariableSettings,
  capabilities: { manual: { mediaTypes: ['text/csv', 'application/json'] }, limits: [] },
  create: ({ config }) => {
    const mistake = mistakeIn(config);
    if (mistake !== undefined) throw new CaudalError('config', mistake, { sent: 'no' });
    return {
      decode: (record, context) => decodeManual(record, context, config),
      check: async ({ signal }) => {
        signal.throwIfAborted();
        return { ok: true, message: 'people hand readings in: there is nothing to connect to' };
      },
    };
  },
});

/**
 * Readings that people hand in, as a provider.
 *
 * @example manual() // typed readings, and files with the columns device, variable, time, value and unit
 * @example manual({ layout: 'wide', columns: { time: 'Fecha' }, decimal: ',', timeFormat: 'day-first' })
 */
export const manual = (config: ManualConfig = {}): Plugin<typeof manualDefinition> =>
  configured(manualDefinition, config);
