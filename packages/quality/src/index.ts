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
export { alertThresholdsRule } from './rules/alert-thresholds.ts';
