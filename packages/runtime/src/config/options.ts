import { closedObject, schemaOf, SecretRef, type Static, Type } from '@caudal/core';
import { roleNames } from '../roles/roles.ts';
import { KafkaOptions } from './kafka-options.ts';
import { NoticeWords } from './notice-words.ts';

const Bounded = (value: number, description: string, minimum = 1) =>
  Type.Integer({ minimum, default: value, description });

const logLevels = ['debug', 'info', 'warn', 'error'] as const;
const LogLevel = Type.Enum(logLevels, { description: 'Least severe level that is kept of this stream.' });

const switchOn = Type.Boolean({ default: true, description: 'Whether it happens at all.' });
const zone = Type.String({ default: 'America/Santiago', description: 'IANA zone of its time of day.' });
const timeOfDay = (value: string) =>
  Type.String({ default: value, pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'Time of day, 02:00.' });
const every = (value: number) =>
  Type.Integer({ minimum: 1, maximum: 1_440, default: value, description: 'Minutes from one to the next.' });
const repeated = (value: number, description: string) =>
  closedObject({ enabled: switchOn, everyMinutes: every(value) }, { default: {}, description });
const daily = (value: string, description: string) =>
  closedObject({ enabled: switchOn, at: timeOfDay(value), zone }, { default: {}, description });

/** When what goes by the clock happens, by name. What each does is in `schedule/schedule-table.ts`. */
const Schedules = closedObject(
  {
    'sync-telemetry-sources': repeated(5, 'Reads of devices that declare no pollMinutes of their own.'),
    'reread-telemetry': closedObject(
      { enabled: switchOn, at: timeOfDay('00:00'), zone: Type.String({ ...zone, default: 'UTC' }) },
      { default: {}, description: 'The last collect.rereadHours are read again.' },
    ),
    'health-check': repeated(10, 'How the whole stands is noted.'),
    'cleanup-old-data': daily('02:00', 'What may go by age goes. Off: nothing does.'),
    'daily-compliance-report': daily('07:00', 'What was owed yesterday, to subscribers of report.compliance.'),
    'sync-compliance-sources': repeated(120, 'Receipts are asked for, what is owed is counted anew.'),
    'send-daily-summary': closedObject(
      { enabled: switchOn, at: timeOfDay('08:00') },
      { default: {}, description: 'How points stand, to subscribers of report.summary, in the zone of the owner.' },
    ),
  },
  { default: {} },
);

/** Everything about a runtime that is plain data. Every limit has a default that suits a few hundred points on one machine. */
export const RuntimeOptions = closedObject({
  database: Type.Optional(
    Type.String({
      description:
        'File of the embedded database, with logs and the control socket beside it; or the address of a PostgreSQL database, postgres://… Default: the environment variable DATABASE_URL, else ./caudal.db.',
    }),
  ),
  folder: Type.Optional(
    Type.String({
      description:
        'With PostgreSQL: where log and control socket lie, a folder of its own for each instance on a machine. Default: the folder of the configuration.',
    }),
  ),
  maxDatabaseBytes: Type.Optional(
    Type.Integer({
      minimum: 1_048_576,
      description:
        'The database file grows no further; what does not fit is refused, as on a full disk. Default: what the disk holds.',
    }),
  ),
  backupBeforeMigration: Type.Boolean({
    default: true,
    description:
      'Copy a database of an older version, beside itself, before its tables are changed. Without room for the copy the start is refused.',
  }),
  roles: Type.Array(Type.Enum([...roleNames]), {
    default: [...roleNames],
    minItems: 1,
    uniqueItems: true,
    description:
      'What this instance does, where several share a PostgreSQL database: collect reads vendors, process judges, comply reports, notify tells people, publish brings values and events to other systems, api serves the API, the page and what others send. Health and metrics are always served. Each but api is done by one instance at a time.',
  }),
  leaseSeconds: Bounded(
    20,
    'With PostgreSQL: what an instance does is taken over by another when nothing is heard of it for so long.',
    2,
  ),
  data: Type.Array(Type.String(), {
    default: ['./data'],
    description:
      'YAML files, or folders of them, with points, devices, bindings, meters, obligations, people, subscriptions and maintenance windows.',
  }),
  profile: Type.Enum(['default', 'stack-vps'], {
    default: 'default',
    description: 'Built-in set of rules and limits.',
  }),
  http: closedObject(
    {
      enabled: Type.Boolean({ default: true, description: 'Serve health, metrics and webhooks.' }),
      host: Type.String({ default: '127.0.0.1', description: 'Address to listen on.' }),
      port: Type.Integer({ minimum: 0, maximum: 65_535, default: 8350, description: '0 takes any free port.' }),
      publicUrl: Type.Optional(
        Type.String({
          description:
            'How it is reached from outside: for links in notices, and where a sender signs the whole address.',
        }),
      ),
      maxBodyBytes: Bounded(8_388_608, 'Largest webhook body.'),
      webhooks: Type.Record(
        Type.String(),
        closedObject({
          maxBodyBytes: Type.Optional(Type.Integer({ minimum: 1, description: 'Largest body of this instance.' })),
          key: Type.Boolean({
            default: false,
            description: 'Only with an API key of the role ingest for this instance, beside what the plugin checks.',
          }),
        }),
        { default: {}, description: 'By provider instance: what its webhook takes, and from whom.' },
      ),
      maxDeliveryBytes: Bounded(1_048_576, 'Largest report of a channel about messages.'),
      maxRegulatorBytes: Bounded(1_048_576, 'Largest body that a regulator may send.'),
      maxManualBytes: Bounded(8_388_608, 'Largest body that a person may hand in.'),
      maxApiBytes: Bounded(1_048_576, 'Largest body of an API request that hands in no file.', 1_024),
      requestsPerMinute: Bounded(
        1_200,
        'API requests that one user, key or, before that is known, one address may make.',
      ),
      logInsPerMinute: Bounded(20, 'Log-ins and redeemed tokens that one address may try.'),
      liveStreams: Bounded(100, 'Streams of live events at once.'),
      corsOrigins: Type.Array(Type.String({ description: 'Origin: scheme, host and port.' }), {
        default: [],
        description: 'Pages of other origins that may use the API in a browser.',
      }),
      trustedProxies: Type.Array(Type.String({ description: 'Address or CIDR range.' }), {
        default: [],
        description: 'Proxies whose X-Forwarded headers are believed; nobody else’s are.',
      }),
      regulatorRequests: Bounded(
        4,
        'Requests of one regulator that are answered at once; more are told to come again.',
      ),
      regulatorTimeoutMs: Bounded(30_000, 'A request of a regulator may take so long.'),
    },
    { default: {} },
  ),
  access: closedObject(
    {
      tokenKey: Type.Optional(SecretRef),
      accessMinutes: Bounded(10, 'How long an access token opens anything.'),
      sessionDays: Bounded(30, 'A log-in ends after so long, however often it is refreshed.'),
      invitationHours: Bounded(72, 'An invitation may be accepted for so long.'),
      resetHours: Bounded(4, 'A password may be set anew with a reset that an administrator handed out for so long.'),
      mailedResetMinutes: Bounded(
        60,
        'A password may be set anew with a reset that was asked for and mailed for so long.',
      ),
      mailedResetsPerHour: Bounded(3, 'Resets that may be asked for one address in an hour.'),
      passwordMemoryKiB: Bounded(19_456, 'Memory of one Argon2id hash.', 8_192),
      failuresBeforeWait: Bounded(
        5,
        'Failed log-ins in a row before the name has to wait, twice as long each time.',
        3,
      ),
      maxWaitMinutes: Bounded(15, 'A name waits no longer than this.'),
    },
    { default: {} },
  ),
  network: closedObject(
    {
      proxy: Type.Optional(Type.String({ description: 'Outbound proxy, for example http://proxy.example:3128.' })),
      caFile: Type.Optional(Type.String({ description: 'PEM file with extra certificate authorities.' })),
    },
    { default: {} },
  ),
  log: closedObject(
    {
      level: Type.Enum(logLevels, { default: 'info', description: 'Least severe level that is kept.' }),
      levels: closedObject(
        {
          telemetry: Type.Optional(LogLevel),
          compliance: Type.Optional(LogLevel),
          notifications: Type.Optional(LogLevel),
          system: Type.Optional(LogLevel),
          errors: Type.Enum(['warn', 'error'], {
            default: 'error',
            description: 'Lines of any stream from this level on are in the stream errors, and in its own file, too.',
          }),
        },
        { default: {}, description: 'By stream, where it differs from level.' },
      ),
      console: Type.Boolean({ default: true, description: 'Write to standard error as well as to the log file.' }),
      maxFileBytes: Bounded(52_428_800, 'A log file is rotated at this size; one older file is kept.', 65_536),
    },
    { default: {} },
  ),
  collect: closedObject(
    {
      tickMs: Bounded(10_000, 'How often it is decided what to read.'),
      overlapMinutes: Bounded(10, 'How far a read reaches back before the newest decoded instant.', 0),
      firstReadHours: Bounded(24, 'How far back the first read of a device goes.'),
      rereadHours: Bounded(72, 'How far back is read again once a day, for late uploads.', 0),
      concurrency: Bounded(8, 'Reads in flight, all providers together.'),
      maxPages: Bounded(1000, 'Pages of one window in one go; the rest goes on later.'),
      pendingRawLimit: Bounded(
        100_000,
        'Reads pause and streams are held while more raw records wait to be processed.',
      ),
      requestTimeoutMs: Bounded(60_000, 'A request to a vendor, or connecting to its stream, may take so long.'),
      leaseSeconds: Bounded(30, 'A process that is gone keeps its streams from others for so long.', 3),
      emitsUnderWay: Bounded(256, 'Batches of one stream that are being stored; more are refused.'),
      emitBytesUnderWay: Bounded(16_777_216, 'Bytes of one stream that are being stored; more are refused.'),
      pollWhileStreaming: Type.Boolean({
        default: false,
        description:
          'Read a device at its own pace although its stream is connected and brings its data. Otherwise it is read when the stream is down or brings nothing, and once a day.',
      }),
    },
    { default: {} },
  ),
  kafka: Type.Optional(KafkaOptions),
  process: closedObject(
    {
      batchRecords: Bounded(500, 'Raw records of one transaction.'),
      batchBytes: Bounded(8_388_608, 'Bytes of raw records of one transaction.'),
      idleMs: Bounded(250, 'Pause when nothing waits.'),
      maxReadingsPerRecord: Bounded(200_000, 'More readings in one record than this fail it.'),
      advanceMs: Bounded(60_000, 'How often rules are told that time passes.'),
      needMinutes: Bounded(60, 'A record that needs another waits so long for it; then it is kept as skipped.'),
      waitingRecords: Bounded(10_000, 'Records that wait for another at once; more are kept as skipped.', 0),
    },
    { default: {} },
  ),
  comply: closedObject(
    {
      tickMs: Bounded(5_000, 'How often it is decided what to send.'),
      lookBackHours: Bounded(24 * 45, 'How far back slots are created for an obligation that is new here.'),
      concurrency: Bounded(4, 'Sends in flight, all works together; never two of one work.'),
      requestTimeoutMs: Bounded(60_000, 'A send that takes longer is unknown.'),
      deadlineNoticeMinutes: Bounded(20, 'People are told this long before a submission is late.', 0),
      lagStages: Type.Array(
        closedObject({
          share: Type.Number({
            exclusiveMinimum: 0,
            exclusiveMaximum: 1,
            description: 'How much of the time from the deadline to the maximum lag is gone.',
          }),
          severity: Type.Enum(['info', 'warning', 'critical'], { description: 'How it is told.' }),
        }),
        {
          default: [
            { share: 0.5, severity: 'warning' },
            { share: 0.8, severity: 'critical' },
          ],
          description: 'People are told once more at each of these stages before a maximum lag.',
        },
      ),
      clockSkewSeconds: Bounded(
        60,
        'People are told when this clock and the Date of a regulator’s answers are further apart.',
        2,
      ),
      shadow: Type.Array(Type.String(), {
        default: [],
        description: 'Targets at which everything is done but the sending; every slot ends as shadowed.',
      }),
    },
    { default: {} },
  ),
  notify: closedObject(
    {
      tickMs: Bounded(5_000, 'How often it is decided whom to tell.'),
      groupMs: Bounded(60_000, 'Alerts of one event within this time are one notice.', 0),
      maxAlertsPerNotice: Bounded(500, 'Listed in one notice; the rest is counted.'),
      repeatMinutes: Bounded(
        0,
        'An alert that is open and that nobody acknowledged is told again after this; 0: never.',
        0,
      ),
      ackLinkHours: Bounded(72, 'The link of a notice that acknowledges its alert opens for so long.'),
      maxAttempts: Bounded(20, 'Tries of one notice before it is given up as failed.'),
      maxFactCharacters: Bounded(500, 'A longer fact, such as an answer of a vendor, ends in … in a notice.', 20),
      words: NoticeWords,
    },
    { default: {} },
  ),
  maintain: closedObject(
    { tickMs: Bounded(30_000, 'How often silence, deadlines and gauges are looked at.') },
    { default: {} },
  ),
  schedules: Schedules,
  heartbeat: closedObject(
    {
      url: Type.Optional(SecretRef),
      method: Type.Enum(['GET', 'POST'], { default: 'GET', description: 'As the watchdog wants it.' }),
      everySeconds: Bounded(60, 'How often it is asked for; not more often than maintain.tickMs.', 5),
      timeoutSeconds: Bounded(10, 'A request may take so long.'),
    },
    { default: {}, description: 'An address of a watchdog outside that is asked for while work moves, and not else.' },
  ),
  retention: closedObject(
    {
      rawDays: Bounded(30, 'Raw records without a submission behind them are kept this long.'),
      submissionYears: Bounded(
        6,
        'Submissions with all that stands behind them are kept this long, counted from their slot, sending or confirmation, to the end of the month.',
      ),
      valueYears: Bounded(6, 'Values that stand behind no submission, findings and corrections are kept this long.'),
      packRecords: Bounded(500, 'Raw records of one device and month whose bodies are compressed together.'),
      packBytes: Bounded(1_048_576, 'Bytes of the bodies that are compressed together; a larger body is alone.', 1024),
      batchRows: Bounded(500, 'What goes in one transaction.'),
      noticeDays: Bounded(365, 'Notices that ended, and what channels reported of them, are kept this long.'),
      slotDays: Bounded(60, 'What schedules did is kept this long.', 7),
    },
    { default: {} },
  ),
  audit: closedObject(
    {
      key: Type.Optional(SecretRef),
      headEntries: Bounded(1_000, 'The chain is signed after so many entries at the latest.'),
      headMinutes: Bounded(60, 'What is new in the chain is signed after this time at the latest.'),
      headsFile: Type.Optional(
        Type.String({ description: 'File that gets each signed head as a JSON line. Best on another machine.' }),
      ),
      tell: Type.Array(
        closedObject({
          person: Type.String({ description: 'Who keeps it; best somebody who can not write to the database.' }),
          channel: Type.String({ description: 'Name of the notifier.' }),
        }),
        { default: [], description: 'Who gets the newest signed head.' },
      ),
      tellHours: Bounded(24, 'How often they get it.'),
    },
    { default: {} },
  ),
  secrets: closedObject(
    {
      key: Type.Optional(SecretRef),
      formerKeys: Type.Array(SecretRef, {
        default: [],
        description: 'Keys that were secrets.key, until caudal secret rotate-key has run.',
      }),
    },
    { default: {} },
  ),
  traces: Type.Boolean({
    default: false,
    description:
      'Write spans over the API of OpenTelemetry, from the vendor’s answer to the receipt. Wants the package @opentelemetry/api.',
  }),
  drainSeconds: Bounded(30, 'How long a stop waits for what is under way.'),
});

export type RuntimeOptions = Static<typeof RuntimeOptions>;

/** The same as a typed schema, for {@link withDefaults} and {@link issuesOf} of core. */
export const runtimeOptions = schemaOf(RuntimeOptions);
