import type { StoreReads, StoreWrites } from '../store.ts';
import {
  claimAnswer,
  clearLogin,
  countAsked,
  failLogin,
  forgetAccess,
  keepAnswer,
  loginFailures,
} from './access-upkeep.ts';
import { alerts, alertsOfRules, changeAlerts, openAlerts, pageAlerts, unackedAlerts } from './alerts.ts';
import { ackAlert, addSilence, removeSilence, silences } from './silences.ts';
import { addApiKey, apiKey, apiKeyByHash, apiKeys, revokeApiKey, usedApiKeys } from './api-keys.ts';
import { appendRaw } from './append-raw.ts';
import { attempts, closeAttempt, lastSends, openAttempt, openAttempts } from './attempts.ts';
import { audit, auditTrail, chainEnd, chainOf, chainPage, pageAudit } from './audit.ts';
import { heads, headsPublished, newestHead, putHead, unpublishedHeads } from './audit-heads.ts';
import { changeSubmissions, expectSubmissions } from './change-submissions.ts';
import { commitProcessed } from './commit-processed.ts';
import { conservation } from './conservation.ts';
import { counts } from './counts.ts';
import { deliveries, recordDeliveries, undelivered } from './deliveries.ts';
import { recall, remember } from './facts.ts';
import { changeNotices, createNotices, dueNotices, notices, pageNotices } from './notices.ts';
import { endSubmissions, oldSubmissions } from './end-submissions.ts';
import { forgetSlots } from './forget.ts';
import { forgetNotices } from './forget-notices.ts';
import { deleteOldRaw, oldRaw } from './forget-raw.ts';
import { forgetFindings, forgetValues } from './forget-values.ts';
import { retained } from './retained.ts';
import { feedPositions } from './feed-positions.ts';
import { advanceOutlet, fillOutlet, forgetOutlets, newestOutgoing, openOutlet, outgoing, outlets } from './outlets.ts';
import type { ReadOperation, WriteOperation } from './operation.ts';
import { keep, keptHistory, keptPage, keptSerial, redecode, redecodes } from './kept.ts';
import { putSecret, removeSecret, resealSecrets, secret, secrets } from './secrets.ts';
import { asked, noteReads, openReads, undecoded } from './asked.ts';
import { dropLease, leases, recoverLeases, renewLeases, takeLease } from './leases.ts';
import { endWaiting, neededRaw } from './needs.ts';
import { pageCorrections, pageFindings } from './page-judgements.ts';
import { pageSubmissions } from './page-submissions.ts';
import { chart, exportValues, extents, pageValues } from './page-values.ts';
import { changeReads, dueReads, forgetReads, pageReads, planReads, reads } from './planned-reads.ts';
import { loosenPack, packable, putPack, rawPack } from './packs.ts';
import { claimRaw, recoverRaw, requeueRaw } from './raw-queue.ts';
import {
  basis,
  checkpointBefore,
  checkpointsFrom,
  contacts,
  corrections,
  findings,
  unclaimed,
  watermarks,
} from './read-judgements.ts';
import { evidenceOf } from './read-evidence.ts';
import { pageRaw, raw, rawList, recordsOf } from './read-raw.ts';
import {
  dueSubmissions,
  newestSlots,
  owing,
  quarantined,
  slotStates,
  submission,
  submissionBy,
  submissionList,
  submissionsOf,
  submissionsOfWork,
} from './read-submissions.ts';
import { instants, latestValues, newestReadings, revisions, values, valueSamples, valuesAt } from './read-values.ts';
import { reopen, reopens } from './reopen.ts';
import { resumeSends, stopSends, switches } from './send-switches.ts';
import { endSessions, openSession, rotateRefresh, session, sessions } from './sessions.ts';
import { rechecks } from './rechecks.ts';
import { openTasks, putTasks, task, taskList, taskSteps, tasksOf } from './tasks.ts';
import { askSlot, endSlot, lastSlot, missedSlots, openSlots, slotList, takeSlot } from './schedule-slots.ts';
import {
  addUser,
  changeUser,
  oneTime,
  putOneTime,
  redeemOneTime,
  setPassword,
  user,
  userByEmail,
  users,
} from './users.ts';

export const writeOperations: { readonly [Name in keyof StoreWrites]: WriteOperation<Name, readonly unknown[]> } = {
  appendRaw,
  claimRaw,
  commitProcessed,
  recoverRaw,
  requeueRaw,
  reopen,
  expectSubmissions,
  changeSubmissions,
  openAttempt,
  closeAttempt,
  stopSends,
  resumeSends,
  changeAlerts,
  ackAlert,
  addSilence,
  removeSilence,
  createNotices,
  changeNotices,
  recordDeliveries,
  takeSlot,
  endSlot,
  askSlot,
  remember,
  planReads,
  changeReads,
  noteReads,
  forgetReads,
  audit,
  putHead,
  headsPublished,
  putPack,
  loosenPack,
  endSubmissions,
  deleteOldRaw,
  forgetValues,
  forgetFindings,
  forgetNotices,
  forgetSlots,
  endWaiting,
  takeLease,
  renewLeases,
  dropLease,
  recoverLeases,
  addUser,
  changeUser,
  putOneTime,
  redeemOneTime,
  setPassword,
  openSession,
  rotateRefresh,
  endSessions,
  addApiKey,
  revokeApiKey,
  usedApiKeys,
  failLogin,
  countAsked,
  clearLogin,
  claimAnswer,
  keepAnswer,
  forgetAccess,
  keep,
  redecode,
  putSecret,
  resealSecrets,
  removeSecret,
  putTasks,
  openOutlet,
  advanceOutlet,
  fillOutlet,
  forgetOutlets,
};

export const readOperations: { readonly [Name in keyof StoreReads]: ReadOperation<Name> } = {
  watermarks,
  asked,
  openReads,
  undecoded,
  contacts,
  values,
  valuesAt,
  valueSamples,
  instants,
  latestValues,
  newestReadings,
  revisions,
  findings,
  corrections,
  checkpointBefore,
  checkpointsFrom,
  reopens,
  raw,
  rawList,
  neededRaw,
  recordsOf,
  leases,
  feedPositions,
  dueSubmissions,
  submission,
  submissionBy,
  submissionList,
  submissionsOf,
  submissionsOfWork,
  newestSlots,
  lastSends,
  quarantined,
  owing,
  slotStates,
  switches,
  attempts,
  openAttempts,
  openAlerts,
  unackedAlerts,
  alertsOfRules,
  silences,
  alerts,
  dueNotices,
  notices,
  deliveries,
  undelivered,
  reads,
  dueReads,
  lastSlot,
  openSlots,
  slotList,
  missedSlots,
  recall,
  unclaimed,
  counts,
  conservation,
  oldRaw,
  oldSubmissions,
  packable,
  rawPack,
  retained,
  basis,
  auditTrail,
  chainEnd,
  chainPage,
  chainOf,
  heads,
  newestHead,
  unpublishedHeads,
  evidenceOf,
  user,
  userByEmail,
  users,
  session,
  sessions,
  oneTime,
  apiKey,
  apiKeyByHash,
  apiKeys,
  loginFailures,
  pageValues,
  exportValues,
  chart,
  extents,
  pageSubmissions,
  pageAlerts,
  pageFindings,
  pageCorrections,
  pageRaw,
  pageNotices,
  pageAudit,
  pageReads,
  keptPage,
  keptHistory,
  keptSerial,
  redecodes,
  secret,
  secrets,
  rechecks,
  task,
  taskList,
  tasksOf,
  taskSteps,
  openTasks,
  outlets,
  outgoing,
  newestOutgoing,
};
