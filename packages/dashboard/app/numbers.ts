import { preferences } from './preferences.ts';

/** A number as people write it; "–" for none: nothing is never zero. */
export const number = (value: number | null | undefined, most = 3): string =>
  value === null || value === undefined || Number.isNaN(value)
    ? '–'
    : new Intl.NumberFormat(preferences().language === 'es' ? 'es-CL' : 'en-GB', {
        maximumFractionDigits: most,
      }).format(value);

const spelled: Readonly<Record<string, string>> = {
  m3: 'm³',
  'm3/s': 'm³/s',
  'm3/h': 'm³/h',
  degC: '°C',
  'uS/cm': 'µS/cm',
};

export const unit = (name: string): string => spelled[name] ?? name;

/** With its unit. */
export const quantity = (value: number | null | undefined, of: string, most = 3): string =>
  of === '' ? number(value, most) : `${number(value, most)} ${unit(of)}`;
