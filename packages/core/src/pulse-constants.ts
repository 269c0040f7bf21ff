import { CaudalError } from './errors.ts';
import type { PulseRatio } from './domain/meter.ts';
import { schemaOf, type Static, Type } from './schema.ts';
import { issuesOf } from './validate.ts';

const Constants = Type.Object(
  {
    pulses_per_liter: Type.Number({ exclusiveMinimum: 0, description: 'Pulses for one litre, for example 1000.' }),
    calibration_factor: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, description: 'Multiplies the volume; default 1.' }),
    ),
  },
  { description: 'Other keys may stand beside these two and are not read.' },
);

/**
 * The JSON in which existing configurations keep their pulse constants: under `pulse_constants`, in snake case. Open on
 * purpose: it is written by others and carries keys that are of no concern here.
 */
export const PulseConstants = Type.Object({ pulse_constants: Constants });

export type PulseConstants = Static<typeof PulseConstants>;

/**
 * Reads pulse constants as a ratio and a calibration factor for `pulsesToCubicMetres`.
 *
 * @param json the object with `pulse_constants`, or what stands under that key
 * @throws CaudalError kind `config` with every mistake and its place
 */
export const readPulseConstants = (json: unknown): { readonly ratio: PulseRatio; readonly calibration: number } => {
  const wrapped = typeof json === 'object' && json !== null && 'pulse_constants' in json;
  const value = (wrapped ? json : { pulse_constants: json }) as PulseConstants;
  const issues = issuesOf(schemaOf(PulseConstants), value);
  if (issues.length > 0) {
    const list = issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
    throw new CaudalError('config', `pulse constants are not valid: ${list}`, { sent: 'no' });
  }
  const { pulses_per_liter: pulsesPerLiter, calibration_factor: calibration = 1 } = value.pulse_constants;
  return { ratio: { pulsesPerLiter }, calibration };
};
