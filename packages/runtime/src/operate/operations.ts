import { CaudalError, type Draft, type Outage, type ProviderSwitch } from '@caudal/core';
import {
  type Entity,
  type EntityPage,
  type EntityQuery,
  type KeptKind,
  keptKinds,
  type KeptPut,
  type Preview,
  type Version,
} from '../kept/index.ts';
import { importPoints, type ImportPreview, previewImport } from '../import/import-points.ts';
import type { CsvEncoding } from '../import/read-csv.ts';
import { type Measurement, measurements, type MeasurementsInput } from './measurements.ts';
import { type CorrectionNow, readCorrections, type ShownValue, shownValues } from '../kept/shown.ts';
import type { SecretNote, StoredSecrets } from '../secrets/stored-secrets.ts';
import { type ProviderNow, providersNow, switchProvider } from './providers.ts';
import { type Named, named } from '../access/author-names.ts';
import { type HandedOver, inviteUser, type NewUser } from '../access/users.ts';
import { type Hold, holdsOf } from '../schedule/holds.ts';
import type { Services } from '../services.ts';
import type { UserRow } from '../store/access.ts';
import type { SubmissionState, ValueRow } from '../store/rows.ts';
import type { TaskState } from '../store/tasks.ts';
import type { RawFilter } from '../store/store.ts';
import type { AlertRow, SilenceRow } from '../store/rows.ts';
import { ackAlert, type NewSilence, silence, silences, unsilence } from './alerts.ts';
import { backfill, draftOutage, enterReceipt, reprocess } from './act.ts';
import { type Rotated, rotateKey } from './audit-key.ts';
import { type DeadFilter, deadList, type DeadLetter, deadRequeue, deadShow, deadSkip } from './dead.ts';
import { decideUnknown, type Decision } from './decide.ts';
import { dryRun, type DryRun } from './dry-run.ts';
import { enter, type Entry } from './enter.ts';
import { failures, type Failures } from './failures.ts';
import type { HeldSlot } from '../evidence/held.ts';
import { held } from './held.ts';
import { addHold, type NewHold, previewRetention, removeHold } from './hold.ts';
import { type Imported, importReceipts, type PastReceipt } from './import-receipts.ts';
import { kafkaRequeue, kafkaStatus, type KafkaStatus } from './kafka.ts';
import { type MaintenanceNow, maintenanceNow } from './maintenance.ts';
import { now, type Now } from './now.ts';
import { owedNow, type OwedNow } from './owed.ts';
import { runSchedule, scheduleSlots, schedulesNow, type SchedulesNow, type ShownSlot } from './schedules.ts';
import { type Exported, sealEvidence } from './seal.ts';
import { brief, statusOf, type Status } from './status.ts';
import { pauseSends, resumeSends, type SendScope } from './stop-sends.ts';
import { endTask, type ShownTask, type TaskEnd, taskList, taskShow } from './tasks.ts';
import { trace, type Trace } from './trace.ts';
import { listUsers, resetPassword } from './users.ts';

/** A thing of the data with who kept it by name; null for what is provisioned. */
export type ShownEntity = Named<Entity, string | null>;

const shownEntities = ({ store }: Services, entities: readonly Entity[]): Promise<readonly ShownEntity[]> =>
  named(store, entities, ({ author }) => author);

/** Everything a person or a program may ask of a runtime or tell it to do. The CLI calls these by name. */
export interface Operations {
  status(): Promise<Status>;
  /** How the work stands at this moment, and what has been done so far. */
  now(): Promise<Now>;
  /** @param key a receipt, a submission id, or `point/variable@instant` */
  trace(key: string): Promise<Trace | null>;
  values(input: { series: readonly string[]; from: number; to: number; limit?: number }): Promise<readonly ValueRow[]>;
  submissions(input: {
    obligation?: string;
    states?: readonly SubmissionState[];
    from?: number;
    to?: number;
    limit?: number;
  }): Promise<readonly ReturnType<typeof brief>[]>;
  backfill(input: { point: string; from: number; to: number }): Promise<{ reads: number }>;
  reprocess(filter: RawFilter & { point?: string }): Promise<{ records: number; points: number }>;
  /** The receipt of a submission that was handed over by hand. */
  enterReceipt(input: { submission: string; receipt: string }): Promise<{ state: SubmissionState }>;
  /** What every obligation owes, by when, and what is missing; with a name, its open slots too. */
  owed(input: { obligation?: string; limit?: number }): Promise<OwedNow>;
  /** Stops sends: all, or those of a target, an informant or a work. */
  pauseSends(input: SendScope & { because: string }): Promise<{ scope: string; changed: boolean }>;
  resumeSends(input: SendScope & { because?: string }): Promise<{ scope: string; changed: boolean }>;
  /** Receipts that another system got: their slots are never sent from here. */
  importReceipts(input: { receipts: readonly PastReceipt[] }): Promise<Imported>;
  /** What a person knows of a send that nobody answered. */
  decideUnknown(input: Decision): Promise<{ state: SubmissionState }>;
  /** Corrections that people have to ask a regulator for; the open ones, unless others are asked for. */
  taskList(input: Parameters<typeof taskList>[1]): Promise<readonly ShownTask[]>;
  taskShow(id: string): ReturnType<typeof taskShow>;
  endTask(input: TaskEnd): Promise<{ state: TaskState }>;
  /** Maintenance windows of the data, and what they keep from people now. */
  maintenance(): Promise<MaintenanceNow>;
  /** What happens by the clock: last, next and missed slots. */
  schedules(): Promise<SchedulesNow>;
  scheduleSlots(input: Parameters<typeof scheduleSlots>[1]): Promise<readonly ShownSlot[]>;
  /** One slot at once. Nothing that runs by a schedule sends to a regulator. */
  runSchedule(input: Parameters<typeof runSchedule>[1]): Promise<{ asked: number }>;
  /** Slots that passed their maximum lag, with the notice that their regulator wants. */
  failures(input: { obligation?: string; from?: number; to?: number }): Promise<Failures>;
  /** The notice that a regulator wants of an outage, for a person to complete and send. */
  draftOutage(input: Omit<Outage, 'works'> & { target: string; works?: readonly string[] }): Promise<Draft>;
  /** Readings that a person typed, or a file: kept and processed like any raw record. */
  enter(entry: Entry): Promise<{ raw: string }>;
  /** What stopped and goes on only when a person says so: raw records, submissions, notices. */
  deadList(input: DeadFilter): Promise<readonly DeadLetter[]>;
  deadShow(id: string): ReturnType<typeof deadShow>;
  /** One by its id, or the raw records of a filter. */
  deadRequeue(input: Parameters<typeof deadRequeue>[1]): Promise<{ requeued: number }>;
  /** Sets a raw record aside for good. */
  deadSkip(input: { id: string; because: string }): Promise<{ state: string }>;
  /** How the partitions in front of the database stand, and what was set aside of them. */
  kafkaStatus(): Promise<KafkaStatus>;
  /** Puts back what was set aside. */
  kafkaRequeue(input: { because: string }): Promise<{ requeued: number }>;
  /** Open alerts, newest first, or those that ended. */
  alertList(input: { open?: boolean; limit?: number }): Promise<readonly AlertRow[]>;
  /** Somebody takes note: it is told, repeated and escalated no more. */
  ackAlert(input: { alert: string; note?: string; name?: string }): Promise<AlertRow>;
  /** Silences that hold. */
  silences(): Promise<readonly Named<SilenceRow>[]>;
  silence(input: NewSilence): Promise<Named<SilenceRow>>;
  unsilence(input: { id: string }): Promise<{ id: string }>;
  /** What may not go by age. */
  holds(): Promise<readonly Named<Hold>[]>;
  addHold(input: NewHold): Promise<Named<Hold>>;
  removeHold(input: { id: string; because: string }): Promise<{ about: string }>;
  /** What the next round of retention would take; takes nothing. */
  previewRetention(): ReturnType<typeof previewRetention>;
  /** The exact request or file of a slot; sends nothing. */
  dryRun(input: { obligation: string; slot: number }): Promise<DryRun>;
  /** What the regulators held for a work at an instant, as known then; of slots in [from, to). */
  held(input: { work: string; at: number; from: number; to: number }): Promise<readonly HeldSlot[]>;
  /** Data of one kind, provisioned and kept. */
  dataList(query: Omit<EntityQuery, 'only'>): Promise<EntityPage<ShownEntity>>;
  dataGet(input: { kind: KeptKind; id: string }): Promise<ShownEntity | null>;
  dataHistory(input: {
    kind: KeptKind;
    id: string;
    before?: number;
    limit?: number;
  }): Promise<readonly Named<Version>[]>;
  /** What a change would do, and every mistake it brings; nothing is written. */
  dataPreview(input: { changes: readonly KeptPut[] }): Promise<Preview>;
  /** All of it or nothing; in force when it resolves. */
  dataChange(input: { changes: readonly KeptPut[]; because: string }): Promise<readonly ShownEntity[]>;
  dataKinds(): Promise<readonly KeptKind[]>;
  /** Every mistake of a CSV of points, with its cell; nothing is written. */
  importPreview(input: { base64: string; encoding?: CsvEncoding }): Promise<ImportPreview>;
  /** All of a CSV of points or nothing. */
  importPoints(input: { base64: string; encoding?: CsvEncoding; because: string }): Promise<ImportPreview>;
  /** Corrections of a series as they stand: proposed, decided, written by people. */
  corrections(input: { series: string }): Promise<readonly CorrectionNow[]>;
  /** Values as they are shown, beside what was read. */
  shownValues(input: { series: string; from: number; to: number; limit?: number }): Promise<readonly ShownValue[]>;
  /** What a schema shows of a point, calculated fields and all. */
  measurements(input: MeasurementsInput): Promise<readonly Measurement[]>;
  /** Names of stored secrets, never their values. */
  secretList(): Promise<readonly Named<SecretNote>[]>;
  secretPut(input: { name: string; value: string }): Promise<{ name: string }>;
  secretRemove(input: { name: string }): Promise<{ name: string }>;
  secretRotate(): ReturnType<StoredSecrets['rotate']>;
  /** How each provider instance stands: switched, heard, failed. */
  providers(): Promise<readonly ProviderNow[]>;
  switchProvider(input: {
    instance: string;
    mode: ProviderSwitch['mode'];
    because: string;
  }): ReturnType<typeof switchProvider>;
  /** A new key for the audit, signed in by the old one. */
  rotateAuditKey(input: { into?: string }): Promise<Rotated>;
  /** Puts the hash of an evidence package into the audit and signs it. */
  sealEvidence(input: Exported): ReturnType<typeof sealEvidence>;
  /** Invites a user; the token is answered once. */
  createUser(input: NewUser): Promise<HandedOver>;
  /** A token with which a user sets a new password. */
  resetPassword(input: { email: string }): Promise<HandedOver>;
  listUsers(): Promise<readonly UserRow[]>;
}

export const createOperations = (services: Services, actor = 'operator'): Operations => ({
  status: () => statusOf(services),
  now: () => now(services),
  trace: (key) => trace(services, key),
  values: (input) => services.store.read.values(input),
  submissions: async ({ limit = 100, ...input }) =>
    (await services.store.read.submissionList({ ...input, limit })).map(brief),
  backfill: (input) => backfill(services, input, actor),
  reprocess: (filter) => reprocess(services, filter, actor),
  enterReceipt: (input) => enterReceipt(services, input, actor),
  owed: (input) => owedNow(services, input),
  pauseSends: (input) => pauseSends(services, input, actor),
  resumeSends: (input) => resumeSends(services, input, actor),
  importReceipts: (input) => importReceipts(services, input, actor),
  decideUnknown: (input) => decideUnknown(services, input, actor),
  taskList: (input) => taskList(services, input),
  taskShow: (id) => taskShow(services, id),
  endTask: (input) => endTask(services, input, actor),
  maintenance: () => maintenanceNow(services),
  schedules: () => schedulesNow(services),
  scheduleSlots: (input) => scheduleSlots(services, input),
  runSchedule: (input) => runSchedule(services, input, actor),
  failures: (input) => failures(services, input),
  draftOutage: (input) => draftOutage(services, input),
  enter: (entry) => enter(services, entry),
  deadList: (input) => deadList(services, input),
  deadShow: (id) => deadShow(services, id),
  deadRequeue: (input) => deadRequeue(services, input, actor),
  deadSkip: (input) => deadSkip(services, input, actor),
  kafkaStatus: () => kafkaStatus(services),
  kafkaRequeue: (input) => kafkaRequeue(services, input, actor),
  alertList: ({ open = true, limit = 100 }) => services.store.read.pageAlerts({ points: null, open, limit }),
  ackAlert: (input) => ackAlert(services, input, actor),
  silences: () => silences(services),
  silence: (input) => silence(services, input, actor),
  unsilence: (input) => unsilence(services, input, actor),
  holds: async () => named(services.store, await holdsOf(services), ({ actor: held }) => held),
  addHold: (input) => addHold(services, input, actor),
  removeHold: (input) => removeHold(services, input, actor),
  previewRetention: () => previewRetention(services),
  dryRun: (input) => dryRun(services, input),
  held: (input) => held(services, input),
  async dataList(query) {
    const page = services.kept.list(query);
    return { ...page, items: await shownEntities(services, page.items) };
  },
  async dataGet({ kind, id }) {
    const entity = services.kept.get(kind, id);
    return entity === null ? null : ((await shownEntities(services, [entity]))[0] ?? null);
  },
  dataHistory: async ({ kind, id, ...page }) =>
    named(services.store, await services.kept.history(kind, id, page), ({ author }) => author),
  dataPreview: async ({ changes }) => services.kept.preview(changes),
  dataChange: async ({ changes, because }) =>
    shownEntities(services, await services.kept.change(changes, { author: actor, reason: because })),
  dataKinds: async () => keptKinds,
  async importPreview({ base64, encoding }) {
    const { puts: _puts, ...preview } = previewImport(services.kept, Buffer.from(base64, 'base64'), encoding);
    return preview;
  },
  importPoints: ({ base64, encoding, because }) =>
    importPoints(services.kept, Buffer.from(base64, 'base64'), { author: actor, reason: because }, encoding),
  corrections: ({ series }) => readCorrections(services, series),
  shownValues: async ({ series, limit = 10_000, ...span }) =>
    shownValues(
      await services.store.read.values({ series: [series], ...span, limit }),
      await readCorrections(services, series),
    ),
  measurements: (input) => measurements(services, input),
  secretList: async () => named(services.store, await services.secrets.list(), ({ author }) => author),
  async secretPut(input) {
    await services.secrets.put(input, actor);
    return { name: input.name };
  },
  async secretRemove({ name }) {
    await services.secrets.remove(name, actor);
    return { name };
  },
  secretRotate: () => services.secrets.rotate(actor),
  providers: () => providersNow(services),
  switchProvider: ({ because, ...input }) => switchProvider(services, input, { author: actor, reason: because }),
  rotateAuditKey: (input) => rotateKey(services, input, actor),
  sealEvidence: (input) => sealEvidence(services, input, actor),
  createUser: (input) => inviteUser(services, input, actor),
  resetPassword: (input) => resetPassword(services, input, actor),
  listUsers: () => listUsers(services),
});

/** One operation by name with JSON arguments: how another process asks a running runtime. */
export const callOperation = async (operations: Operations, name: string, input: unknown): Promise<unknown> => {
  const call = Object.hasOwn(operations, name) ? operations[name as keyof Operations] : undefined;
  if (call === undefined) throw new CaudalError('unsupported', `there is no operation ${name}`, { sent: 'no' });
  return (call as (input: unknown) => Promise<unknown>)(input);
};
