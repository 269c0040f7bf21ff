import type { ComplianceProfile, ProfileParameter, ProfileVariant } from '@caudal/core';

/** The variant that a work's settings name; the only one, where there is no choice. */
export const variantOf = (
  { variants }: ComplianceProfile,
  settings: Readonly<Record<string, unknown>>,
): ProfileVariant | undefined => {
  const all = Object.values(variants);
  if (all.length === 1) return all[0];
  const name = settings['variant'];
  return typeof name === 'string' && Object.hasOwn(variants, name) ? variants[name] : undefined;
};

/** The part of a parameter that a host looks at: an assigned one has no table. */
export type KnownParameter = Pick<ProfileParameter, 'unit' | 'required'>;

/** What the regulator wants of a member: from its table, or from the member's own settings where it assigns parameters work by work. */
export const parameterOf = (
  { parameters, assigned }: ProfileVariant,
  name: string,
  settings: Readonly<Record<string, unknown>> = {},
): KnownParameter | undefined => {
  if (Object.hasOwn(parameters, name)) return parameters[name];
  if (assigned === undefined) return undefined;
  const unit = settings[assigned.unitSetting];
  return { required: true, unit: typeof unit === 'string' ? unit : '' };
};
