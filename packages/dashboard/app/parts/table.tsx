import type { ComponentChildren } from 'preact';
import { text } from '../text.ts';

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => ComponentChildren;
  readonly numeric?: boolean;
}

/** Rows under a caption that says what they are. */
export const Table = <Row,>({
  caption,
  columns,
  rows,
  rowKey,
  more,
}: {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** Loads the next page; absent when there is none. */
  readonly more?: (() => void) | undefined;
}) => (
  <>
    <div class="scroll" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <caption class="hidden-visually">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ head, numeric }) => (
              <th key={head} scope="col" class={numeric ? 'number' : ''}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map(({ head, cell, numeric }) => (
                <td key={head} class={numeric ? 'number' : ''}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
    {rows.length === 0 ? <p class="quiet">{text('nothingHere')}</p> : null}
    {more === undefined ? null : (
      <p>
        <button type="button" onClick={more}>
          {text('more')}
        </button>
      </p>
    )}
  </>
);
