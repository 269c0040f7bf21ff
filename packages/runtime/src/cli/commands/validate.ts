import { isError, type Mistake, mistakeText } from '../../config/mistake.ts';
import { exitCodes, type Invocation } from '../command.ts';
import { count } from '../count.ts';
import { type ConfigFile, readConfigFile } from '../read-config-file.ts';

/** A file that can not be run is named in its own sentence. */
const text = (mistake: Mistake, read: ConfigFile) =>
  read.config === undefined ? mistake.message : mistakeText(mistake, process.cwd());

const contents = (read: ConfigFile): string => {
  if (read.config === undefined || read.domain === undefined) return '';
  const { points, devices, obligations, people } = read.domain;
  return [
    count(points.size, 'point'),
    count(devices.size, 'device'),
    count(obligations.size, 'obligation'),
    count(people.size, 'person', 'people'),
  ].join(', ');
};

export const run = async ({ values, out }: Invocation): Promise<number> => {
  const read = await readConfigFile(values['config'] as string);
  const errors = read.mistakes.filter(isError).length;
  const warnings = read.mistakes.length - errors;
  if (values['json'] === true) {
    out(JSON.stringify({ valid: errors === 0, mistakes: read.mistakes }));
  } else {
    for (const mistake of read.mistakes) out(text(mistake, read));
    const warned = warnings === 0 ? '' : `, ${count(warnings, 'warning')}`;
    out(errors === 0 ? `valid${warned}: ${contents(read)}` : `${count(errors, 'mistake')}${warned}`);
  }
  return errors === 0 ? exitCodes.ok : exitCodes.failed;
};
