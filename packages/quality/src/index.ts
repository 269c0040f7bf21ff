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
