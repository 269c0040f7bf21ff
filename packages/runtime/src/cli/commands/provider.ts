import type { ProviderNow } from '../../operate/providers.ts';
import { ask } from '../ask.ts';
import { exitCodes, type Invocation } from '../command.ts';
import { requiredOption } from '../instant.ts';

const time = (instant: number | null) => (instant === null ? 'never' : new Date(instant).toISOString());

const list = async ({ values, out }: Invocation): Promise<number> => {
  const all = await ask<readonly ProviderNow[]>(values['config'] as string, 'providers', null);
  if (values['json'] === true) out(JSON.stringify(all));
  else
    out(
      all
        .map(({ instance, plugin, mode, devices, lastContact, lastTrouble }) =>
          [
            `${instance}  ${plugin}  ${mode}  ${devices} devices  last heard ${time(lastContact)}`,
            ...(lastTrouble === null
              ? []
              : [`  last trouble ${time(lastTrouble.at)} ${lastTrouble.device}: ${lastTrouble.message}`]),
          ].join('\n'),
        )
        .join('\n') || 'none',
    );
  return exitCodes.ok;
};

const modes: ReadonlySet<string> = new Set(['on', 'off', 'testing']);

export const run = async (invocation: Invocation): Promise<number> => {
  const { values, words, out, err } = invocation;
  const [act = '', instance, ...more] = words;
  if (act === 'list' && instance === undefined) return list(invocation);
  if (!modes.has(act) || instance === undefined || more.length > 0) {
    err('caudal provider: list, or on|off|testing <instance>.');
    return exitCodes.usage;
  }
  const because = requiredOption('because', values['because']);
  const { changed } = await ask<{ changed: boolean }>(values['config'] as string, 'switchProvider', {
    instance,
    mode: act,
    because,
  });
  out(changed ? `${instance} is ${act}` : `${instance} was ${act} already`);
  return exitCodes.ok;
};
