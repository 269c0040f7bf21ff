import type { DryRun } from '../../operate/dry-run.ts';
import { ask } from '../ask.ts';
import { exitCodes, type Invocation } from '../command.ts';
import { instantOption, requiredOption } from '../instant.ts';

export const run = async ({ values, out, err }: Invocation): Promise<number> => {
  if (values['dry-run'] !== true) {
    err(
      'caudal submit: only --dry-run exists: the runtime alone sends, by the calendar and the rules of the regulator.',
    );
    return exitCodes.usage;
  }
  const obligation = requiredOption('obligation', values['obligation']);
  const slot = instantOption('slot', requiredOption('slot', values['slot']));
  const dry = await ask<DryRun>(values['config'] as string, 'dryRun', { obligation, slot });
  for (const { path, message, severity } of dry.issues) err(`${severity ?? 'error'} ${path} ${message}`);
  if (dry.artifact === null) {
    err(`caudal submit: nothing to send: ${dry.reason ?? dry.state}`);
    return exitCodes.failed;
  }
  const { method, url, headers, body } = dry.artifact;
  out(
    [
      `${method} ${url}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      '',
      body,
      '',
      `sha256 ${dry.hash ?? ''}`,
    ].join('\n'),
  );
  return exitCodes.ok;
};
