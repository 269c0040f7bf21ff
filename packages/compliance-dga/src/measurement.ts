import {
  CHILE_REGULATOR_OFFSET_MINUTES,
  civilAtOffset,
  civilClock,
  civilDate,
  formatDecimal,
  type ReportSubmission,
} from '@caudal/core';
import type { DgaConfig } from './config.ts';
import type { WireParameter } from './variants.ts';

/** `fechaMedicion` and `horaMedicion` of a slot, UTC−4 all year (Manual Técnico N° 1/2025, 2). */
export const measurementTime = (slot: number): { readonly fechaMedicion: string; readonly horaMedicion: string } => {
  const civil = civilAtOffset(slot, CHILE_REGULATOR_OFFSET_MINUTES);
  return { fechaMedicion: civilDate(civil), horaMedicion: civilClock(civil) };
};

/**
 * One value as the DGA reads it: exactly the parameter's decimals, a point, no exponent, no thousands separator. Decimals
 * are rounded half-up; whole numbers of a register are cut by default (`totalizadorRounding`).
 *
 * @throws RangeError when the text is not a decimal number
 */
export const formatValue = (
  name: string,
  parameter: WireParameter,
  value: string,
  { totalizadorRounding }: Pick<DgaConfig, 'totalizadorRounding'>,
): string => formatDecimal(value, parameter.decimals, name === 'totalizador' ? totalizadorRounding : 'half-up');

/** Every parameter of the variant as text, `""` where there is no value. For a submission that validates. */
export const measuredValues = (
  parameters: Readonly<Record<string, WireParameter>>,
  submission: ReportSubmission,
  config: Pick<DgaConfig, 'totalizadorRounding'>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => {
      const value = submission.values[name]?.value ?? null;
      return [name, value === null ? '' : formatValue(name, parameter, value, config)];
    }),
  );
