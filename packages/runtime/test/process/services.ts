import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRedactor, type DataFile, secretResolver } from '@caudal/core';
import { tago } from '@caudal/provider-tago';
import type { RuntimeConfig } from '@caudal/runtime';
import { stringify } from 'yaml';
import { databaseOf, logFilesIn } from '../../src/config/places.ts';
import { resolveConfiguration } from '../../src/config/resolve.ts';
import { openKept } from '../../src/kept/index.ts';
import { createLog } from '../../src/observe/create-log.ts';
import { createEvents } from '../../src/observe/events.ts';
import { assemble } from '../../src/assemble.ts';
import { createProcessor } from '../../src/process/processor.ts';
import type { Services } from '../../src/services.ts';
import { openStore } from '../../src/store/index.ts';

/** What the stages of a runtime share, without the stages: one of them can be stepped by hand. */
export interface OpenServices extends Services {
  /** Processes until no raw record and no point waits. Rejects with what a step rejected with. */
  processAll(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a real store in `folder` and everything else a processor of TagoIO's records needs. Errors go to `caudal.log` there. */
export const openServices = async (
  folder: string,
  data: DataFile,
  clock: Services['clock'],
  changed: Partial<RuntimeConfig> = {},
  wake: Services['wake'] = () => undefined,
): Promise<OpenServices> => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'data.yaml'), stringify(data));
  const config: RuntimeConfig = {
    database: join(folder, 'caudal.db'),
    data: [join(folder, 'data.yaml')],
    providers: { tago: tago({ baseUrl: 'http://127.0.0.1:9' }) },
    log: { console: false, level: 'error' },
    clock,
    ...changed,
  };
  const { options, domain, data: files } = await resolveConfiguration(config);
  const redact = createRedactor();
  const secret = secretResolver((value) => redact.add(value), {});
  const log = createLog(options.log, logFilesIn(folder), redact, clock);
  const store = await openStore({ path: databaseOf(config), clock });
  const events = createEvents((thrown) => {
    throw thrown;
  });
  const kept = await openKept({ config, data: files, domain, store, clock }).catch(async (thrown: unknown) => {
    await Promise.all([store.close(), log.close()]);
    throw thrown;
  });
  const services = assemble({ config, options, kept, clock, redact, secret, log, events, store, wake });
  const processor = createProcessor(services, config.rules);
  const never = new AbortController().signal;
  // Not a copy: what is current is asked for each time.
  return Object.assign(services, {
    async processAll() {
      while (await processor.step(never));
    },
    async close() {
      await store.close();
      await log.close();
    },
  });
};
