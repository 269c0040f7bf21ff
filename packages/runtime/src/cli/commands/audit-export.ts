import { existsSync, rmSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { CaudalError, systemClock } from '@caudal/core';
import { loadConfigFile } from '../../config/load-config.ts';
import { databaseOf } from '../../config/places.ts';
import { resolveConfiguration } from '../../config/resolve.ts';
import { exportPackage } from '../../evidence/package/export-package.ts';
import { packFolder } from '../../evidence/package/folder.ts';
import type { Operations } from '../../operate/operations.ts';
import { openReadOnly } from '../../store/open-read-only.ts';
import { ask } from '../ask.ts';
import { exitCodes, type Invocation } from '../command.ts';
import { instantOption, requiredOption } from '../instant.ts';

const packed = '.tar.gz';

/** Reads beside the runtime; it is asked only to put the manifest's hash into the chain and to sign it. */
export const exportEvidence = async ({ values, out, err }: Invocation): Promise<number> => {
  const configPath = values['config'] as string;
  const work = requiredOption('work', values['work']);
  const from = instantOption('from', requiredOption('from', values['from'])) ?? 0;
  const to = instantOption('to', requiredOption('to', values['to'])) ?? 0;
  const into = resolve(requiredOption('into', values['into']));
  const refuse = (why: string): never => {
    throw new CaudalError('config', why, { sent: 'no' });
  };
  if (from >= to) return refuse('the span ends before it begins');
  if (into.endsWith(packed) && existsSync(into)) return refuse(`${into} is there already: nothing was written`);
  const config = await loadConfigFile(configPath);
  const { domain } = await resolveConfiguration(config);
  const targets = [...domain.obligations.values()].filter((one) => one.work.code === work).map(({ target }) => target);
  if (targets.length === 0) return refuse(`no obligation is about the work ${work}`);
  const folder = into.endsWith(packed) ? into.slice(0, -packed.length) : into;
  const at = systemClock.now();
  const { read, close } = await openReadOnly(databaseOf(config));
  try {
    const { submissions, head } = await exportPackage({
      read,
      work: { work, from, to, targets: [...new Set(targets)] },
      folder,
      at,
      seal: (manifest) =>
        ask<Awaited<ReturnType<Operations['sealEvidence']>>>(configPath, 'sealEvidence', { work, from, to, manifest }),
    });
    if (into !== folder) {
      await packFolder(folder, basename(folder), into, at);
      rmSync(folder, { recursive: true });
    }
    out(`${into}: ${submissions} submissions of ${work}; ${head === null ? 'not signed' : `signed by ${head.key}`}`);
    if (head === null)
      err('caudal audit export: no audit.key is configured, so the package proves only that it agrees with itself.');
    return exitCodes.ok;
  } finally {
    await close();
  }
};
