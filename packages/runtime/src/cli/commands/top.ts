import { systemClock } from '@caudal/core';
import type { Now } from '../../operate/now.ts';
import { ask } from '../ask.ts';
import { exitCodes, type Invocation } from '../command.ts';
import { stopSignal } from '../stop-signal.ts';
import { ratesOf, topLines } from '../top-lines.ts';

/** Clears a terminal and goes to its upper left corner. */
const clear = '\u001B[2J\u001B[H';

export const run = async ({ values, out, err }: Invocation): Promise<number> => {
  const seconds = Number(values['every'] ?? 2);
  if (!Number.isFinite(seconds) || seconds <= 0 || seconds > 3_600) {
    err('caudal top: --every is a number of seconds, up to 3600.');
    return exitCodes.usage;
  }
  const look = () => ask<Now>(values['config'] as string, 'now', null);
  using stop = stopSignal();
  const live = process.stdout.isTTY && values['json'] !== true && values['once'] !== true;
  let before = await look();
  while (!stop.signal.aborted) {
    await systemClock.sleep(seconds * 1000, stop.signal).catch(() => undefined);
    if (stop.signal.aborted) break;
    const after = await look();
    if (values['json'] === true) out(JSON.stringify({ ...after, rates: ratesOf(before, after) }));
    else out(`${live ? clear : ''}${topLines(before, after).join('\n')}`);
    if (values['once'] === true) break;
    before = after;
  }
  return exitCodes.ok;
};
