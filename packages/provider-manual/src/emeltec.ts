import type { ManualConfig } from './config.ts';

/**
 * The files that Microcom MT loggers put on Emeltec's FTP server: `fecha;hora;nombre_sensor;valor;unidad;quality`, dates as DD-MM-YYYY,
 * decimal comma, quality `G` or `B`, -999 for a fault. Whether a file begins with these names is not known, so both are read. The logger
 * stands in the name of the file alone, and times have no zone: name the device when you hand a file in, and its zone in its settings.
 *
 * @example manual(emeltec)
 */
export const emeltec = {
  columns: { date: 'fecha', time: 'hora', variable: 'nombre_sensor', value: 'valor', unit: 'unidad' },
  header: ['fecha', 'hora', 'nombre_sensor', 'valor', 'unidad', 'quality'],
  delimiter: ';',
  decimal: ',',
  timeFormat: 'day-first',
  quality: { column: 'quality', good: ['G'], bad: ['B'] },
  sentinels: [-999],
} as const satisfies ManualConfig;
