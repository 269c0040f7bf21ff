import type { AuditEntry } from '../rows.ts';
import type { Batch } from '../sql.ts';
import type { Processed } from '../store.ts';
import { putAlerts } from './alerts.ts';
import { appendAudit } from './audit.ts';
import { correctionEntries, withdrawnEntries } from './audit-corrections.ts';
import { toText } from './json.ts';
import { type Packed, write } from './operation.ts';
import { packValues, type PackedValues } from './packed-values.ts';
import { packCheckpoint, type PackedCheckpoint, putCheckpoints } from './put-checkpoints.ts';
import { corrections, correctionSqlRow, findings, findingSqlRow, putJudgements } from './put-judgements.ts';
import { putValues } from './put-values.ts';
import { noteCorrections } from './rechecks.ts';
import { markRaw } from './raw-queue.ts';
import { putReopens, settleReopens } from './reopen.ts';

const riseWatermark: Batch = {
  key: ['device', 'variable'],
  columns: { device: 'text', variable: 'text', decoded_to: 'integer' },
  text: (
    rows,
  ) => `INSERT INTO watermark (device, variable, decoded_to) SELECT device, variable, decoded_to FROM ${rows} j
    WHERE true ON CONFLICT (device, variable) DO UPDATE SET decoded_to = excluded.decoded_to
    WHERE excluded.decoded_to > watermark.decoded_to`,
};
const riseContact: Batch = {
  key: ['device'],
  columns: { device: 'text', at: 'integer' },
  text: (rows) => `INSERT INTO contact (device, at) SELECT device, at FROM ${rows} j WHERE true
    ON CONFLICT (device) DO UPDATE SET at = excluded.at WHERE excluded.at > contact.at`,
};
/** The count grows unless the record was counted last, so that the same run again changes nothing. */
const countUnclaimed: Batch = {
  key: ['instance', 'device', 'variable'],
  columns: {
    instance: 'text',
    device: 'text',
    variable: 'text',
    count: 'integer',
    last_at: 'integer',
    last_raw: 'text',
  },
  text: (rows) => `INSERT INTO unclaimed (instance, device, variable, count, last_at, last_raw)
    SELECT instance, device, variable, count, last_at, last_raw FROM ${rows} j WHERE true
    ON CONFLICT (instance, device, variable) DO UPDATE SET count = unclaimed.count + excluded.count,
      last_at = max(unclaimed.last_at, excluded.last_at), last_raw = excluded.last_raw
    WHERE unclaimed.last_raw <> excluded.last_raw`,
};
const putBasis: Batch = {
  columns: { id: 'text', content: 'text' },
  text: (rows) =>
    `INSERT INTO basis (id, content) SELECT id, content FROM ${rows} j WHERE true ON CONFLICT (id) DO NOTHING`,
};

/** As it goes to the committer. */
type PackedRun = Omit<Processed, 'values' | 'checkpoints'> & {
  readonly values: PackedValues;
  readonly checkpoints: readonly PackedCheckpoint[];
};

/** Where corrections became others: from the earliest of a series on, as what was withdrawn has no place any more. */
const correctedFrom = (
  { corrections: put, rejudged }: Pick<Processed, 'corrections' | 'rejudged'>,
  changed: readonly AuditEntry[],
  removed: readonly { readonly series: string }[],
): ReadonlyMap<string, number> => {
  const from = new Map<string, number>();
  const earliest = Math.min(...rejudged.map((one) => one.from));
  for (const { series } of removed) from.set(series, Number.isFinite(earliest) ? earliest : -Infinity);
  const others = new Set(changed.map(({ subject }) => subject));
  for (const { series, from: at } of put)
    if (others.has(`series:${series}`)) from.set(series, Math.min(at, from.get(series) ?? Infinity));
  return from;
};

export const commitProcessed = write('commitProcessed', {
  class: 'live',
  rows: (run) =>
    run.marks.length + run.values.length + run.findings.length + run.corrections.length + run.checkpoints.length,
  pack: (run): Packed<[PackedRun]> => ({
    args: [{ ...run, values: packValues(run.values), checkpoints: run.checkpoints.map(packCheckpoint) }],
    transfer: [],
  }),
  async run(context, run) {
    const { sql, now } = context;
    await sql.each(
      putBasis,
      run.basis.map(({ id, content }) => [id, toText(content) ?? 'null']),
    );
    await putValues(context, run.values);
    await putJudgements(sql, findings, run.findings.map(findingSqlRow), run.withdrawn, run.rejudged);
    const changed = await correctionEntries(sql, run.corrections, now);
    const removed = await putJudgements(
      sql,
      corrections,
      run.corrections.map(correctionSqlRow),
      run.withdrawn,
      run.rejudged,
    );
    await noteCorrections(sql, correctedFrom(run, changed, removed));
    await putCheckpoints(context, run.checkpoints, run.rejudged);
    await sql.each(
      riseWatermark,
      run.watermarks.map((row) => [row.device, row.variable, row.decodedTo]),
    );
    await sql.each(
      riseContact,
      run.contacts.map((row) => [row.device, row.at]),
    );
    await sql.each(
      countUnclaimed,
      run.unclaimed.map((row) => [row.instance, row.device, row.variable, row.count, row.lastAt, row.lastRaw]),
    );
    await settleReopens(sql, run.settled);
    await putReopens(sql, run.reopened);
    await putAlerts(context, run.alerts, run.ended);
    await markRaw(context, run.marks);
    await appendAudit(context, [...changed, ...withdrawnEntries(removed, now), ...(run.audit ?? [])]);
  },
});
