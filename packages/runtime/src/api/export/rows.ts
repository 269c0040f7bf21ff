import type { Flag } from '@caudal/core';
import type { Services } from '../../services.ts';
import type { ValueColumns } from '../../store/lists.ts';

/** What stands at one instant, in the order of the series that were asked for; undefined where a series has nothing. */
export interface ExportRow {
  readonly at: number;
  readonly cells: readonly (ExportCell | undefined)[];
}

export interface ExportCell {
  /** Exact text; null for no value. */
  readonly text: string | null;
  readonly flag: Flag;
  readonly codes: readonly string[];
  readonly final: boolean;
}

const pageRows = 250;

/** One series: a page of it, and how far that was written. */
interface Source {
  readonly series: string;
  page: ValueColumns;
  index: number;
  /** Where the next page begins; undefined when there is none. */
  next: number | undefined;
}

const none: ValueColumns = {
  at: new Float64Array(),
  text: [],
  flag: new Uint8Array(),
  codes: [],
  final: new Uint8Array(),
};

const cellAt = ({ page, index }: Source): ExportCell => {
  const codes = page.codes[index] ?? null;
  return {
    text: page.text[index] ?? null,
    flag: page.flag[index] as Flag,
    codes: codes === null ? [] : (JSON.parse(codes) as string[]),
    final: page.final[index] === 1,
  };
};

/** The series side by side in the order of time, some rows at once. Holds one page of each series and no more. */
export async function* exportRows(
  { store }: Pick<Services, 'store'>,
  series: readonly string[],
  from: number,
  to: number,
): AsyncGenerator<readonly ExportRow[]> {
  const sources = series.map((id): Source => ({ series: id, page: none, index: 0, next: from }));
  const refill = async (source: Source) => {
    if (source.index < source.page.at.length || source.next === undefined) return;
    const page = await store.read.exportValues({ series: source.series, from: source.next, to, limit: pageRows });
    const last = page.at.at(-1);
    Object.assign(source, {
      page,
      index: 0,
      next: last === undefined || page.at.length < pageRows ? undefined : last + 1,
    });
  };
  for (;;) {
    await Promise.all(sources.map(refill));
    const rows: ExportRow[] = [];
    // Until a page is at its end and its series may go on.
    while (sources.every(({ page, index, next }) => index < page.at.length || next === undefined)) {
      const at = Math.min(...sources.map(({ page, index }) => page.at[index] ?? Infinity));
      if (at === Infinity) break;
      const cells = sources.map((source) => (source.page.at[source.index] === at ? cellAt(source) : undefined));
      for (const [index, cell] of cells.entries()) if (cell !== undefined) (sources[index] as Source).index += 1;
      rows.push({ at, cells });
    }
    if (rows.length === 0) return;
    yield rows;
  }
}
