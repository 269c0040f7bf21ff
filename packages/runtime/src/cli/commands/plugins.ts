import { dirname, resolve } from 'node:path';
import { type Installed, installedPlugins } from '../author/installed-plugins.ts';
import { exitCodes, type Invocation } from '../command.ts';

const conformance = ({ conformance: report }: Installed): string =>
  report === undefined ? 'no report' : `${report.passed} passed, ${report.skipped} skipped, ${report.failed} failed`;

const line = (one: Installed): string =>
  one.plugins.length === 0
    ? `${one.package}@${one.version}  ${one.problem ?? ''}`
    : one.plugins
        .map(
          ({ kind, id, spec, fits }) =>
            `${kind.padEnd(10)} ${id.padEnd(14)} ${one.package}@${one.version}  ${spec}${fits ? '' : ' (not known to this runtime)'}  conformance: ${conformance(one)}`,
        )
        .join('\n');

/** Reads manifests only: no plugin is run. */
export const run = ({ values, out }: Invocation): Promise<number> => {
  const found = installedPlugins(dirname(resolve(values['config'] as string)));
  if (values['json'] === true) out(JSON.stringify(found));
  else out(found.length === 0 ? 'no installed package says that it is a plugin of Caudal' : found.map(line).join('\n'));
  const unfit = found.some(({ problem, plugins }) => problem !== undefined || plugins.some(({ fits }) => !fits));
  return Promise.resolve(unfit ? exitCodes.failed : exitCodes.ok);
};
