import type { CorrectionRow, FindingRow, SubmissionRow, ValueRow } from '../../store/rows.ts';
import type { StoreReads } from '../../store/store.ts';
import type { PackageFolder } from './folder.ts';

const findingsAtMost = 50_000;

const lines = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** A file name for an id. */
const named = (id: string) => encodeURIComponent(id).replaceAll('*', '%2A').slice(0, 120);

/** What stands behind submissions: raw records byte for byte, values with what they were before, findings, corrections, versions. */
export const putSources = async (folder: PackageFolder, read: StoreReads, rows: readonly SubmissionRow[]) => {
  const raw: Record<string, string> = {};
  const basis: Record<string, string> = {};
  const values: (ValueRow & { readonly replacedAt?: number })[] = [];
  const findings: FindingRow[] = [];
  const corrections: CorrectionRow[] = [];
  const sources = rows.flatMap((row) => row.sources);
  for (const { series, at, raw: id } of sources) {
    values.push(
      ...(await read.revisions(series, at)),
      ...(await read.values({ series: [series], from: at, to: at + 1 })),
    );
    if (raw[id] !== undefined) continue;
    const record = await read.raw(id);
    if (record === null) continue;
    const { body, ...head } = record;
    raw[id] = folder.put(`raw/${named(id)}.body`, body);
    folder.put(`raw/${named(id)}.json`, `${JSON.stringify(head, null, 2)}\n`);
  }
  for (const id of new Set(values.map((value) => value.basis)))
    basis[id] = folder.put(`basis/${named(id)}.json`, JSON.stringify(await read.basis(id)));
  const instants = sources.map(({ at }) => at);
  const [from, to] = [
    instants.reduce((a, b) => Math.min(a, b), Infinity),
    instants.reduce((a, b) => Math.max(a, b), 0),
  ];
  const series = [...new Set(sources.map((source) => source.series))].toSorted();
  for (const name of series) {
    findings.push(...(await read.findings({ series: name, from, to: to + 1, limit: findingsAtMost })));
    corrections.push(...(await read.corrections(name)).filter((row) => row.from <= to && row.to >= from));
  }
  folder.put('values.jsonl', lines(values));
  folder.put('findings.jsonl', lines(findings));
  folder.put('corrections.jsonl', lines(corrections));
  return { raw, basis, series };
};
