import { join } from 'node:path';
import { dga } from '@caudal/compliance-dga';
import { sma } from '@caudal/compliance-sma';
import type { Clock } from '@caudal/core';
import { email } from '@caudal/notifier-email';
import { twilio } from '@caudal/notifier-sms';
import { webhook } from '@caudal/notifier-webhook';
import { http, presets } from '@caudal/provider-http';
import { manual } from '@caudal/provider-manual';
import { mqtt } from '@caudal/provider-mqtt';
import { nettra } from '@caudal/provider-nettra/thethings';
import { novus } from '@caudal/provider-novus';
import { tago } from '@caudal/provider-tago';
import { tdata } from '@caudal/provider-tdata';
import { thethings } from '@caudal/provider-thethings';
import { thingsboard } from '@caudal/provider-thingsboard';
import { thingsio } from '@caudal/provider-thingsio';
import { defineRuntime } from '@caudal/runtime';
import type { Addresses } from './world.ts';

const minute = 60_000;
/** A sign of life a minute would be most of what happens on a clock that runs ahead. */
const keepAliveMs = 30 * minute;
const login = { type: 'login', username: 'reader@example.com', password: 'env:DEMO_READER_PASSWORD' } as const;

/** The configuration of the demo: as a user's `caudal.config.ts`, except that addresses are those of the simulators. */
export const demoConfig = (addresses: Addresses, folder: string, clock: Clock) =>
  defineRuntime({
    database: join(folder, 'caudal.db'),
    data: [join(import.meta.dirname, 'data')],
    providers: {
      tago: tago({ baseUrl: addresses.tagoio }),
      novus: novus({ logger: 'logbox-3g', baseUrl: addresses.tagoio }),
      thingsboard: thingsboard({ baseUrl: addresses.thingsboard, auth: login, subscribe: { keepAliveMs } }),
      tdata: tdata({ baseUrl: addresses.tdata, auth: login }),
      thethings: thethings({ baseUrl: addresses.thethings, stream: { keepAliveMs } }),
      thingsio: thingsio({ baseUrl: addresses.thethings, stream: { keepAliveMs } }),
      nettra: nettra({ baseUrl: addresses.thethings, stream: { keepAliveMs } }),
      // Any vendor by configuration alone; here one that answers as TagoIO does.
      'river-cloud': http({ ...presets.tagoio, baseUrl: addresses.riverCloud }),
      mqtt: mqtt({ url: addresses.broker, clientId: 'caudal-demo', topics: [{ format: { type: 'novus-logbox' } }] }),
      manual: manual(),
    },
    targets: {
      dga: dga({ rutEmpresa: '77555666-8', baseUrl: addresses.dga }),
      sma: sma({ baseUrl: addresses.sma }),
    },
    notifiers: {
      mail: email({ host: '127.0.0.1', port: addresses.smtp, allowPlaintext: true, from: 'caudal@example.org' }),
      sms: twilio({
        accountSid: `AC${'0'.repeat(32)}`,
        authToken: 'env:DEMO_TWILIO_TOKEN',
        from: '+15005550006',
        baseUrl: addresses.twilio,
      }),
      hook: webhook({ url: addresses.hook, secrets: ['env:DEMO_HOOK_SECRET'] }),
    },
    http: { port: 0 },
    log: { console: false },
    // A clock that jumps from task to task makes every tick cost real time: fewer of them are enough for a day of hourly slots.
    collect: { tickMs: 5 * minute, leaseSeconds: 1800 },
    process: { idleMs: 10 * minute, advanceMs: 10 * minute },
    comply: { tickMs: 5 * minute },
    notify: { tickMs: 5 * minute },
    maintain: { tickMs: 10 * minute },
    clock,
  });
