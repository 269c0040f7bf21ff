// Generated from packages/runtime/openapi.json by scripts/openapi.ts. Not to be edited.

export type Alert = { readonly id: string; readonly event: string; readonly rule: string; readonly subject: string; readonly point: string | null; readonly severity: "info" | "warning" | "critical"; readonly openedAt: string; readonly closedAt: string | null; readonly facts: Readonly<Record<string, string>>; readonly acknowledged: { readonly at: string; readonly by: string; readonly note: string } | null };

export type Alerts = { readonly items: readonly (Alert)[]; readonly next: string | null };

export type Anomalies = { readonly series: string; readonly unit: string; readonly values: number; readonly outliers: readonly ({ readonly at: string; readonly value: number })[]; readonly shifts: readonly ({ readonly at: string; readonly size: number })[] };

export type ApiKey = { readonly id: string; readonly name: string; readonly role: string; readonly permissions: readonly (string)[] | null; readonly points: readonly (string)[] | null; readonly instances: readonly (string)[] | null; readonly createdBy: string; readonly by: string; readonly createdAt: string; readonly expiresAt: string | null; readonly usedAt: string | null; readonly revokedAt: string | null };

export type ApiKeys = { readonly items: readonly (ApiKey)[]; readonly next: string | null };

export type Attempt = { readonly id: string; readonly kind: "submit" | "confirm"; readonly startedAt: string; readonly endedAt: string | null; readonly outcome: string; readonly reason: string | null; readonly artifactHash: string | null; readonly artifact: unknown; readonly answer: unknown };

export type Attempts = { readonly items: readonly (Attempt)[] };

export type Audit = { readonly items: readonly (AuditEntry)[]; readonly next: string | null };

export type AuditEntry = { readonly seq: number | null; readonly at: string; readonly actor: string; readonly by: string; readonly act: string; readonly subject: string; readonly hash: string | null; readonly detail: unknown; readonly link: string | null };

export type Backfill = { readonly reads: number };

export type Calendar = { readonly obligation: Obligation; readonly cells: readonly (Cell)[] };

export type Cell = { readonly slot: string; readonly submission: string | null; readonly state: "expected" | "held" | "due" | "sending" | "unknown" | "retry" | "accepted" | "received" | "quarantined" | "manual" | "missing" | "confirmed" | "accepted-unverified" | "conflict" | "rejected" | "failed-reported" | "shadowed" | "elsewhere" | null; readonly status: string | null; readonly receipt: string | null; readonly dueAt: string | null };

export type Chart = { readonly series: string; readonly unit: string; readonly from: string; readonly to: string; readonly widthMs: number; readonly at: readonly (number)[]; readonly flag: readonly (number)[]; readonly count: readonly (number)[]; readonly min: readonly (number | null)[]; readonly max: readonly (number | null)[]; readonly mean: readonly (number | null)[] };

export type Correction = { readonly point: string; readonly series: string; readonly rule: string; readonly ruleVersion: string; readonly key: string; readonly method: string; readonly amount: number | null; readonly origin: string; readonly state: string; readonly because: string; readonly from: string | null; readonly to: string | null };

export type Corrections = { readonly items: readonly (Correction)[]; readonly next: string | null };

export type DataChanged = { readonly items: readonly (Entity)[] };

export type DataHistory = { readonly items: readonly ({ readonly version: string; readonly content: Readonly<Record<string, unknown>> | null; readonly author: string; readonly by: string; readonly reason: string; readonly at: string })[] };

export type DataPreview = { readonly mistakes: readonly ({ readonly place: string; readonly path: string; readonly pointer: string; readonly message: string; readonly code?: MistakeCode; readonly params?: SaidParams; readonly severity: "error" | "warning" })[]; readonly reopened: readonly ({ readonly point: string; readonly from: string | null; readonly reason: string })[]; readonly redecoded: readonly (string)[] };

export type DataSchemas = { readonly kinds: Readonly<Record<string, unknown>>; readonly plugins: { readonly providers: Readonly<Record<string, { readonly device: Readonly<Record<string, unknown>>; readonly variable: Readonly<Record<string, unknown>>; readonly mediaTypes: readonly (string)[] }>>; readonly targets: Readonly<Record<string, { readonly work: Readonly<Record<string, unknown>>; readonly member: Readonly<Record<string, unknown>>; readonly standards: readonly (string)[]; readonly parameters: readonly (string)[] | null }>>; readonly notifiers: Readonly<Record<string, { readonly address: Readonly<Record<string, unknown>> }>>; readonly rules: Readonly<Record<string, { readonly params: Readonly<Record<string, unknown>> }>> } };

export type DeadLetter = { readonly kind: "raw" | "submission" | "notice"; readonly id: string; readonly of: string; readonly state: string; readonly at: string; readonly reason: string | null };

export type DeadLetterDetail = { readonly kind: "raw" | "submission" | "notice"; readonly id: string; readonly detail: unknown };

export type DeadLetters = { readonly items: readonly (DeadLetter)[] };

export type Device = { readonly id: string; readonly name: string | null; readonly provider: string; readonly externalId: string; readonly intervalMinutes: number; readonly pollMinutes: number; readonly silentAfterMinutes: number; readonly health: "OK" | "OFFLINE" | "never reported"; readonly lastContact: string | null; readonly bindings: readonly ({ readonly variable: string; readonly series: string; readonly unit: string | null; readonly priority: number; readonly from: string | null; readonly to: string | null })[] };

export type Devices = { readonly items: readonly (Device)[]; readonly next: string | null };

export type Draft = { readonly to: string; readonly subject: string; readonly text: string; readonly dueAt: string };

export type DryRun = { readonly submission: string; readonly state: "expected" | "held" | "due" | "sending" | "unknown" | "retry" | "accepted" | "received" | "quarantined" | "manual" | "missing" | "confirmed" | "accepted-unverified" | "conflict" | "rejected" | "failed-reported" | "shadowed" | "elsewhere"; readonly reason: string | null; readonly issues: readonly (unknown)[]; readonly artifact: unknown; readonly hash: string | null };

export type Entered = { readonly raw: string };

export type Entities = { readonly items: readonly (Entity)[]; readonly next: string | null; readonly total: number };

export type Entity = { readonly kind: "owners" | "points" | "devices" | "bindings" | "meters" | "sources" | "obligations" | "people" | "subscriptions" | "maintenance" | "schemas" | "corrections" | "providers"; readonly id: string; readonly content: Readonly<Record<string, unknown>>; readonly version: string; readonly origin: "provisioned" | "kept"; readonly place: string | null; readonly author: string | null; readonly by: string | null; readonly reason: string | null; readonly at: string | null };

export type Evidence = { readonly report: string; readonly sources: readonly ({ readonly series: string; readonly at: string; readonly raw: string; readonly hash: string | null })[]; readonly basis: Readonly<Record<string, string>> };

export type Failures = { readonly items: readonly ({ readonly target: string; readonly slots: readonly ({ readonly id: string; readonly obligation: string; readonly work: string; readonly slot: string; readonly maxLagAt: string | null; readonly reason: string | null; readonly point: string | null })[]; readonly draft: Draft | null })[] };

export type Finding = { readonly point: string; readonly series: string; readonly rule: string; readonly ruleVersion: string; readonly key: string; readonly code: string; readonly about: "quality" | "event"; readonly flag: 1 | 2 | 3 | 4 | 9; readonly status: "provisional" | "final"; readonly from: string | null; readonly to: string | null; readonly detail: Readonly<Record<string, string | number>> };

export type Findings = { readonly items: readonly (Finding)[]; readonly next: string | null };

export type Forecast = { readonly series: string; readonly unit: string; readonly method: "holt-winters" | "seasonal-naive"; readonly start: string; readonly stepMs: number; readonly value: readonly (number | null)[]; readonly low: readonly (number | null)[]; readonly high: readonly (number | null)[]; readonly skill: number; readonly coverage: number };

export type HandedOut = { readonly user: User; readonly token: string; readonly link: string; readonly expiresAt: string };

export type Held = { readonly items: readonly (HeldSlot)[] };

export type HeldSlot = { readonly submission: string; readonly obligation: string; readonly slot: string; readonly held: "confirmed" | "differs" | "received" | "unknown" | "none"; readonly receipt: string | null; readonly sentAt: string | null; readonly since: string | null; readonly values: Readonly<Record<string, string | null>> | null };

export type Hold = { readonly id: string; readonly about: string; readonly from: string | null; readonly to: string | null; readonly because: string; readonly actor: string; readonly by: string; readonly since: string };

export type HoldRemoved = { readonly about: string };

export type Holds = { readonly items: readonly (Hold)[] };

export type ImportPreview = { readonly mistakes: readonly ({ readonly row: number; readonly column: string; readonly about?: string; readonly message: string; readonly code?: MistakeCode; readonly params?: SaidParams; readonly severity: "error" | "warning" })[]; readonly total: number; readonly adds: Readonly<Record<string, number>>; readonly changes: Readonly<Record<string, number>> };

export type ImportedReceipts = { readonly imported: number; readonly known: number; readonly refused: readonly ({ readonly obligation: string; readonly slot: string | null; readonly reason: string })[] };

export type LatestValues = { readonly items: readonly (Value)[]; readonly next: string | null };

export type LogInOffers = { readonly mailedReset: boolean };

export type Me = { readonly kind: "user" | "key"; readonly id: string; readonly name: string; readonly role: string; readonly permissions: readonly (string)[]; readonly points: readonly (string)[] | null; readonly email: string | null; readonly language: string | null };

export type MistakeCode = "required" | "unknown-key" | "one-of" | "no-shape" | "type-string" | "type-number" | "type-integer" | "type-boolean" | "type-object" | "type-array" | "type-null" | "type-any" | "minimum" | "exclusive-minimum" | "maximum" | "exclusive-maximum" | "multiple-of" | "min-length" | "max-length" | "min-items" | "max-items" | "min-properties" | "max-properties" | "unique-items" | "pattern" | "format" | "key-names" | "needs-with" | "contains-too-few" | "not-allowed" | "more-than-one-shape" | "other-branch" | "unevaluated" | "formula-sign" | "formula-missing" | "formula-ends" | "formula-long" | "formula-parts" | "formula-deep" | "formula-number" | "formula-unit-place" | "formula-unit" | "formula-name" | "formula-no-unit" | "formula-function" | "formula-takes" | "formula-takes-exactly" | "formula-kinds" | "formula-kinds-bare" | "formula-add" | "formula-add-bare" | "formula-take" | "formula-take-bare" | "formula-scale-sum" | "formula-scale-difference" | "formula-scale-opposite" | "formula-scale-product" | "formula-digits" | "formula-gives" | "formula-difference" | "quote-it" | "id-twice" | "no-point" | "no-device" | "no-series" | "no-provider" | "no-target" | "no-notifier" | "no-person" | "no-owner" | "no-source" | "no-rule" | "no-instant" | "later-than" | "no-zone" | "secret-plain" | "secret-literal" | "secret-env-name" | "secret-env-unset" | "secret-file-path" | "secret-store-name" | "secret-no-key" | "secret-key-stored" | "limits-order-fail" | "limits-order-suspect" | "limits-order-alert" | "limits-order-both" | "unit-needed" | "unit-unknown" | "unit-unknown-opaque" | "unit-of-kind" | "alerts-order" | "alert-twice" | "alert-of-calculated" | "alert-of-schema-twice" | "silent-before-interval" | "silent-before-poll" | "device-twice" | "pulses-of-total" | "pulses-no-scale" | "pulses-no-meter" | "pulses-of-meter" | "unit-opaque" | "unit-pulses" | "unit-other" | "level-of-level" | "level-in-metres" | "binds-twice" | "feeds-twice" | "calibration-pulses" | "calibration-pulses-order" | "calibration-from" | "calibration-order" | "rollover-step" | "reading-rollover" | "removed-no-reading" | "reading-no-removal" | "meter-of-total" | "meter-twice" | "no-rut" | "source-of-other-target" | "source-no-time" | "member-opaque" | "member-unit" | "no-parameter" | "no-parameter-of" | "parameter-required" | "no-standard" | "no-standard-of" | "wait-before-poll" | "wait-after-due" | "hold-after-due" | "owed-twice" | "no-address" | "no-address-at" | "maintenance-span" | "maintenance-work" | "correction-twice" | "valid-order" | "field-both" | "field-unit" | "field-circle" | "no-field" | "field-in-group" | "field-required" | "field-other-unit" | "no-url" | "no-certificate" | "no-file" | "unreadable" | "no-clock" | "plugin-function" | "no-plugin" | "plugin-contract" | "plugin-kind" | "plugin-broken" | "plugins-named" | "plugin-name" | "rule-use" | "rules-list" | "outlets-named" | "outlet-nothing" | "outlet-retain" | "outlet-retain-series" | "outlet-use" | "outlet-place" | "outlet-topic" | "no-role" | "file-large" | "file-encoding" | "file-unreadable" | "yaml-key-twice" | "yaml-documents" | "yaml-tab" | "yaml-anchor" | "yaml-aliases" | "yaml" | "cell-point-and-comma" | "cell-decimal-comma" | "cell-no-number" | "cell-no-whole-number" | "cell-yes-no" | "no-column" | "column-twice" | "cell-other" | "row-point" | "row-variable" | "row-device" | "row-binding" | "row-meter" | "row-cells" | "in-data-file" | "no-body";

export type NewApiKey = { readonly key: ApiKey; readonly token: string };

export type Notice = { readonly id: string; readonly person: string; readonly channel: string; readonly event: string; readonly alerts: readonly (string)[]; readonly state: "pending" | "sending" | "sent" | "failed"; readonly attempts: number; readonly createdAt: string; readonly nextAt: string | null; readonly sentAt: string | null; readonly reason: string | null; readonly deliveries: readonly ({ readonly status: string; readonly at: string; readonly detail: string | null })[] };

export type Notices = { readonly items: readonly (Notice)[]; readonly next: string | null };

export type Obligation = { readonly id: string; readonly target: string; readonly work: string; readonly standard: string; readonly from: string | null; readonly to: string | null; readonly cutover: string | null; readonly delivery: string | null; readonly shadow: boolean; readonly members: Readonly<Record<string, string>> };

export type Obligations = { readonly items: readonly (Obligation)[]; readonly next: string | null };

export type Owed = { readonly obligation: string; readonly target: string; readonly work: string; readonly standard: string; readonly open: number; readonly states: Readonly<Record<string, number>>; readonly oldestSlot: string | null; readonly nextDueAt: string | null; readonly late: boolean; readonly nearestMaxLagAt: string | null; readonly nextSlot: string | null; readonly drainMinutes: number | null };

export type OwedList = { readonly items: readonly (Owed)[]; readonly next: string | null };

export type PlannedRead = { readonly id: string; readonly instance: string; readonly device: string; readonly variables: readonly (string)[]; readonly from: string | null; readonly to: string | null; readonly lane: "live" | "gap" | "backfill"; readonly state: "open" | "done" | "failed"; readonly nextAt: string | null; readonly reason: string | null };

export type PlannedReads = { readonly items: readonly (PlannedRead)[]; readonly next: string | null };

export type Plugin = { readonly name: string; readonly plugin: string; readonly version: string };

export type Plugins = { readonly targets: readonly (Plugin)[]; readonly notifiers: readonly (Plugin)[]; readonly rules: readonly (Plugin)[] };

export type Point = { readonly id: string; readonly name: string; readonly kind: "well" | "spring" | "river" | "canal" | "reservoir" | "meter" | "other"; readonly code?: string; readonly owner?: string; readonly zone?: string; readonly place?: { readonly latitude?: number; readonly longitude?: number; readonly altitudeM?: number; readonly region?: string; readonly province?: string; readonly commune?: string; readonly basin?: string }; readonly geometry?: { readonly datumM?: number; readonly staticLevelM?: number; readonly depthM?: number; readonly pumpDepthM?: number; readonly sensorDepthM?: number; readonly pumpPipeMm?: number; readonly meterPipeMm?: number }; readonly waterRight?: { readonly flowLps?: number; readonly annualVolumeM3?: number; readonly file?: string }; readonly state: "ACTIVE" | "INACTIVE" | "MAINTENANCE"; readonly health: "OK" | "OFFLINE" | "never reported"; readonly lastContact: string | null; readonly devices: readonly (string)[]; readonly obligations: readonly (string)[]; readonly series: readonly (Series)[] };

export type PointReport = { readonly point: string; readonly zone: string; readonly window: "hour" | "day" | "month" | "year"; readonly from: string; readonly to: string; readonly totals: readonly (Volumes)[]; readonly states: readonly (States)[]; readonly submissions: readonly ({ readonly obligation: string; readonly target: string; readonly work: string; readonly states: Readonly<Record<string, number>> })[] };

export type Points = { readonly items: readonly (Point)[]; readonly next: string | null };

export type Problem = { readonly type: string; readonly title: string; readonly status: number; readonly detail: string; readonly instance: string; readonly issues?: readonly ({ readonly path: string; readonly message: string; readonly code?: MistakeCode; readonly params?: SaidParams })[] };

export type Provider = { readonly name: string; readonly plugin: string; readonly version: string; readonly capabilities: unknown; readonly devices: { readonly total: number; readonly ok: number; readonly offline: number; readonly silent: number }; readonly mode: string; readonly lastContact: string | null; readonly lastTrouble: { readonly at: string; readonly device: string; readonly kind: string; readonly message: string } | null; readonly lastArrival: string | null; readonly troubles: readonly ({ readonly alert: string; readonly rule: string; readonly since: string; readonly reason: string | null })[] };

export type ProviderSwitched = { readonly mode: string; readonly changed: boolean };

export type Providers = { readonly items: readonly (Provider)[] };

export type RawBehind = { readonly id: string; readonly kept: boolean; readonly instance: string | null; readonly receivedAt: string | null; readonly bytes: number | null; readonly body: string | null };

export type RawRecord = { readonly id: string; readonly instance: string; readonly lane: "live" | "gap" | "backfill"; readonly status: "PENDING" | "PROCESSING" | "COMPLETED" | "FAILED" | "SKIPPED"; readonly receivedAt: string; readonly processedAt: string | null; readonly reason: string | null; readonly repeats: number; readonly bytes: number };

export type RawRecordDetail = { readonly id: string; readonly instance: string; readonly lane: "live" | "gap" | "backfill"; readonly status: "PENDING" | "PROCESSING" | "COMPLETED" | "FAILED" | "SKIPPED"; readonly receivedAt: string; readonly processedAt: string | null; readonly reason: string | null; readonly repeats: number; readonly bytes: number; readonly envelope: unknown };

export type RawRecords = { readonly items: readonly (RawRecord)[]; readonly next: string | null };

export type Readiness = { readonly ready: boolean; readonly stalled: readonly ({ readonly stage: string; readonly lastError: string | null })[]; readonly disk: { readonly since: string; readonly reason: string } | null };

export type Reprocess = { readonly records: number; readonly points: number };

export type Requeued = { readonly requeued: number };

export type Retention = { readonly before: string; readonly instances: readonly ({ readonly instance: string; readonly records: number; readonly bytes: number })[] };

export type Revision = { readonly series: string; readonly at: string; readonly value: number | null; readonly text: string | null; readonly unit: string | null; readonly flag: 1 | 2 | 3 | 4 | 9; readonly codes: readonly (string)[]; readonly status: "provisional" | "final"; readonly origin: string; readonly raw: string; readonly device: string; readonly variable: string; readonly replacedAt: string };

export type SaidParams = Readonly<Record<string, string | number | boolean | readonly (string | number | boolean | null)[] | null>>;

export type Schedule = { readonly name: string; readonly zone: string | null; readonly at: string | null; readonly everyMinutes: number | null; readonly does: string; readonly stage: string; readonly when: string; readonly state: "off" | "waiting" | "asked" | "running" | "failed" | "late"; readonly last: ScheduleSlot | null; readonly next: string | null; readonly missed: number };

export type ScheduleRun = { readonly asked: number };

export type ScheduleSlot = { readonly slot: string; readonly zone: string | null; readonly takenAt: string | null; readonly endedAt: string | null; readonly attempts: number; readonly missed: number; readonly askedBy: string | null; readonly by: string | null; readonly error: string | null; readonly result: Readonly<Record<string, number | string>> };

export type ScheduleSlots = { readonly items: readonly (ScheduleSlot)[] };

export type Schedules = { readonly at: string; readonly missedDays: number; readonly items: readonly (Schedule)[] };

export type Secrets = { readonly items: readonly ({ readonly name: string; readonly version: number; readonly keyId: string; readonly author: string; readonly by: string; readonly at: string })[] };

export type Sent = { readonly submission: SubmissionDetail; readonly attempts: readonly (Attempt)[] };

export type Series = { readonly id: string; readonly point: string; readonly variable: string; readonly kind: string; readonly unit: string; readonly interpretation: string; readonly intervalMinutes: number | null; readonly limits: { readonly failBelow?: number; readonly failAbove?: number; readonly suspectBelow?: number; readonly suspectAbove?: number; readonly alertBelow?: number; readonly alertAbove?: number }; readonly alerts: { readonly below?: { readonly limit: number; readonly forMinutes?: number; readonly keepMinutes?: number; readonly hysteresis?: number }; readonly above?: { readonly limit: number; readonly forMinutes?: number; readonly keepMinutes?: number; readonly hysteresis?: number }; readonly rising?: { readonly perHour: number; readonly overMinutes?: number; readonly forMinutes?: number; readonly keepMinutes?: number; readonly hysteresis?: number }; readonly falling?: { readonly perHour: number; readonly overMinutes?: number; readonly forMinutes?: number; readonly keepMinutes?: number; readonly hysteresis?: number }; readonly noData?: { readonly minutes: number } }; readonly meters: readonly (string)[] };

export type SeriesList = { readonly items: readonly (Series)[]; readonly next: string | null };

export type Session = { readonly id: string; readonly createdAt: string; readonly usedAt: string; readonly expiresAt: string; readonly agent: string; readonly address: string; readonly current: boolean };

export type Sessions = { readonly items: readonly (Session)[] };

export type Settled = { readonly state: "expected" | "held" | "due" | "sending" | "unknown" | "retry" | "accepted" | "received" | "quarantined" | "manual" | "missing" | "confirmed" | "accepted-unverified" | "conflict" | "rejected" | "failed-reported" | "shadowed" | "elsewhere" };

export type Silence = { readonly id: string; readonly alert: string | null; readonly rule: string | null; readonly subject: string | null; readonly point: string | null; readonly until: string; readonly actor: string; readonly by: string; readonly reason: string; readonly at: string };

export type Silences = { readonly items: readonly (Silence)[] };

export type Skipped = { readonly state: string };

export type StandingCorrection = { readonly key: string; readonly rule: string; readonly method: string; readonly amount: number | null; readonly from: string | null; readonly to: string | null; readonly standing: "applied" | "suggested" | "reverted"; readonly because: string; readonly said: { readonly id: string; readonly version: string; readonly because: string; readonly author: string | null; readonly by: string | null; readonly at: string | null; readonly place: string | null } | null };

export type StandingCorrections = { readonly items: readonly (StandingCorrection)[]; readonly total: number };

export type States = { readonly series: string; readonly unit: string; readonly windows: readonly ({ readonly start: string; readonly end: string; readonly coverage: number; readonly flag: 1 | 2 | 3 | 4 | 9; readonly mean: number | null; readonly sum: number | null; readonly min: { readonly at: string; readonly value: number } | null; readonly max: { readonly at: string; readonly value: number } | null; readonly last: { readonly at: string; readonly value: number } | null; readonly samples: number })[] };

export type Status = { readonly at: string; readonly ready: boolean; readonly stages: readonly ({ readonly stage: string; readonly lastAt: string; readonly stalled: boolean; readonly lastError: string | null })[]; readonly disk: { readonly since: string; readonly reason: string } | null; readonly raw: Readonly<Record<string, number>>; readonly values: Readonly<Record<string, number>>; readonly findings: Readonly<Record<string, number>>; readonly submissions: Readonly<Record<string, number>>; readonly notices: Readonly<Record<string, number>>; readonly openAlerts: number; readonly imbalances: readonly ({ readonly what: string; readonly expected: number; readonly found: number })[]; readonly streams: readonly ({ readonly instance: string; readonly device: string | null; readonly state: string; readonly since: string; readonly lastMessageAt: string | null; readonly lastError: string | null })[]; readonly audit: { readonly entries: number; readonly signedTo: number | null } };

export type StoppedSends = { readonly items: readonly ({ readonly scope: string; readonly since: string; readonly actor: string; readonly by: string; readonly reason: string })[] };

export type Submission = { readonly id: string; readonly obligation: string; readonly target: string; readonly work: string; readonly slot: string; readonly state: "expected" | "held" | "due" | "sending" | "unknown" | "retry" | "accepted" | "received" | "quarantined" | "manual" | "missing" | "confirmed" | "accepted-unverified" | "conflict" | "rejected" | "failed-reported" | "shadowed" | "elsewhere"; readonly status: "PENDING" | "SENT" | "CONFIRMED" | "REJECTED" | "ERROR"; readonly nextAt: string | null; readonly dueAt: string | null; readonly maxLagAt: string | null; readonly receipt: string | null; readonly reason: string | null; readonly attempts: number; readonly sentAt: string | null; readonly confirmedAt: string | null; readonly version: number };

export type SubmissionDetail = { readonly id: string; readonly obligation: string; readonly target: string; readonly work: string; readonly slot: string; readonly state: "expected" | "held" | "due" | "sending" | "unknown" | "retry" | "accepted" | "received" | "quarantined" | "manual" | "missing" | "confirmed" | "accepted-unverified" | "conflict" | "rejected" | "failed-reported" | "shadowed" | "elsewhere"; readonly status: "PENDING" | "SENT" | "CONFIRMED" | "REJECTED" | "ERROR"; readonly nextAt: string | null; readonly dueAt: string | null; readonly maxLagAt: string | null; readonly receipt: string | null; readonly reason: string | null; readonly attempts: number; readonly sentAt: string | null; readonly confirmedAt: string | null; readonly version: number; readonly report: unknown; readonly sources: readonly ({ readonly series: string; readonly at: string; readonly raw: string })[] };

export type Submissions = { readonly items: readonly (Submission)[]; readonly next: string | null };

export type Switched = { readonly scope: string; readonly changed: boolean };

export type Task = { readonly id: string; readonly submission: string; readonly obligation: string; readonly target: string; readonly work: string; readonly slot: string; readonly member: string; readonly state: "open" | "done" | "dismissed"; readonly held: string | null; readonly value: string | null; readonly cause: "late-data" | "after-lag" | "other-reading" | "binding" | "meter" | "rules" | "decoded-anew" | "correction" | "conflict"; readonly reason: string | null; readonly reference: string | null; readonly actor: string; readonly by: string; readonly openedAt: string; readonly changedAt: string; readonly how: string | null };

export type TaskDetail = { readonly task: Task; readonly history: readonly (unknown)[] };

export type TaskEnded = { readonly state: "open" | "done" | "dismissed" };

export type Tasks = { readonly items: readonly (Task)[] };

export type Tokens = { readonly accessToken: string; readonly accessExpiresAt: string; readonly refreshToken?: string; readonly refreshExpiresAt: string; readonly user: User };

export type Trace = { readonly kind: "submission" | "value"; readonly values: readonly (ValueBehind)[]; readonly submissions: readonly (Sent)[]; readonly audit: readonly (AuditEntry)[] };

export type Trend = { readonly series: string; readonly unit: string; readonly values: number; readonly slopePerDay: number; readonly slopeLow: number; readonly slopeHigh: number; readonly direction: "increasing" | "decreasing" | "none"; readonly p: number; readonly span: string | null; readonly crossing: { readonly at: string | null; readonly earliest: string | null; readonly latest: string | null } | null };

export type Unclaimed = { readonly instance: string; readonly device: string; readonly variable: string; readonly count: number; readonly lastAt: string | null; readonly lastRaw: string };

export type UnclaimedList = { readonly items: readonly (Unclaimed)[] };

export type UseOfRight = { readonly point: string; readonly year: { readonly from: string; readonly to: string }; readonly granted: { readonly volumeM3: number | null; readonly flowLps: number | null }; readonly usedM3: number | null; readonly share: number | null; readonly coverage: number; readonly usedUp: { readonly at: string; readonly earliest: string | null; readonly latest: string | null } | null; readonly peakLps: { readonly at: string; readonly value: number } | null; readonly hoursAboveRight: number | null };

export type User = { readonly id: string; readonly email: string; readonly name: string; readonly role: string; readonly points: readonly (string)[] | null; readonly language: string; readonly state: "invited" | "active" | "disabled"; readonly createdAt: string; readonly lastLoginAt: string | null };

export type Users = { readonly items: readonly (User)[]; readonly next: string | null };

export type Value = { readonly series: string; readonly at: string; readonly value: number | null; readonly text: string | null; readonly unit: string | null; readonly flag: 1 | 2 | 3 | 4 | 9; readonly codes: readonly (string)[]; readonly status: "provisional" | "final"; readonly origin: string; readonly raw: string; readonly device: string; readonly variable: string };

export type ValueAt = { readonly value: Value | null; readonly revisions: readonly (Revision)[] };

export type ValueBehind = { readonly value: Value; readonly findings: readonly ({ readonly rule: string; readonly ruleVersion: string; readonly code: string; readonly flag: 1 | 2 | 3 | 4 | 9; readonly status: string; readonly from: string | null; readonly to: string | null; readonly detail: unknown })[]; readonly corrections: readonly (Correction)[]; readonly revisions: readonly (Revision)[]; readonly basis: unknown; readonly raw: RawBehind };

export type Values = { readonly items: readonly (Value)[]; readonly next: string | null };

export type Volumes = { readonly series: string; readonly unit: string; readonly windows: readonly ({ readonly start: string; readonly end: string; readonly coverage: number; readonly flag: 1 | 2 | 3 | 4 | 9; readonly volume: number | null; readonly gapVolume: number; readonly meanLps: number | null })[]; readonly unattributed: number };
