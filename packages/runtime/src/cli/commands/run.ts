import { loadConfigFile } from '../../config/load-config.ts';
import type { RuntimeConfig } from '../../config/define.ts';
import { createRuntime } from '../../main.ts';
import type { Role } from '../../roles/roles.ts';
import { exitCodes, type Invocation } from '../command.ts';

/** What is no role is named by the check of the configuration. */
const withRoles = (config: RuntimeConfig, given: string | boolean | undefined): RuntimeConfig =>
  typeof given === 'string' ? { ...config, roles: given.split(',').map((role) => role.trim() as Role) } : config;

export const run = async ({ values, err }: Invocation): Promise<number> => {
  const runtime = await createRuntime(withRoles(await loadConfigFile(values['config'] as string), values['roles']));
  await runtime.start();
  if (runtime.url !== null) {
    err(`caudal: health and metrics at ${runtime.url}/health/ready and ${runtime.url}/metrics`);
    const token = await runtime.firstAdminToken();
    // To the terminal alone: a log is kept, and read by others.
    if (token !== null)
      err(
        `caudal: there is no user yet. Become the administrator within a day, once, at ${runtime.url}/#/setup/${token}`,
      );
  }
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  err('caudal: stopping; what is under way ends first');
  await runtime.stop();
  return exitCodes.ok;
};
