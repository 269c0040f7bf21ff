import type { Point, PointReport } from '@caudal/client';
import type { FlagNumber } from '../../flag.ts';
import { number, unit } from '../../numbers.ts';
import { Badge, marks } from '../../parts/badge.tsx';
import { named, text } from '../../text.ts';
import { when } from '../../time.ts';
import { flagTones, submissionTones } from '../../tones.ts';

interface Column {
  readonly head: string;
  readonly of: string;
  readonly cells: readonly { readonly value: number | null; readonly coverage: number; readonly flag: FlagNumber }[];
  readonly whole: number | null;
}

const kindOf = (point: Point, series: string): string =>
  point.series.find(({ id }) => id === series)?.kind ?? series.split('/')[1] ?? series;

const sum = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((whole, value) => whole + value, 0);
};

const columnsOf = (report: PointReport, point: Point): readonly Column[] => [
  ...report.totals.flatMap(({ series, unit: of, windows }): Column[] => [
    {
      head: text('report.volume'),
      of,
      cells: windows.map(({ volume, coverage, flag }) => ({ value: volume, coverage, flag })),
      whole: sum(windows.map(({ volume }) => volume)),
    },
    {
      head: text('report.meanFlow', { what: named('kind', kindOf(point, series)) }),
      of: 'L/s',
      cells: windows.map(({ meanLps, coverage, flag }) => ({ value: meanLps, coverage, flag })),
      whole: null,
    },
  ]),
  ...report.states.flatMap(({ series, unit: of, windows }): Column[] => {
    const name = named('kind', kindOf(point, series));
    const column = (word: string, pick: (window: (typeof windows)[number]) => number | null): Column => ({
      head: `${name}, ${word}`,
      of,
      cells: windows.map((window) => ({ value: pick(window), coverage: window.coverage, flag: window.flag })),
      whole: null,
    });
    return [
      column(text('report.mean'), ({ mean, sum: amount }) => mean ?? amount),
      column(text('report.min'), ({ min }) => min?.value ?? null),
      column(text('report.max'), ({ max }) => max?.value ?? null),
    ];
  }),
];

/** A cell that is not good says so, in as little room as a page of paper has. */
const Mark = ({ cell }: { readonly cell: Column['cells'][number] | undefined }) => {
  const tone = cell === undefined || cell.value === null ? 'good' : flagTones[cell.flag];
  if (cell === undefined || tone === 'good') return <span class="mark" />;
  const word = named('flag', String(cell.flag));
  return (
    <span class="mark" data-tone={tone} title={word}>
      <span aria-hidden="true">{marks[tone]}</span>
      <span class="hidden-visually">{word}</span>
    </span>
  );
};

/** Windows as rows, what was measured as columns; a cell of too little coverage says so. */
export const ReportTable = ({
  report,
  point,
  byHour,
}: {
  readonly report: PointReport;
  readonly point: Point;
  readonly byHour: boolean;
}) => {
  const columns = columnsOf(report, point);
  const rows = report.totals[0]?.windows ?? report.states[0]?.windows ?? [];
  return (
    <>
      <div class="scroll" tabIndex={0} role="region" aria-label={text('nav.reports')}>
        <table>
          <caption>{text('report.caption', { zone: report.zone })}</caption>
          <thead>
            <tr>
              <th scope="col">{text(byHour ? 'report.hour' : 'report.date')}</th>
              {columns.map(({ head, of }) => (
                <th key={head} scope="col" class="number">
                  {head} ({unit(of)})
                </th>
              ))}
              <th scope="col" class="number">
                {text('coverage')}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ start }, index) => {
              const coverage = Math.min(1, ...columns.map(({ cells }) => cells[index]?.coverage ?? 0));
              return (
                <tr key={start}>
                  <th scope="row">{when(Date.parse(start), byHour ? 'minute' : 'day')}</th>
                  {columns.map(({ head, cells }) => {
                    const cell = cells[index];
                    return (
                      <td key={head} class="number">
                        {number(cell?.value)} <Mark cell={cell} />
                      </td>
                    );
                  })}
                  <td class="number">{number(coverage * 100, 0)} %</td>
                </tr>
              );
            })}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{text('report.whole')}</th>
              {columns.map(({ head, whole }) => (
                <td key={head} class="number">
                  {whole === null ? '' : number(whole)}
                </td>
              ))}
              <td />
            </tr>
          </tfoot>
        </table>
      </div>
      {report.totals.some(({ unattributed }) => unattributed > 0) ? (
        <p class="hint">
          {report.totals
            .filter(({ unattributed }) => unattributed > 0)
            .map(({ unattributed, unit: of }) =>
              text('report.unattributed', { amount: `${number(unattributed)} ${unit(of)}` }),
            )
            .join(' ')}
        </p>
      ) : null}
      {report.submissions.map(({ obligation, target, work, states }) => (
        <p key={obligation} class="row">
          {named('target', target)} {work}:
          {Object.entries(states).map(([state, count]) => (
            <span key={state}>
              <Badge tone={submissionTones[state] ?? 'missing'}>{named('submission', state)}</Badge> {count}
            </span>
          ))}
        </p>
      ))}
    </>
  );
};
