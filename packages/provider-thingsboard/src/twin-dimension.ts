import { closedObject, type Host, schemaOf, type Static, Type } from '@caudal/core';
import { type Dialect } from './dialects.ts';
import { configProperties, DeviceSettings, type ThingsBoardConfig, VariableSettings } from './config.ts';
import { createThingsBoard } from './provider.ts';

/** What is documented of a variable: where it comes from in the logger, not what is measured there. */
export interface LoggerVariable {
  readonly name: string;
  readonly meaning: string;
}

/**
 * Variables under which Twin Dimension's loggers appear at T>Data. Analog inputs carry whatever was wired to them: what an input
 * measures is said by its binding at each point, never by this table. Other loggers have numeric names (`5000` to `5003`).
 */
export const tdataLoggers = {
  ric3d: [
    { name: 'input1Count', meaning: 'digital input 1: accumulated pulses' },
    { name: 'ai1ActualValue', meaning: 'analog input 1' },
    { name: 'ai2ActualValue', meaning: 'analog input 2' },
  ],
} as const satisfies Record<string, readonly LoggerVariable[]>;

export type TdataLogger = keyof typeof tdataLoggers;

/** T>Data by dialect: the gateway that integrators use, and the ThingsBoard behind it. */
export const tdataAddresses: Readonly<Record<Dialect, string>> = {
  gateway: 'https://api.twindimension.com/tdata/v1',
  native: 'https://tdata.tesacom.net',
};

/** Negative whole numbers are status codes of the loggers (-2, -5), not measurements. */
const statusCodes = true;

const Config = closedObject({
  ...configProperties,
  dialect: Type.Optional(
    Type.Union([Type.Literal('gateway'), Type.Literal('native')], {
      description: 'The T>Data gateway, or the ThingsBoard behind it; default gateway.',
    }),
  ),
  baseUrl: Type.Optional(Type.String({ description: 'Address; default that of Twin Dimension for the dialect.' })),
  statusCodes: Type.Optional(
    Type.Boolean({ description: 'Negative whole numbers are status codes, not measurements; default true.' }),
  ),
});

/** ThingsBoard's configuration, of which only `auth` must be given. */
export type TdataConfig = Static<typeof Config>;

/** What both of Twin Dimension's names for its platform have in common: a definition without id, version and capabilities. */
export const twinDimensionParts = {
  config: schemaOf(Config),
  device: DeviceSettings,
  variable: VariableSettings,
  create: ({ config, host }: { readonly config: TdataConfig; readonly host: Host }) => {
    const dialect = config.dialect ?? 'gateway';
    const platform: ThingsBoardConfig = {
      statusCodes,
      ...config,
      dialect,
      baseUrl: config.baseUrl ?? tdataAddresses[dialect],
    };
    return createThingsBoard({ config: platform, host });
  },
};
