import type { Status } from '../operate/status.ts';

const time = (instant: number | null) => (instant === null ? 'never' : new Date(instant).toISOString());
const counts = (record: Readonly<Record<string, number>>) =>
  Object.entries(record)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ') || 'none';

const signedTo = ({ signed, key }: Status['audit']) => {
  if (!key) return 'not signed: no audit.key is configured';
  return signed === null ? 'not signed yet' : `signed to ${signed.seq} at ${time(signed.at)} by key ${signed.key}`;
};

const mebibytes = (bytes: number) => `${(bytes / 1_048_576).toFixed(1)} MiB`;

const keptLine = ({ packed, submissions, nextEnd, holds, databaseBytes }: Status['kept']) =>
  [
    `${packed.records} bodies packed, ${mebibytes(packed.bytes)} in ${mebibytes(packed.storedBytes)}`,
    `database ${mebibytes(databaseBytes)}`,
    `submissions ended by age ${submissions.ended}`,
    `next end ${nextEnd === null ? 'none' : time(nextEnd)}`,
    `holds ${holds}`,
  ].join('; ');

/** The status as people read it, a line for each thing. What is in order is one line or none; what is not names itself. */
export const statusLines = (status: Status): string[] => [
  `at ${time(status.at)}`,
  ...status.stages.map(
    ({ stage, stalled, lastAt, lastError }) =>
      `stage ${stage.padEnd(9)} ${stalled ? 'STALLED' : 'ok'}  last progress ${time(lastAt)}${lastError === null ? '' : `  ${lastError}`}`,
  ),
  ...status.parts.map(({ part, by }) => `part  ${part.padEnd(9)} ${by ?? 'done by nobody that is known'}`),
  ...(status.disk === null ? [] : [`disk FULL OR FAILING since ${time(status.disk.since)}: ${status.disk.reason}`]),
  `raw          ${counts(status.counts.raw)}; repeats ${status.counts.repeats}`,
  `values       ${counts(Object.fromEntries(Object.entries(status.counts.values).map(([flag, count]) => [`flag ${flag}:`, count])))}`,
  `findings     ${counts(status.counts.findings)}`,
  `submissions  ${counts(status.counts.submissions)}`,
  `tasks        ${counts(status.counts.tasks)}`,
  `notices      ${counts(status.counts.notices)}; open alerts ${status.counts.openAlerts}`,
  `audit        ${status.audit.entries} entries; ${signedTo(status.audit)}`,
  `kept         ${keptLine(status.kept)}`,
  ...status.devices.map(
    ({ id, provider, health, lastContact }) =>
      `device ${id} (${provider})  ${health}  last reading ${time(lastContact)}`,
  ),
  ...status.streams.map(
    ({ instance, device, state, since, lastMessageAt, lastError }) =>
      `stream ${instance}${device === null ? '' : ` ${device}`}  ${state} since ${time(since)}  last message ${time(lastMessageAt)}${state === 'connected' || lastError === null ? '' : `  ${lastError}`}`,
  ),
  ...status.outlets.map(
    ({ name, backlog, oldestAt, ackedAt, filling, reason }) =>
      `outlet ${name}  ${backlog === 0 ? 'has all' : `${backlog} wait${oldestAt === null ? '' : ` since ${time(oldestAt)}`}`}  last acknowledged ${time(ackedAt)}${filling ? '  older values follow' : ''}${reason === null ? '' : `  ${reason}`}`,
  ),
  ...status.conservation.imbalances.map(
    ({ what, expected, found }) => `DOES NOT ADD UP ${what}: ${expected} expected, ${found} there`,
  ),
  ...status.failedRaw.map(({ id, instance, reason }) => `unreadable raw ${id} (${instance}): ${reason ?? ''}`),
  ...status.unclaimed.map(
    ({ instance, device, variable, count, lastRaw }) =>
      `unclaimed ${instance} ${device} ${variable}: ${count} readings, last ${lastRaw}`,
  ),
  ...status.openSubmissions.map(
    ({ id, obligation, slot, state, status: word, reason }) =>
      `open ${id} ${obligation} ${time(slot)} ${state} (${word})${reason === null ? '' : `: ${reason}`}`,
  ),
  ...status.openTasks.map(
    ({ id, obligation, slot, member, held, value, cause }) =>
      `task ${id} ${obligation} ${time(slot)} ${member}: held ${held ?? 'nothing'}, should be ${value ?? 'nothing'} (${cause})`,
  ),
  ...status.stoppedSends.map(
    ({ scope, since, by, reason }) => `STOPPED sends of ${scope} since ${time(since)} by ${by}: ${reason}`,
  ),
  ...status.undelivered.map(
    ({ notice, person, channel, event, status: word, at, detail }) =>
      `not delivered ${notice} ${event} to ${person} by ${channel}: ${word} since ${time(at)}${detail === null ? '' : ` (${detail})`}`,
  ),
  ...status.alerts.map(({ event, subject, openedAt }) => `alert ${event} ${subject} since ${time(openedAt)}`),
];
