import { ask } from '../ask.ts';
import { exitCodes, type Invocation } from '../command.ts';
import { requiredOption } from '../instant.ts';
import { scopeOptions } from '../scope-options.ts';

export const run = async ({ values, out }: Invocation): Promise<number> => {
  const because = requiredOption('because', values['because']);
  const input = { ...scopeOptions(values), because };
  const { scope, changed } = await ask<{ scope: string; changed: boolean }>(
    values['config'] as string,
    'pauseSends',
    input,
  );
  out(
    changed
      ? `sends of ${scope} are stopped until they are resumed; deadlines still run`
      : `sends of ${scope} were stopped already`,
  );
  return exitCodes.ok;
};
