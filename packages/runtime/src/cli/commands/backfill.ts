import { ask } from '../ask.ts';
import { exitCodes, type Invocation } from '../command.ts';
import { instantOption, requiredOption } from '../instant.ts';

export const run = async ({ values, out }: Invocation): Promise<number> => {
  const point = requiredOption('point', values['point']);
  const from = instantOption('from', requiredOption('from', values['from']));
  const to = instantOption('to', requiredOption('to', values['to']));
  const { reads } = await ask<{ reads: number }>(values['config'] as string, 'backfill', {
    point,
    from,
    to,
  });
  out(`${reads} reads planned for ${point}; they go behind everything that is happening now`);
  return exitCodes.ok;
};
