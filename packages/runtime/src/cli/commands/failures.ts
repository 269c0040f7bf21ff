import type { Failures } from '../../operate/failures.ts';
import { ask } from '../ask.ts';
import { exitCodes, type Invocation } from '../command.ts';
import { instantOption } from '../instant.ts';

export const run = async ({ values, out }: Invocation): Promise<number> => {
  const { obligation } = values;
  const [from, to] = [instantOption('from', values['from']), instantOption('to', values['to'])];
  const found = await ask<Failures>(values['config'] as string, 'failures', {
    ...(typeof obligation === 'string' ? { obligation } : {}),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  });
  if (values['json'] === true) out(JSON.stringify(found));
  else if (found.length === 0) out('no slot passed its maximum lag');
  for (const { target, slots, draft } of values['json'] === true ? [] : found) {
    out(`${target}: ${slots.length} slots passed their maximum lag`);
    for (const { work, slot, reason } of slots) out(`  ${work} ${new Date(slot).toISOString()}: ${reason ?? ''}`);
    if (draft !== null) out(['', `To: ${draft.to}`, `Subject: ${draft.subject}`, '', draft.text].join('\n'));
  }
  return exitCodes.ok;
};
