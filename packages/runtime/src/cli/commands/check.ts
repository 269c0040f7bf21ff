import { isError, mistakeText } from '../../config/mistake.ts';
import { exitCodes, type Invocation } from '../command.ts';
import { readConfigFile } from '../read-config-file.ts';
import { type Tried, tryCredentials } from '../try-credentials.ts';

const line = ({ ok, kind, name, message }: Tried) =>
  `${ok ? 'ok    ' : 'failed'} ${kind.padEnd(8)} ${name}: ${message}`;

export const run = async ({ values, out, err }: Invocation): Promise<number> => {
  const read = await readConfigFile(values['config'] as string);
  if (read.config === undefined || read.domain === undefined) {
    for (const mistake of read.mistakes.filter(isError)) {
      err(read.config === undefined ? mistake.message : mistakeText(mistake, process.cwd()));
    }
    err('caudal check: the configuration has mistakes; nothing was tried.');
    return exitCodes.failed;
  }
  const tried: Tried[] = [];
  for await (const one of tryCredentials(read.config, read.options, read.domain, 'all')) {
    tried.push(one);
    if (values['json'] !== true) out(line(one));
  }
  if (values['json'] === true) out(JSON.stringify(tried));
  return tried.every(({ ok }) => ok) ? exitCodes.ok : exitCodes.failed;
};
