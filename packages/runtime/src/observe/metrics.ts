/**
 * Every metric of the runtime. Labels are bounded: instances, targets and states come from the configuration or from closed
 * lists, never from data.
 */
export const metricTable = {
  caudal_raw_received_total: { type: 'counter', labels: ['instance'], help: 'Bodies received from vendors.' },
  caudal_raw_stored_total: { type: 'counter', labels: ['instance'], help: 'Bodies stored.' },
  caudal_raw_repeated_total: {
    type: 'counter',
    labels: ['instance'],
    help: 'Bodies identical to the last answer to the same request.',
  },
  caudal_raw_refused_total: { type: 'counter', labels: ['instance'], help: 'Bodies refused before they were stored.' },
  caudal_raw_processed_total: {
    type: 'counter',
    labels: ['instance', 'status'],
    help: 'Raw records processed, by how they ended.',
  },
  caudal_kafka_lag: { type: 'gauge', labels: [], help: 'Records in Kafka that are not stored yet.' },
  caudal_kafka_lag_max: { type: 'gauge', labels: [], help: 'The same, of the partition that has most.' },
  caudal_kafka_stalled: { type: 'gauge', labels: [], help: 'Partitions with records that stand still.' },
  caudal_kafka_dead_total: { type: 'counter', labels: [], help: 'Records that could not be read as raw records.' },
  caudal_kafka_gone_total: {
    type: 'counter',
    labels: [],
    help: 'Records that were gone from the broker before they were stored.',
  },
  caudal_publish_backlog: {
    type: 'gauge',
    labels: ['outlet'],
    help: 'Changes that an outlet has not acknowledged, at most.',
  },
  caudal_publish_lag_seconds: {
    type: 'gauge',
    labels: ['outlet'],
    help: 'How long the oldest change has waited that an outlet has not acknowledged.',
  },
  caudal_published_total: { type: 'counter', labels: ['outlet'], help: 'Messages that an outlet acknowledged.' },
  caudal_publish_failures_total: {
    type: 'counter',
    labels: ['outlet'],
    help: 'Requests to an outlet that were not acknowledged; all of it is published again.',
  },
  caudal_raw_pending: { type: 'gauge', labels: [], help: 'Raw records waiting to be processed.' },
  caudal_raw_packed_total: { type: 'counter', labels: [], help: 'Bodies of raw records packed.' },
  caudal_raw_packed: { type: 'gauge', labels: [], help: 'Raw records whose bodies are packed.' },
  caudal_raw_packed_bytes: {
    type: 'gauge',
    labels: ['state'],
    help: 'Bytes of packed bodies, before compression and after.',
  },
  caudal_next_end_seconds: {
    type: 'gauge',
    labels: [],
    help: 'Seconds until the oldest submission goes by age, holds aside; infinite when there is none.',
  },
  caudal_readings_total: { type: 'counter', labels: ['instance'], help: 'Readings decoded.' },
  caudal_readings_unclaimed_total: { type: 'counter', labels: ['instance'], help: 'Readings that no binding wants.' },
  caudal_values_total: { type: 'counter', labels: ['flag'], help: 'Values written or changed, by flag.' },
  caudal_findings_total: { type: 'counter', labels: ['code'], help: 'Findings, by code.' },
  caudal_requests_total: { type: 'counter', labels: ['instance', 'outcome'], help: 'Requests to vendors, by outcome.' },
  caudal_request_seconds: { type: 'histogram', labels: ['instance'], help: 'Time vendors took to answer.' },
  caudal_streams: { type: 'gauge', labels: ['instance', 'state'], help: 'Streams of vendors, by how they stand.' },
  caudal_stream_ends_total: {
    type: 'counter',
    labels: ['instance', 'outcome'],
    help: 'Streams that ended, by the kind of error.',
  },
  caudal_heartbeats_total: {
    type: 'counter',
    labels: ['outcome'],
    help: 'Signs of life for a watchdog outside: sent, failed, or withheld because not all work moves.',
  },
  caudal_heartbeat_last_success_seconds: {
    type: 'gauge',
    labels: [],
    help: 'When a watchdog outside last answered, Unix time.',
  },
  caudal_schedule_slots_total: {
    type: 'counter',
    labels: ['schedule', 'outcome'],
    help: 'Slots of schedules, by whether they were done or failed.',
  },
  caudal_schedule_missed_total: {
    type: 'counter',
    labels: ['schedule'],
    help: 'Slots of schedules that passed while nothing took them.',
  },
  caudal_submissions: { type: 'gauge', labels: ['state'], help: 'Submissions, by state.' },
  caudal_attempts_total: {
    type: 'counter',
    labels: ['target', 'outcome'],
    help: 'Attempts at regulators, by outcome.',
  },
  caudal_regulator_requests_total: {
    type: 'counter',
    labels: ['target', 'class'],
    help: 'Requests that regulators made to us, by class of the answer.',
  },
  caudal_next_deadline_seconds: {
    type: 'gauge',
    labels: ['target'],
    help: 'Seconds to the nearest deadline of an open submission; below zero when it is late, infinite when none is open.',
  },
  caudal_submissions_late: {
    type: 'gauge',
    labels: ['target'],
    help: 'Obligations with a deadline that passed without a receipt.',
  },
  caudal_clock_skew_seconds: {
    type: 'gauge',
    labels: ['target'],
    help: 'How far the clock of a regulator is ahead of ours, by its last answer.',
  },
  caudal_tasks: {
    type: 'gauge',
    labels: ['state'],
    help: 'Corrections of what regulators hold, by state of the task.',
  },
  caudal_maintenance_windows: {
    type: 'gauge',
    labels: [],
    help: 'Maintenance windows that are on: people are not told what they cause.',
  },
  caudal_sends_stopped: { type: 'gauge', labels: [], help: 'Switches that stop sends.' },
  caudal_deliveries_total: {
    type: 'counter',
    labels: ['channel', 'status'],
    help: 'Reports of channels about notices, by status; repeated ones count once.',
  },
  caudal_deliveries_refused_total: {
    type: 'counter',
    labels: ['channel'],
    help: 'Reports of channels that were refused.',
  },
  caudal_notices_total: { type: 'counter', labels: ['channel', 'state'], help: 'Notices, by how they ended.' },
  caudal_conservation_imbalance: {
    type: 'gauge',
    labels: [],
    help: 'Counts that do not add up: received, stored, processed, owed. Anything but 0 is a loss or a double.',
  },
  caudal_alerts_open: { type: 'gauge', labels: [], help: 'Open alerts.' },
  caudal_stage_last_progress_seconds: {
    type: 'gauge',
    labels: ['stage'],
    help: 'When the stage last made progress, Unix time.',
  },
  caudal_part_held: {
    type: 'gauge',
    labels: ['part'],
    help: 'Whether this instance does that part of the work: 1 in all instances together, or nobody does it.',
  },
  caudal_parts_lost_total: {
    type: 'counter',
    labels: ['part'],
    help: 'Parts that another instance took over while this one stood still or was cut off.',
  },
  caudal_commit_groups_total: { type: 'counter', labels: [], help: 'Group commits.' },
} as const satisfies Record<
  string,
  { type: 'counter' | 'gauge' | 'histogram'; labels: readonly string[]; help: string }
>;

export type MetricName = keyof typeof metricTable;

export interface Metrics {
  /** Adds to a counter. */
  add(name: MetricName, labels?: Readonly<Record<string, string>>, amount?: number): void;
  /** Sets a gauge. */
  set(name: MetricName, labels: Readonly<Record<string, string>>, value: number): void;
  /** Adds an observation to a histogram. */
  observe(name: MetricName, labels: Readonly<Record<string, string>>, value: number): void;
  /** Everything in Prometheus' text format. */
  text(): string;
}
