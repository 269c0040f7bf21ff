/** What is documented of a variable: where it comes from in the logger, not what is measured there. */
export interface LoggerVariable {
  readonly name: string;
  readonly meaning: string;
}

/**
 * Variables under which NOVUS loggers appear at TagoIO. Analog and user channels carry whatever was wired to them, and flow and
 * level are swapped between wells: what a channel measures is said by its binding at each point, never by this table.
 */
export const novusLoggers = {
  'logbox-3g': [
    { name: '3grecdi1va', meaning: 'digital input 1: accumulated pulses' },
    { name: '3grecuc1v', meaning: 'user channel 1' },
    { name: '3grecuc2v', meaning: 'user channel 2' },
  ],
  'logbox-wifi': [
    { name: 'wifia1va', meaning: 'analog input 1' },
    { name: 'wifia2va', meaning: 'analog input 2' },
    { name: 'wifiaccva', meaning: 'accumulated counter' },
  ],
} as const satisfies Record<string, readonly LoggerVariable[]>;

export type NovusLogger = keyof typeof novusLoggers;

/** The limits of a 16-bit tenth: a sensor that is open or out of range, never a measurement. */
export const novusSentinels: readonly number[] = [-3200, 3276.7];
