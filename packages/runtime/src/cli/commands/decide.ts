import { ask } from '../ask.ts';
import { exitCodes, type Invocation } from '../command.ts';
import { requiredOption } from '../instant.ts';

export const run = async ({ values, out }: Invocation): Promise<number> => {
  const submission = requiredOption('submission', values['submission']);
  const { state } = await ask<{ state: string }>(values['config'] as string, 'decideUnknown', {
    submission,
    as: requiredOption('as', values['as']),
    because: requiredOption('because', values['because']),
  });
  out(`${submission} is ${state}`);
  return exitCodes.ok;
};
