import { join } from 'node:path';
import { CaudalError, parseInstant } from '@caudal/core';
import { withProvider } from '../author/open-provider.ts';
import { recordCases } from '../author/record-cases.ts';
import { exitCodes, type Invocation } from '../command.ts';

const instant = (option: string, value: unknown): number | undefined => {
  if (value === undefined) return undefined;
  const at = parseInstant(value as string);
  if (at === undefined)
    throw new CaudalError('config', `--${option} is an instant with zone, 2026-01-01T00:00:00-04:00`, { sent: 'no' });
  return at;
};

export const run = async ({ values, out, err }: Invocation): Promise<number> => {
  const [device, name] = [values['device'] as string | undefined, values['name'] as string | undefined];
  if (device === undefined || name === undefined || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) {
    err('caudal record: say --device and --name, such as --name counter-rolls-over.');
    return exitCodes.usage;
  }
  const from = instant('from', values['from']);
  const to = instant('to', values['to']);
  if ((from === undefined) !== (to === undefined)) {
    err('caudal record: --from and --to belong together.');
    return exitCodes.usage;
  }
  const into = (values['into'] as string | undefined) ?? join('test', 'cases');
  const window = from === undefined || to === undefined ? undefined : { from, to };
  const written = await withProvider(
    values['config'] as string,
    values['instance'] as string | undefined,
    async (open, signal) =>
      recordCases(open, { device, name, into, window, why: values['why'] as string | undefined }, signal),
  );
  for (const folder of written) out(folder);
  err('Read them before you commit: what is private beside the secrets (names, places, ids) is for you to see.');
  return exitCodes.ok;
};
