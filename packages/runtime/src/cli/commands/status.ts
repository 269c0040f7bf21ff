import type { Status } from '../../operate/status.ts';
import { ask } from '../ask.ts';
import { exitCodes, type Invocation } from '../command.ts';

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

const lines = (status: Status): string[] => [
  `at ${time(status.at)}`,
  ...status.stages.map(
    ({ stage, stalled, lastAt, lastError }) =>
      `stage ${stage.padEnd(9)} ${stalled ? 'STALLED' : 'ok'}  last progress ${time(lastAt)}${lastError === null ? '' : `  ${lastError}`}`,
  ),
  ...(status.disk === null ? [] : [`disk FULL OR FAILING since ${time(status.disk.since)}: ${status.disk.reason}`]),
  `raw          ${counts(status.counts.raw)}; repeats ${status.counts.repeats}`,
  `values       ${counts(Object.fromEntries(Object.entries(status.counts.values).map(([flag, count]) => [`flag ${flag}:`, count])))}`,
  `findings     ${counts(status.counts.findings)}`,
  `submissions  ${counts(status.counts.submissions)}`,
  `notices      ${counts(status.counts.notices)}; open alerts ${status.counts.openAlerts}`,
  `audit        ${status.audit.entries} entries; ${signedTo(status.audit)}`,
  ...status.devices.map(
    ({ id, provider, health, lastContact }) =>
      `device ${id} (${provider})  ${health}  last reading ${time(lastContact)}`,
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
  ...status.stoppedSends.map(
    ({ scope, since, actor, reason }) => `STOPPED sends of ${scope} since ${time(since)} by ${actor}: ${reason}`,
  ),
  ...status.alerts.map(({ event, subject, openedAt }) => `alert ${event} ${subject} since ${time(openedAt)}`),
];

export const run = async ({ values, out }: Invocation): Promise<number> => {
  const status = await ask<Status>(values['config'] as string, 'status', null);
  out(values['json'] === true ? JSON.stringify(status) : lines(status).join('\n'));
  return status.ready ? exitCodes.ok : exitCodes.failed;
};
