export type {
  ChangedFlags,
  Interpretation,
  Judge,
  JudgeCorrection,
  JudgeFinding,
  JudgeOutput,
  JudgeSettings,
  RuleUse,
  Samples,
  SeriesSettings,
  Settled,
  Stage,
} from './judge/contract.ts';
export { stages } from './judge/contract.ts';
export type { CounterSettings, MeterSettings, OnJump } from './counter/settings.ts';
export { openJudge } from './judge/judge.ts';
export { type Profile, profiles, type RuleOverrides } from './judge/profiles.ts';
export { CounterEngine, type Increases } from './counter/engine.ts';
export { counterRule } from './rules/counter.ts';
export { timeRule } from './rules/time.ts';
export { missingRule } from './rules/missing.ts';
export { grossRangeRule } from './rules/gross-range.ts';
export { levelMaxResetRule } from './rules/level-max-reset.ts';
export { alertConditionRule } from './rules/alert-condition.ts';
export { alertThresholdsRule } from './rules/alert-thresholds.ts';
export { type Counted, countReadings, type Readings } from './counter/count.ts';
export { combineParts, type CounterPart, countPart } from './counter/part.ts';
export {
  applyCorrections,
  type ApplySettings,
  type CorrectedColumns,
  type Origin,
  origins,
} from './corrections/apply.ts';
export { correctionsAsOf, type CorrectionEntry } from './corrections/ledger.ts';
export { type CorrectionRecord, type CorrectionSource, recordCorrection } from './corrections/record.ts';
export { type Edges, fixedEdges, localDayEdges } from './windows/edges.ts';
export {
  type Extreme,
  integrals,
  type IntegralSettings,
  type IntegralWindow,
  mergeIntegrals,
  sampleMean,
  type StateColumns,
  timeWeightedMean,
} from './windows/integrals.ts';
export { coverage, type FlagCounts, windowFlag, type WindowQuality } from './windows/quality.ts';
export {
  averageRate,
  mergeVolumes,
  type OpenGap,
  stepsToUnit,
  type VolumeColumns,
  type Volumes,
  volumes,
  type VolumeSettings,
  type VolumeWindow,
} from './windows/volumes.ts';
export { flowTotalConsistencyRule } from './rules/flow-total-consistency.ts';
export { levelAccumulatedConsistencyRule } from './rules/level-accumulated-consistency.ts';
export { totalFrozenRule } from './rules/total-frozen.ts';
export { zeroTotalResetRule } from './rules/zero-total-reset.ts';
export {
  crossing,
  type Crossing,
  trend,
  type Trend,
  type TrendColumns,
  type TrendSettings,
  type TrendSpan,
} from './trends/trend.ts';
export { type Line, theilSen } from './trends/theil-sen.ts';
export {
  type Dependence,
  mannKendall,
  type MannKendall,
  type MannKendallSettings,
  seasonalMannKendall,
} from './trends/mann-kendall.ts';
export { type Decomposition, stl, type StlSettings } from './trends/stl.ts';
export { forecast, type Forecast, type ForecastSettings } from './trends/forecast.ts';
export { ahead, holtWinters, type HoltWinters, type HoltWintersState, type Smoothing } from './trends/holt-winters.ts';
export { hampel, type HampelSettings } from './trends/hampel.ts';
export { cusum, type Cusum, type CusumSettings, ewma, ewmaLimit } from './trends/control-charts.ts';
export { levelShifts, type LevelShift, type LevelShiftSettings } from './trends/level-shifts.ts';
export { median, quantiles, scaledMad } from './trends/order.ts';
