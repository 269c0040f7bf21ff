import { systemClock } from '@caudal/core';
import { exitCodes, type Invocation } from '../command.ts';
import { examine, type Finding } from '../examinations.ts';
import { readConfigFile } from '../read-config-file.ts';

const line = ({ state, name, message }: Finding) => `${state.padEnd(7)} ${name.padEnd(13)} ${message}`;

export const run = async ({ values, out }: Invocation): Promise<number> => {
  const read = await readConfigFile(values['config'] as string);
  const findings: Finding[] = [];
  for await (const finding of examine({ read, clock: systemClock, online: values['offline'] !== true })) {
    findings.push(finding);
    if (values['json'] !== true) out(line(finding));
  }
  if (values['json'] === true) out(JSON.stringify(findings));
  return findings.some(({ state }) => state === 'failed') ? exitCodes.failed : exitCodes.ok;
};
