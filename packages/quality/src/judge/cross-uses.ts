import type { RuleUse, SeriesSettings } from './contract.ts';

/** The rules between series, where the point has the series they compare. */
export const crossUses = (_series: Readonly<Record<string, SeriesSettings>>): RuleUse[] => [];
