// Generated from packages/runtime/openapi.json by scripts/openapi.ts. Not to be edited.
import type { Alert, Alerts, Anomalies, ApiKeys, Attempts, Audit, Backfill, Calendar, Chart, Corrections, DataChanged, DataHistory, DataPreview, DataSchemas, DeadLetterDetail, DeadLetters, Device, Devices, Draft, DryRun, Entered, Entities, Entity, Evidence, Failures, Findings, Forecast, HandedOut, Held, Hold, HoldRemoved, Holds, ImportPreview, ImportedReceipts, LatestValues, LogInOffers, Me, NewApiKey, Notices, Obligations, OwedList, PlannedReads, Plugins, Point, PointReport, Points, ProviderSwitched, Providers, RawRecordDetail, RawRecords, Readiness, Reprocess, Requeued, Retention, ScheduleRun, ScheduleSlots, Schedules, Secrets, SeriesList, Sessions, Settled, Silence, Silences, Skipped, StandingCorrections, States, Status, StoppedSends, SubmissionDetail, Submissions, Switched, TaskDetail, TaskEnded, Tasks, Tokens, Trace, Trend, UnclaimedList, UseOfRight, User, Users, ValueAt, Values, Volumes } from './schemas.ts';

/** What can be asked: input and answer by name. */
export interface Operations {
  /** Become the first administrator */
  readonly setUp: { readonly input: { readonly body: { readonly token: string; readonly email: string; readonly name: string; readonly password: string; readonly language?: "es" | "en"; readonly refresh?: "body" | "cookie" } }; readonly answer: Tokens };
  /** Log in with a password */
  readonly logIn: { readonly input: { readonly body: { readonly email: string; readonly password: string; readonly refresh?: "body" | "cookie" } }; readonly answer: Tokens };
  /** A new access token */
  readonly refresh: { readonly input: { readonly body: { readonly refreshToken?: string } }; readonly answer: Tokens };
  /** What a page for logging in can offer */
  readonly logInOffers: { readonly input: {}; readonly answer: LogInOffers };
  /** Ask for a reset of the password by mail */
  readonly forgotPassword: { readonly input: { readonly body: { readonly email: string } }; readonly answer: undefined };
  /** Accept an invitation, or set a new password with a reset */
  readonly redeem: { readonly input: { readonly body: { readonly token: string; readonly password: string } }; readonly answer: undefined };
  /** End the log-in that asks */
  readonly logOut: { readonly input: { readonly idempotencyKey?: string }; readonly answer: undefined };
  /** Who asks, and what they may */
  readonly me: { readonly input: {}; readonly answer: Me };
  /** Change the own password */
  readonly changePassword: { readonly input: { readonly body: { readonly current: string; readonly password: string } }; readonly answer: undefined };
  /** Where the user is logged in */
  readonly listSessions: { readonly input: {}; readonly answer: Sessions };
  /** End one of the own sessions */
  readonly endSession: { readonly input: { readonly session: string; readonly idempotencyKey?: string }; readonly answer: undefined };
  /** Users, by address */
  readonly listUsers: { readonly input: { readonly limit?: number; readonly cursor?: string }; readonly answer: Users };
  /** Invite a user */
  readonly inviteUser: { readonly input: { readonly body: { readonly email: string; readonly name: string; readonly role: "admin" | "operator" | "viewer" | "owner"; readonly points?: readonly (string)[]; readonly language?: "es" | "en" } }; readonly answer: HandedOut };
  /** One user */
  readonly getUser: { readonly input: { readonly user: string }; readonly answer: User };
  /** Change a user: rights, name, whether they may log in */
  readonly changeUser: { readonly input: { readonly user: string; readonly body: { readonly name?: string; readonly role?: "admin" | "operator" | "viewer" | "owner"; readonly points?: readonly (string)[] | null; readonly language?: "es" | "en"; readonly state?: "active" | "disabled" }; readonly ifMatch: string; readonly idempotencyKey?: string }; readonly answer: User };
  /** Hand out a reset of the password, or a new invitation */
  readonly resetUser: { readonly input: { readonly user: string }; readonly answer: HandedOut };
  /** Where a user is logged in */
  readonly listUserSessions: { readonly input: { readonly user: string }; readonly answer: Sessions };
  /** End every session of a user */
  readonly endUserSessions: { readonly input: { readonly user: string; readonly idempotencyKey?: string }; readonly answer: undefined };
  /** API keys, also those that are over */
  readonly listKeys: { readonly input: { readonly limit?: number; readonly cursor?: string }; readonly answer: ApiKeys };
  /** Add an API key */
  readonly addKey: { readonly input: { readonly body: { readonly name: string; readonly role: "admin" | "operator" | "viewer" | "owner" | "ingest"; readonly permissions?: readonly ("account" | "points:read" | "values:read" | "compliance:read" | "alerts:read" | "alerts:write" | "values:write" | "compliance:write" | "raw:read" | "system:read" | "audit:read" | "config:read" | "config:write" | "users:write" | "ingest")[]; readonly points?: readonly (string)[]; readonly instances?: readonly (string)[]; readonly expiresAt?: string } }; readonly answer: NewApiKey };
  /** Revoke an API key, at once and for good */
  readonly revokeKey: { readonly input: { readonly key: string; readonly idempotencyKey?: string }; readonly answer: undefined };
  /** Points in sight, by id */
  readonly listPoints: { readonly input: { readonly limit?: number; readonly cursor?: string; readonly text?: string; readonly state?: "ACTIVE" | "INACTIVE" | "MAINTENANCE"; readonly kind?: string }; readonly answer: Points };
  /** One point with its series */
  readonly getPoint: { readonly input: { readonly point: string }; readonly answer: Point };
  /** Series in sight, by id */
  readonly listSeries: { readonly input: { readonly limit?: number; readonly cursor?: string; readonly point?: string; readonly kind?: string }; readonly answer: SeriesList };
  /** Devices that feed a point in sight, by id */
  readonly listDevices: { readonly input: { readonly limit?: number; readonly cursor?: string; readonly provider?: string }; readonly answer: Devices };
  /** One device and what it feeds */
  readonly getDevice: { readonly input: { readonly device: string }; readonly answer: Device };
  /** The newest value of each series in sight */
  readonly latestValues: { readonly input: { readonly limit?: number; readonly cursor?: string; readonly point?: string }; readonly answer: LatestValues };
  /** Values of a series, by instant */
  readonly listValues: { readonly input: { readonly point: string; readonly variable: string; readonly limit?: number; readonly cursor?: string; readonly from?: string; readonly to?: string; readonly sort?: "at" | "-at"; readonly flag?: readonly (1 | 2 | 3 | 4 | 9)[] }; readonly answer: Values };
  /** The last value at or before an instant, and what stood there before */
  readonly valueAt: { readonly input: { readonly point: string; readonly variable: string; readonly at: string; readonly toleranceMinutes?: number }; readonly answer: ValueAt };
  /** A series drawn small: minimum, maximum and mean of equal spans */
  readonly chart: { readonly input: { readonly point: string; readonly variable: string; readonly from?: string; readonly to?: string; readonly buckets?: number }; readonly answer: Chart };
  /** What rules found, newest beginning first */
  readonly listFindings: { readonly input: { readonly limit?: number; readonly cursor?: string; readonly from?: string; readonly to?: string; readonly point?: string; readonly series?: string; readonly code?: readonly (string)[] }; readonly answer: Findings };
  /** What is shown otherwise than read, newest beginning first */
  readonly listCorrections: { readonly input: { readonly limit?: number; readonly cursor?: string; readonly from?: string; readonly to?: string; readonly point?: string; readonly series?: string }; readonly answer: Corrections };
  /** Corrections of a series as they stand: proposed by rules, decided on and written by people */
  readonly seriesCorrections: { readonly input: { readonly point: string; readonly variable: string; readonly limit?: number }; readonly answer: StandingCorrections };
  /** Values of some series side by side, as a file that is written while it is read */
  readonly exportValues: { readonly input: { readonly from?: string; readonly to?: string; readonly series: string; readonly format?: "csv" | "csv-es-CL" | "ndjson"; readonly zone?: string }; readonly answer: Response };
  /** What a point did, window by window, and how its slots stand */
  readonly pointReport: { readonly input: { readonly point: string; readonly from: string; readonly to: string; readonly window?: "hour" | "day" | "month" | "year"; readonly zone?: string }; readonly answer: PointReport };
  /** How much of its water right a point has used this year */
  readonly waterRight: { readonly input: { readonly point: string }; readonly answer: UseOfRight };
  /** What a total added in each window */
  readonly volumes: { readonly input: { readonly point: string; readonly variable: string; readonly from: string; readonly to: string; readonly window?: "hour" | "day" | "month" | "year"; readonly zone?: string }; readonly answer: Volumes };
  /** Mean by time and extremes of each window */
  readonly states: { readonly input: { readonly point: string; readonly variable: string; readonly from: string; readonly to: string; readonly window?: "hour" | "day" | "month" | "year"; readonly zone?: string }; readonly answer: States };
  /** Whether a series rises or falls, how fast, and when it meets a limit */
  readonly trend: { readonly input: { readonly point: string; readonly variable: string; readonly from: string; readonly to: string; readonly limit?: number }; readonly answer: Trend };
  /** What a series will be, with an interval, and how good such forecasts were */
  readonly forecast: { readonly input: { readonly point: string; readonly variable: string; readonly from: string; readonly to: string; readonly season?: "day" | "week" | "year"; readonly steps?: number }; readonly answer: Forecast };
  /** Values far from their neighbours, and levels that changed for good */
  readonly anomalies: { readonly input: { readonly point: string; readonly variable: string; readonly from: string; readonly to: string }; readonly answer: Anomalies };
  /** Submissions, by slot */
  readonly listSubmissions: { readonly input: { readonly limit?: number; readonly cursor?: string; readonly from?: string; readonly to?: string; readonly obligation?: string; readonly point?: string; readonly target?: readonly (string)[]; readonly state?: readonly ("expected" | "held" | "due" | "sending" | "unknown" | "retry" | "accepted" | "received" | "quarantined" | "manual" | "missing" | "confirmed" | "accepted-unverified" | "conflict" | "rejected" | "failed-reported" | "shadowed" | "elsewhere")[]; readonly sort?: "slot" | "-slot" }; readonly answer: Submissions };
  /** One submission with its report and the values behind it */
  readonly getSubmission: { readonly input: { readonly submission: string }; readonly answer: SubmissionDetail };
  /** Every request that was made for a submission, and what was answered */
  readonly listAttempts: { readonly input: { readonly submission: string }; readonly answer: Attempts };
  /** Hashes of what stands behind a submission */
  readonly getEvidence: { readonly input: { readonly submission: string }; readonly answer: Evidence };
  /** What is owed to regulators, by id */
  readonly listObligations: { readonly input: { readonly limit?: number; readonly cursor?: string; readonly target?: string }; readonly answer: Obligations };
  /** One cell for each slot that is owed in a span */
  readonly calendar: { readonly input: { readonly obligation: string; readonly from: string; readonly to: string }; readonly answer: Calendar };
  /** What each obligation in sight still owes */
  readonly owed: { readonly input: { readonly limit?: number; readonly cursor?: string }; readonly answer: OwedList };
  /** Sends that somebody stopped, and why */
  readonly listStopped: { readonly input: {}; readonly answer: StoppedSends };
  /** Stop sends until they are resumed: all, or of a target, an informant or a work */
  readonly pauseSends: { readonly input: { readonly body: { readonly target?: string; readonly work?: string; readonly informant?: string; readonly because: string }; readonly idempotencyKey?: string }; readonly answer: Switched };
  /** Let stopped sends go again */
  readonly resumeSends: { readonly input: { readonly body: { readonly target?: string; readonly work?: string; readonly informant?: string; readonly because?: string }; readonly idempotencyKey?: string }; readonly answer: Switched };
  /** Enter the receipt of a submission that was handed over by hand */
  readonly enterReceipt: { readonly input: { readonly submission: string; readonly body: { readonly receipt: string }; readonly idempotencyKey?: string }; readonly answer: Settled };
  /** Say what became of a send that nobody answered */
  readonly decideUnknown: { readonly input: { readonly submission: string; readonly body: { readonly as: "arrived" | "send-again"; readonly because: string }; readonly idempotencyKey?: string }; readonly answer: Settled };
  /** Receipts that another system got: their slots are never sent from here */
  readonly importReceipts: { readonly input: { readonly body: { readonly receipts: readonly ({ readonly obligation: string; readonly slot: string; readonly receipt: string; readonly sentAt?: string })[] }; readonly idempotencyKey?: string }; readonly answer: ImportedReceipts };
  /** Slots past their maximum lag, with the notice that their regulator wants */
  readonly listFailures: { readonly input: { readonly from?: string; readonly to?: string; readonly obligation?: string }; readonly answer: Failures };
  /** The notice that a regulator wants of an outage, for a person to complete and send */
  readonly draftOutage: { readonly input: { readonly body: { readonly target: string; readonly works?: readonly (string)[]; readonly from: string; readonly to?: string; readonly cause?: string } }; readonly answer: Draft };
  /** The exact request or file of a slot, its secrets left open; sends nothing */
  readonly dryRun: { readonly input: { readonly obligation: string; readonly slot: string }; readonly answer: DryRun };
  /** What the regulators held for a work at an instant, as known then */
  readonly held: { readonly input: { readonly work: string; readonly at?: string; readonly from: string; readonly to: string }; readonly answer: Held };
  /** Corrections that people have to ask a regulator for, by slot */
  readonly listTasks: { readonly input: { readonly obligation?: string; readonly state?: readonly ("open" | "done" | "dismissed")[]; readonly limit?: number }; readonly answer: Tasks };
  /** One task with everything that happened to it */
  readonly getTask: { readonly input: { readonly task: string }; readonly answer: TaskDetail };
  /** Say what was done about a task; it opens again when the value changes again */
  readonly endTask: { readonly input: { readonly task: string; readonly body: { readonly as: "done" | "dismissed"; readonly because: string; readonly reference?: string }; readonly idempotencyKey?: string }; readonly answer: TaskEnded };
  /** From a receipt or submission back to the raw bytes, or from a value forward to its receipt */
  readonly trace: { readonly input: { readonly key: string }; readonly answer: Trace };
  /** Alerts, newest first */
  readonly listAlerts: { readonly input: { readonly limit?: number; readonly cursor?: string; readonly from?: string; readonly to?: string; readonly open?: boolean; readonly point?: string; readonly event?: readonly (string)[]; readonly severity?: readonly ("info" | "warning" | "critical")[] }; readonly answer: Alerts };
  /** One alert */
  readonly getAlert: { readonly input: { readonly alert: string }; readonly answer: Alert };
  /** Take note of an alert: it is told, repeated and escalated no more */
  readonly acknowledgeAlert: { readonly input: { readonly alert: string; readonly body: { readonly note?: string }; readonly idempotencyKey?: string }; readonly answer: Alert };
  /** Silences that hold, the first to end first */
  readonly listSilences: { readonly input: {}; readonly answer: Silences };
  /** Tell nobody of some alerts for some time */
  readonly addSilence: { readonly input: { readonly body: { readonly alert?: string; readonly rule?: string; readonly subject?: string; readonly point?: string; readonly minutes: number; readonly because: string }; readonly idempotencyKey?: string }; readonly answer: Silence };
  /** End a silence now */
  readonly removeSilence: { readonly input: { readonly silence: string; readonly idempotencyKey?: string }; readonly answer: undefined };
  /** Raw records, newest arrival first */
  readonly listRaw: { readonly input: { readonly limit?: number; readonly cursor?: string; readonly from?: string; readonly to?: string; readonly instance?: string; readonly device?: string; readonly status?: readonly ("PENDING" | "PROCESSING" | "COMPLETED" | "FAILED" | "SKIPPED")[] }; readonly answer: RawRecords };
  /** One raw record with its envelope */
  readonly getRaw: { readonly input: { readonly raw: string }; readonly answer: RawRecordDetail };
  /** The body, byte for byte, as a file */
  readonly getRawBody: { readonly input: { readonly raw: string }; readonly answer: Response };
  /** Readings that no binding wants, the last seen first */
  readonly listUnclaimed: { readonly input: { readonly limit?: number }; readonly answer: UnclaimedList };
  /** Who was told what, and whether it arrived, newest first */
  readonly listNotices: { readonly input: { readonly limit?: number; readonly cursor?: string; readonly person?: string; readonly state?: readonly ("pending" | "sending" | "sent" | "failed")[] }; readonly answer: Notices };
  /** Who did what, newest first */
  readonly listAudit: { readonly input: { readonly limit?: number; readonly cursor?: string; readonly subject?: string }; readonly answer: Audit };
  /** The JSON Schema of each kind of data, for forms */
  readonly dataSchemas: { readonly input: {}; readonly answer: DataSchemas };
  /** Data of one kind, from files and kept here */
  readonly listData: { readonly input: { readonly kind: "owners" | "points" | "devices" | "bindings" | "meters" | "sources" | "obligations" | "people" | "subscriptions" | "maintenance" | "schemas" | "corrections" | "providers"; readonly limit?: number; readonly cursor?: string; readonly text?: string; readonly point?: string; readonly origin?: "provisioned" | "kept"; readonly sort?: string }; readonly answer: Entities };
  /** Keep a new thing */
  readonly addData: { readonly input: { readonly kind: "owners" | "points" | "devices" | "bindings" | "meters" | "sources" | "obligations" | "people" | "subscriptions" | "maintenance" | "schemas" | "corrections" | "providers"; readonly body: { readonly id: string; readonly content: Readonly<Record<string, unknown>>; readonly because: string }; readonly idempotencyKey?: string }; readonly answer: Entity };
  /** One thing of the data */
  readonly getData: { readonly input: { readonly kind: "owners" | "points" | "devices" | "bindings" | "meters" | "sources" | "obligations" | "people" | "subscriptions" | "maintenance" | "schemas" | "corrections" | "providers"; readonly id: string }; readonly answer: Entity };
  /** Change a thing */
  readonly putData: { readonly input: { readonly kind: "owners" | "points" | "devices" | "bindings" | "meters" | "sources" | "obligations" | "people" | "subscriptions" | "maintenance" | "schemas" | "corrections" | "providers"; readonly id: string; readonly body: { readonly content: Readonly<Record<string, unknown>>; readonly because: string }; readonly ifMatch: string; readonly idempotencyKey?: string }; readonly answer: Entity };
  /** Remove a thing; what others refer to stays */
  readonly removeData: { readonly input: { readonly kind: "owners" | "points" | "devices" | "bindings" | "meters" | "sources" | "obligations" | "people" | "subscriptions" | "maintenance" | "schemas" | "corrections" | "providers"; readonly id: string; readonly because: string; readonly ifMatch: string; readonly idempotencyKey?: string }; readonly answer: undefined };
  /** Its versions, newest first; what is provisioned has none */
  readonly dataHistory: { readonly input: { readonly kind: "owners" | "points" | "devices" | "bindings" | "meters" | "sources" | "obligations" | "people" | "subscriptions" | "maintenance" | "schemas" | "corrections" | "providers"; readonly id: string; readonly limit?: number }; readonly answer: DataHistory };
  /** What changes would do, and every mistake they bring; writes nothing */
  readonly previewData: { readonly input: { readonly body: { readonly changes: readonly ({ readonly kind: "owners" | "points" | "devices" | "bindings" | "meters" | "sources" | "obligations" | "people" | "subscriptions" | "maintenance" | "schemas" | "corrections" | "providers"; readonly id: string; readonly content: Readonly<Record<string, unknown>> | null; readonly expected?: string | null })[] } }; readonly answer: DataPreview };
  /** Several changes, all of them or none */
  readonly changeData: { readonly input: { readonly body: { readonly changes: readonly ({ readonly kind: "owners" | "points" | "devices" | "bindings" | "meters" | "sources" | "obligations" | "people" | "subscriptions" | "maintenance" | "schemas" | "corrections" | "providers"; readonly id: string; readonly content: Readonly<Record<string, unknown>> | null; readonly expected?: string | null })[]; readonly because: string }; readonly idempotencyKey?: string }; readonly answer: DataChanged };
  /** Names of stored secrets, never their values */
  readonly listSecrets: { readonly input: {}; readonly answer: Secrets };
  /** Keep a secret, encrypted; it is never shown again */
  readonly putSecret: { readonly input: { readonly name: string; readonly body: { readonly value: string } }; readonly answer: undefined };
  /** Remove a secret that nothing uses */
  readonly removeSecret: { readonly input: { readonly name: string; readonly idempotencyKey?: string }; readonly answer: undefined };
  /** Switch a provider instance on, off, or into testing: read and shown, never reported */
  readonly switchProvider: { readonly input: { readonly name: string; readonly body: { readonly mode: "on" | "off" | "testing"; readonly because: string }; readonly idempotencyKey?: string }; readonly answer: ProviderSwitched };
  /** Every mistake of a CSV of points with its cell, and what it would do; writes nothing */
  readonly previewImport: { readonly input: { readonly body: { readonly base64: string; readonly encoding?: "utf-8" | "windows-1252" } }; readonly answer: ImportPreview };
  /** A CSV of points with their devices, bindings and meters: all of it or nothing */
  readonly importPoints: { readonly input: { readonly body: { readonly base64: string; readonly encoding?: "utf-8" | "windows-1252"; readonly because: string }; readonly idempotencyKey?: string }; readonly answer: ImportPreview };
  /** A CSV to be filled in, with one row as an example */
  readonly importTemplate: { readonly input: {}; readonly answer: Response };
  /** What goes on only when a person says so: raw records, submissions, notices */
  readonly listDead: { readonly input: { readonly from?: string; readonly to?: string; readonly kind?: "raw" | "submission" | "notice"; readonly instance?: string; readonly device?: string; readonly limit?: number }; readonly answer: DeadLetters };
  /** One of them with all that is known; a body in a form that can be shown anywhere */
  readonly getDead: { readonly input: { readonly id: string }; readonly answer: DeadLetterDetail };
  /** Let one go on */
  readonly requeueDead: { readonly input: { readonly id: string; readonly body: { readonly because: string }; readonly idempotencyKey?: string }; readonly answer: Requeued };
  /** Let unreadable raw records of a filter go on */
  readonly requeueRaw: { readonly input: { readonly body: { readonly because: string; readonly instance?: string; readonly device?: string; readonly from?: string; readonly to?: string }; readonly idempotencyKey?: string }; readonly answer: Requeued };
  /** Set an unreadable raw record aside for good */
  readonly skipDead: { readonly input: { readonly id: string; readonly body: { readonly because: string }; readonly idempotencyKey?: string }; readonly answer: Skipped };
  /** What is kept whatever its age */
  readonly listHolds: { readonly input: {}; readonly answer: Holds };
  /** Keep everything of a point or a work, whatever its age */
  readonly addHold: { readonly input: { readonly body: { readonly point?: string; readonly work?: string; readonly from: string; readonly to?: string; readonly because: string }; readonly idempotencyKey?: string }; readonly answer: Hold };
  /** End a hold */
  readonly removeHold: { readonly input: { readonly hold: string; readonly body: { readonly because: string }; readonly idempotencyKey?: string }; readonly answer: HoldRemoved };
  /** What the next round of retention would take; takes nothing */
  readonly previewRetention: { readonly input: {}; readonly answer: Retention };
  /** How the whole stands */
  readonly status: { readonly input: {}; readonly answer: Status };
  /** Whether work moves, and what does not */
  readonly readiness: { readonly input: {}; readonly answer: Readiness };
  /** Provider instances and how they stand */
  readonly listProviders: { readonly input: {}; readonly answer: Providers };
  /** Targets, notifiers and rules that are configured */
  readonly listPlugins: { readonly input: {}; readonly answer: Plugins };
  /** Reads that are planned or were: gaps and backfills, by id */
  readonly listReads: { readonly input: { readonly limit?: number; readonly cursor?: string; readonly device?: string; readonly state?: readonly ("open" | "done" | "failed")[] }; readonly answer: PlannedReads };
  /** Read a span of a point again */
  readonly backfill: { readonly input: { readonly point: string; readonly body: { readonly from: string; readonly to: string }; readonly idempotencyKey?: string }; readonly answer: Backfill };
  /** Decode and judge raw records again, after a fix */
  readonly reprocess: { readonly input: { readonly body: { readonly point?: string; readonly device?: string; readonly instance?: string; readonly from?: string; readonly to?: string; readonly failed?: boolean }; readonly idempotencyKey?: string }; readonly answer: Reprocess };
  /** Hand in typed readings or a file of them */
  readonly enterReadings: { readonly input: { readonly body: { readonly instance: string; readonly device?: string; readonly mediaType: string; readonly base64: string; readonly note: string }; readonly idempotencyKey?: string }; readonly answer: Entered };
  /** What happens by the clock: last, next and missed slots */
  readonly listSchedules: { readonly input: {}; readonly answer: Schedules };
  /** What the slots of a schedule came to, newest first */
  readonly listScheduleSlots: { readonly input: { readonly schedule: "sync-telemetry-sources" | "reread-telemetry" | "health-check" | "cleanup-old-data" | "daily-compliance-report" | "sync-compliance-sources" | "send-daily-summary"; readonly limit?: number }; readonly answer: ScheduleSlots };
  /** Do it now, beside its calendar */
  readonly runSchedule: { readonly input: { readonly schedule: "sync-telemetry-sources" | "reread-telemetry" | "health-check" | "cleanup-old-data" | "daily-compliance-report" | "sync-compliance-sources" | "send-daily-summary"; readonly idempotencyKey?: string }; readonly answer: ScheduleRun };
  /** What happens now, as server-sent events: values, alerts, submissions in sight */
  readonly events: { readonly input: { readonly kind?: readonly ("values" | "alert" | "submission")[] }; readonly answer: Response };
}

export const operations = {
  setUp: { method: 'POST', path: '/api/v1/auth/setup', query: [], gives: 'json' },
  logIn: { method: 'POST', path: '/api/v1/auth/login', query: [], gives: 'json' },
  refresh: { method: 'POST', path: '/api/v1/auth/refresh', query: [], gives: 'json' },
  logInOffers: { method: 'GET', path: '/api/v1/auth/offers', query: [], gives: 'json' },
  forgotPassword: { method: 'POST', path: '/api/v1/auth/forgot', query: [], gives: 'nothing' },
  redeem: { method: 'POST', path: '/api/v1/auth/redeem', query: [], gives: 'nothing' },
  logOut: { method: 'POST', path: '/api/v1/auth/logout', query: [], gives: 'nothing' },
  me: { method: 'GET', path: '/api/v1/me', query: [], gives: 'json' },
  changePassword: { method: 'POST', path: '/api/v1/me/password', query: [], gives: 'nothing' },
  listSessions: { method: 'GET', path: '/api/v1/me/sessions', query: [], gives: 'json' },
  endSession: { method: 'DELETE', path: '/api/v1/me/sessions/{session}', query: [], gives: 'nothing' },
  listUsers: { method: 'GET', path: '/api/v1/users', query: ["limit","cursor"], gives: 'json' },
  inviteUser: { method: 'POST', path: '/api/v1/users', query: [], gives: 'json' },
  getUser: { method: 'GET', path: '/api/v1/users/{user}', query: [], gives: 'json' },
  changeUser: { method: 'PATCH', path: '/api/v1/users/{user}', query: [], gives: 'json' },
  resetUser: { method: 'POST', path: '/api/v1/users/{user}/reset', query: [], gives: 'json' },
  listUserSessions: { method: 'GET', path: '/api/v1/users/{user}/sessions', query: [], gives: 'json' },
  endUserSessions: { method: 'DELETE', path: '/api/v1/users/{user}/sessions', query: [], gives: 'nothing' },
  listKeys: { method: 'GET', path: '/api/v1/keys', query: ["limit","cursor"], gives: 'json' },
  addKey: { method: 'POST', path: '/api/v1/keys', query: [], gives: 'json' },
  revokeKey: { method: 'DELETE', path: '/api/v1/keys/{key}', query: [], gives: 'nothing' },
  listPoints: { method: 'GET', path: '/api/v1/points', query: ["limit","cursor","text","state","kind"], gives: 'json' },
  getPoint: { method: 'GET', path: '/api/v1/points/{point}', query: [], gives: 'json' },
  listSeries: { method: 'GET', path: '/api/v1/series', query: ["limit","cursor","point","kind"], gives: 'json' },
  listDevices: { method: 'GET', path: '/api/v1/devices', query: ["limit","cursor","provider"], gives: 'json' },
  getDevice: { method: 'GET', path: '/api/v1/devices/{device}', query: [], gives: 'json' },
  latestValues: { method: 'GET', path: '/api/v1/values/latest', query: ["limit","cursor","point"], gives: 'json' },
  listValues: { method: 'GET', path: '/api/v1/series/{point}/{variable}/values', query: ["limit","cursor","from","to","sort","flag"], gives: 'json' },
  valueAt: { method: 'GET', path: '/api/v1/series/{point}/{variable}/at', query: ["at","toleranceMinutes"], gives: 'json' },
  chart: { method: 'GET', path: '/api/v1/series/{point}/{variable}/chart', query: ["from","to","buckets"], gives: 'json' },
  listFindings: { method: 'GET', path: '/api/v1/findings', query: ["limit","cursor","from","to","point","series","code"], gives: 'json' },
  listCorrections: { method: 'GET', path: '/api/v1/corrections', query: ["limit","cursor","from","to","point","series"], gives: 'json' },
  seriesCorrections: { method: 'GET', path: '/api/v1/series/{point}/{variable}/corrections', query: ["limit"], gives: 'json' },
  exportValues: { method: 'GET', path: '/api/v1/exports/values', query: ["from","to","series","format","zone"], gives: 'stream' },
  pointReport: { method: 'GET', path: '/api/v1/points/{point}/report', query: ["from","to","window","zone"], gives: 'json' },
  waterRight: { method: 'GET', path: '/api/v1/points/{point}/water-right', query: [], gives: 'json' },
  volumes: { method: 'GET', path: '/api/v1/series/{point}/{variable}/volumes', query: ["from","to","window","zone"], gives: 'json' },
  states: { method: 'GET', path: '/api/v1/series/{point}/{variable}/states', query: ["from","to","window","zone"], gives: 'json' },
  trend: { method: 'GET', path: '/api/v1/series/{point}/{variable}/trend', query: ["from","to","limit"], gives: 'json' },
  forecast: { method: 'GET', path: '/api/v1/series/{point}/{variable}/forecast', query: ["from","to","season","steps"], gives: 'json' },
  anomalies: { method: 'GET', path: '/api/v1/series/{point}/{variable}/anomalies', query: ["from","to"], gives: 'json' },
  listSubmissions: { method: 'GET', path: '/api/v1/submissions', query: ["limit","cursor","from","to","obligation","point","target","state","sort"], gives: 'json' },
  getSubmission: { method: 'GET', path: '/api/v1/submissions/{submission}', query: [], gives: 'json' },
  listAttempts: { method: 'GET', path: '/api/v1/submissions/{submission}/attempts', query: [], gives: 'json' },
  getEvidence: { method: 'GET', path: '/api/v1/submissions/{submission}/evidence', query: [], gives: 'json' },
  listObligations: { method: 'GET', path: '/api/v1/obligations', query: ["limit","cursor","target"], gives: 'json' },
  calendar: { method: 'GET', path: '/api/v1/obligations/{obligation}/calendar', query: ["from","to"], gives: 'json' },
  owed: { method: 'GET', path: '/api/v1/owed', query: ["limit","cursor"], gives: 'json' },
  listStopped: { method: 'GET', path: '/api/v1/sends/stopped', query: [], gives: 'json' },
  pauseSends: { method: 'POST', path: '/api/v1/sends/pause', query: [], gives: 'json' },
  resumeSends: { method: 'POST', path: '/api/v1/sends/resume', query: [], gives: 'json' },
  enterReceipt: { method: 'POST', path: '/api/v1/submissions/{submission}/receipt', query: [], gives: 'json' },
  decideUnknown: { method: 'POST', path: '/api/v1/submissions/{submission}/decision', query: [], gives: 'json' },
  importReceipts: { method: 'POST', path: '/api/v1/receipts', query: [], gives: 'json' },
  listFailures: { method: 'GET', path: '/api/v1/failures', query: ["from","to","obligation"], gives: 'json' },
  draftOutage: { method: 'POST', path: '/api/v1/outage-drafts', query: [], gives: 'json' },
  dryRun: { method: 'GET', path: '/api/v1/obligations/{obligation}/dry-run', query: ["slot"], gives: 'json' },
  held: { method: 'GET', path: '/api/v1/held', query: ["work","at","from","to"], gives: 'json' },
  listTasks: { method: 'GET', path: '/api/v1/tasks', query: ["obligation","state","limit"], gives: 'json' },
  getTask: { method: 'GET', path: '/api/v1/tasks/{task}', query: [], gives: 'json' },
  endTask: { method: 'POST', path: '/api/v1/tasks/{task}/end', query: [], gives: 'json' },
  trace: { method: 'GET', path: '/api/v1/trace', query: ["key"], gives: 'json' },
  listAlerts: { method: 'GET', path: '/api/v1/alerts', query: ["limit","cursor","from","to","open","point","event","severity"], gives: 'json' },
  getAlert: { method: 'GET', path: '/api/v1/alerts/{alert}', query: [], gives: 'json' },
  acknowledgeAlert: { method: 'POST', path: '/api/v1/alerts/{alert}/ack', query: [], gives: 'json' },
  listSilences: { method: 'GET', path: '/api/v1/silences', query: [], gives: 'json' },
  addSilence: { method: 'POST', path: '/api/v1/silences', query: [], gives: 'json' },
  removeSilence: { method: 'DELETE', path: '/api/v1/silences/{silence}', query: [], gives: 'nothing' },
  listRaw: { method: 'GET', path: '/api/v1/raw', query: ["limit","cursor","from","to","instance","device","status"], gives: 'json' },
  getRaw: { method: 'GET', path: '/api/v1/raw/{raw}', query: [], gives: 'json' },
  getRawBody: { method: 'GET', path: '/api/v1/raw/{raw}/body', query: [], gives: 'stream' },
  listUnclaimed: { method: 'GET', path: '/api/v1/unclaimed', query: ["limit"], gives: 'json' },
  listNotices: { method: 'GET', path: '/api/v1/notices', query: ["limit","cursor","person","state"], gives: 'json' },
  listAudit: { method: 'GET', path: '/api/v1/audit', query: ["limit","cursor","subject"], gives: 'json' },
  dataSchemas: { method: 'GET', path: '/api/v1/data-schemas', query: [], gives: 'json' },
  listData: { method: 'GET', path: '/api/v1/data/{kind}', query: ["limit","cursor","text","point","origin","sort"], gives: 'json' },
  addData: { method: 'POST', path: '/api/v1/data/{kind}', query: [], gives: 'json' },
  getData: { method: 'GET', path: '/api/v1/data/{kind}/{id}', query: [], gives: 'json' },
  putData: { method: 'PUT', path: '/api/v1/data/{kind}/{id}', query: [], gives: 'json' },
  removeData: { method: 'DELETE', path: '/api/v1/data/{kind}/{id}', query: ["because"], gives: 'nothing' },
  dataHistory: { method: 'GET', path: '/api/v1/data/{kind}/{id}/history', query: ["limit"], gives: 'json' },
  previewData: { method: 'POST', path: '/api/v1/data-preview', query: [], gives: 'json' },
  changeData: { method: 'POST', path: '/api/v1/data-changes', query: [], gives: 'json' },
  listSecrets: { method: 'GET', path: '/api/v1/secrets', query: [], gives: 'json' },
  putSecret: { method: 'PUT', path: '/api/v1/secrets/{name}', query: [], gives: 'nothing' },
  removeSecret: { method: 'DELETE', path: '/api/v1/secrets/{name}', query: [], gives: 'nothing' },
  switchProvider: { method: 'POST', path: '/api/v1/providers/{name}/mode', query: [], gives: 'json' },
  previewImport: { method: 'POST', path: '/api/v1/imports/points/preview', query: [], gives: 'json' },
  importPoints: { method: 'POST', path: '/api/v1/imports/points', query: [], gives: 'json' },
  importTemplate: { method: 'GET', path: '/api/v1/imports/points/template', query: [], gives: 'stream' },
  listDead: { method: 'GET', path: '/api/v1/dead', query: ["from","to","kind","instance","device","limit"], gives: 'json' },
  getDead: { method: 'GET', path: '/api/v1/dead/{id}', query: [], gives: 'json' },
  requeueDead: { method: 'POST', path: '/api/v1/dead/{id}/requeue', query: [], gives: 'json' },
  requeueRaw: { method: 'POST', path: '/api/v1/dead/requeue', query: [], gives: 'json' },
  skipDead: { method: 'POST', path: '/api/v1/dead/{id}/skip', query: [], gives: 'json' },
  listHolds: { method: 'GET', path: '/api/v1/holds', query: [], gives: 'json' },
  addHold: { method: 'POST', path: '/api/v1/holds', query: [], gives: 'json' },
  removeHold: { method: 'POST', path: '/api/v1/holds/{hold}/removal', query: [], gives: 'json' },
  previewRetention: { method: 'GET', path: '/api/v1/retention', query: [], gives: 'json' },
  status: { method: 'GET', path: '/api/v1/status', query: [], gives: 'json' },
  readiness: { method: 'GET', path: '/api/v1/readiness', query: [], gives: 'json' },
  listProviders: { method: 'GET', path: '/api/v1/providers', query: [], gives: 'json' },
  listPlugins: { method: 'GET', path: '/api/v1/plugins', query: [], gives: 'json' },
  listReads: { method: 'GET', path: '/api/v1/reads', query: ["limit","cursor","device","state"], gives: 'json' },
  backfill: { method: 'POST', path: '/api/v1/points/{point}/backfill', query: [], gives: 'json' },
  reprocess: { method: 'POST', path: '/api/v1/reprocess', query: [], gives: 'json' },
  enterReadings: { method: 'POST', path: '/api/v1/entries', query: [], gives: 'json' },
  listSchedules: { method: 'GET', path: '/api/v1/schedules', query: [], gives: 'json' },
  listScheduleSlots: { method: 'GET', path: '/api/v1/schedules/{schedule}/slots', query: ["limit"], gives: 'json' },
  runSchedule: { method: 'POST', path: '/api/v1/schedules/{schedule}/run', query: [], gives: 'json' },
  events: { method: 'GET', path: '/api/v1/events', query: ["kind"], gives: 'stream' },
} as const;
