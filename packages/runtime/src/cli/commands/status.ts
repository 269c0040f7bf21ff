import type { Status } from '../../operate/status.ts';
import { ask } from '../ask.ts';
import { exitCodes, type Invocation } from '../command.ts';
import { statusLines } from '../status-lines.ts';

export const run = async ({ values, out }: Invocation): Promise<number> => {
  const status = await ask<Status>(values['config'] as string, 'status', null);
  out(values['json'] === true ? JSON.stringify(status) : statusLines(status).join('\n'));
  return status.ready ? exitCodes.ok : exitCodes.failed;
};
