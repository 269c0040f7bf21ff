import { ask } from '../ask.ts';
import { exitCodes, type Invocation } from '../command.ts';
import { scopeOptions } from '../scope-options.ts';

export const run = async ({ values, out }: Invocation): Promise<number> => {
  const because = values['because'];
  const input = { ...scopeOptions(values), ...(typeof because === 'string' ? { because } : {}) };
  const { scope, changed } = await ask<{ scope: string; changed: boolean }>(
    values['config'] as string,
    'resumeSends',
    input,
  );
  out(changed ? `sends of ${scope} go again` : `sends of ${scope} were not stopped`);
  return changed ? exitCodes.ok : exitCodes.failed;
};
