import { ask } from '../ask.ts';
import { exitCodes, type Invocation } from '../command.ts';
import { requiredOption } from '../instant.ts';

export const run = async ({ values, out }: Invocation): Promise<number> => {
  const submission = requiredOption('submission', values['submission']);
  const receipt = requiredOption('receipt', values['receipt']);
  const { state } = await ask<{ state: string }>(values['config'] as string, 'enterReceipt', { submission, receipt });
  out(`${submission} is ${state}${state === 'accepted' ? '; its receipt will be read back' : ''}`);
  return exitCodes.ok;
};
