import type { Column, Finding } from '@caudal/core';
import { Rows } from './rows.ts';

/** Samples of a total between the counter and the rules after it: they wait until their increase is settled. */
export class Totals {
  readonly rows = new Rows(true);

  append(column: Column): void {
    this.rows.append(column);
  }

  /** Increases that the counter settled now, by instant; rows without one added nothing. */
  settle(length: number, time: Float64Array, increase: Float64Array): void {
    const { rows } = this;
    const target = rows.increase as Float64Array;
    let row = 0;
    for (let index = 0; index < length; index += 1) {
      const at = time[index] as number;
      if (row >= rows.length || (rows.time[row] as number) > at) row = rows.before(at);
      while (row < rows.length && (rows.time[row] as number) < at) row += 1;
      if (row < rows.length && rows.time[row] === at) target[row] = increase[index] as number;
    }
  }

  /** What the counter said is seen by the rules after it. */
  flag(findings: readonly Finding[]): void {
    const { rows } = this;
    for (const { from, to, flag, status } of findings) {
      if (flag < 3 || status === 'provisional') continue;
      for (let row = rows.before(from); row < rows.length && (rows.time[row] as number) <= to; row += 1) {
        rows.flag[row] = Math.max(rows.flag[row] as number, flag);
      }
    }
  }
}
