import { join } from 'node:path';
import { dga } from '@caudal/compliance-dga';
import type { Clock } from '@caudal/core';
import { email } from '@caudal/notifier-email';
import { novus } from '@caudal/provider-novus';
import { tago } from '@caudal/provider-tago';
import { defineRuntime } from '@caudal/runtime';
import type { World } from './world.ts';

const minute = 60_000;

/** The configuration of the demo: as a user's `caudal.config.ts`, except that addresses are those of the simulators. */
export const demoConfig = (world: World, folder: string, clock: Clock) =>
  defineRuntime({
    database: join(folder, 'caudal.db'),
    data: [join(import.meta.dirname, 'data')],
    providers: {
      tago: tago({ baseUrl: world.tago.url }),
      novus: novus({ logger: 'logbox-3g', baseUrl: world.tago.url }),
    },
    targets: { dga: dga({ rutEmpresa: '77555666-8', baseUrl: world.dga.url }) },
    notifiers: {
      mail: email({ host: world.smtp.host, port: world.smtp.port, allowPlaintext: true, from: 'caudal@example.org' }),
    },
    http: { port: 0 },
    log: { console: false },
    // A clock that jumps from task to task makes every tick cost real time: fewer of them are enough for a day of hourly slots.
    collect: { tickMs: 5 * minute },
    process: { idleMs: 10 * minute },
    comply: { tickMs: 2 * minute },
    notify: { tickMs: 2 * minute },
    maintain: { tickMs: 5 * minute },
    clock,
  });
