import { ask } from '../ask.ts';
import { exitCodes, type Invocation } from '../command.ts';
import { instantOption } from '../instant.ts';

export const run = async ({ values, out, err }: Invocation): Promise<number> => {
  const named = (['point', 'device', 'instance'] as const).filter((name) => values[name] !== undefined);
  if (named.length === 0 && values['failed'] !== true) {
    err('caudal reprocess: say what: --point, --device, --instance or --failed.');
    return exitCodes.usage;
  }
  const from = instantOption('from', values['from']);
  const to = instantOption('to', values['to']);
  const { records, points } = await ask<{ records: number; points: number }>(values['config'] as string, 'reprocess', {
    ...Object.fromEntries(named.map((name) => [name, values[name]])),
    ...(values['failed'] === true ? { status: ['FAILED'] } : {}),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  });
  out(
    `${records} raw records will be read again${points === 0 ? '' : `, and ${points} point judged anew`}; what values were before stays as revisions`,
  );
  return exitCodes.ok;
};
