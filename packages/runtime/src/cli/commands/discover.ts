import { CaudalError, type Discovered } from '@caudal/core';
import { refOf } from '../../collect/read.ts';
import { type OpenProvider, withProvider } from '../author/open-provider.ts';
import { proposeBindings } from '../author/propose-bindings.ts';
import { exitCodes, type Invocation } from '../command.ts';

const time = (instant: number | undefined) => (instant === undefined ? 'never' : new Date(instant).toISOString());

const find = async ({ provider, domain }: OpenProvider, device: string | undefined, signal: AbortSignal) => {
  const { instance, name } = provider;
  if (instance.discover === undefined)
    throw new CaudalError('unsupported', `${name} can not be asked what it has`, { sent: 'no' });
  const mine = [...domain.devices.values()].filter((one) => one.provider === name);
  const asked = device === undefined ? mine : mine.filter(({ id }) => id === device);
  if (device !== undefined && asked.length === 0)
    throw new CaudalError(
      'config',
      `${name} has no device ${device}; there are ${mine.map(({ id }) => id).join(', ')}`,
      {
        sent: 'no',
      },
    );
  const devices = asked.map((one) => refOf(one, one.wanted));
  return { found: await instance.discover({ devices, signal }), mine };
};

const deviceLines = ({ devices }: Discovered, known: ReadonlySet<string>) =>
  devices.map(
    ({ externalId, name, lastContact }) =>
      `${known.has(externalId) ? 'configured' : 'new       '} ${externalId}  ${name ?? ''}  last contact ${time(lastContact)}`,
  );

export const run = async ({ values, out }: Invocation): Promise<number> =>
  withProvider(
    values['config'] as string,
    values['instance'] as string | undefined,
    async (open, signal): Promise<number> => {
      const { found, mine } = await find(open, values['device'] as string | undefined, signal);
      if (values['json'] === true) {
        out(open.redact.text(JSON.stringify(found)));
        return exitCodes.ok;
      }
      const ids = new Map(mine.map(({ externalId, id }) => [externalId, id]));
      const lines = [
        ...deviceLines(found, new Set(ids.keys())),
        ...(found.variables.length === 0 ? [] : ['', proposeBindings(found, (externalId) => ids.get(externalId))]),
      ];
      out(open.redact.text(lines.length === 0 ? 'nothing was found' : lines.join('\n')));
      return exitCodes.ok;
    },
  );
