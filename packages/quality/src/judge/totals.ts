import type { Column } from '@caudal/core';
import { Rows } from './rows.ts';

/** Samples of a total between the counter and the rules after it: they wait until their increase is settled. */
export class Totals {
  readonly rows = new Rows(true);

  append(column: Column): void {
    this.rows.append(column);
  }

  /**
   * Increases that the counter settled now, by instant, with the flag of the decision; rows without one added nothing. The
   * findings are not asked: some of them come later, and how data were cut into chunks would show.
   */
  settle(length: number, time: Float64Array, increase: Float64Array, decided: Uint8Array): void {
    const { rows } = this;
    const target = rows.increase as Float64Array;
    let row = 0;
    for (let index = 0; index < length; index += 1) {
      const at = time[index] as number;
      if (row >= rows.length || (rows.time[row] as number) > at) row = rows.before(at);
      while (row < rows.length && (rows.time[row] as number) < at) row += 1;
      if (row >= rows.length || rows.time[row] !== at) continue;
      target[row] = increase[index] as number;
      rows.flag[row] = Math.max(rows.flag[row] as number, decided[index] as number);
    }
  }
}
