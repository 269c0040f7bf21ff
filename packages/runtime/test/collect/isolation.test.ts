import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, closedObject, configured, defineProvider, schemaOf } from '@caudal/core';
import { createRuntime, type Runtime } from '@caudal/runtime';
import { settled, virtualClock } from '@caudal/testkit';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';

const minute = 60_000;
const start = Date.UTC(2026, 0, 15, 12);
const slot = 5 * minute;

/** Answers after a third of a second with the value of the slot it is in; some devices never answer and do not listen. */
const vendor = (clock: Clock, asked: Map<string, number[]>, hangs: (device: string) => boolean) =>
  configured(
    defineProvider({
      id: 'vendor',
      version: '1.0.0',
      config: schemaOf(closedObject({})),
      device: schemaOf(closedObject({})),
      variable: schemaOf(closedObject({})),
      capabilities: { pull: { scope: 'device', by: 'time', range: false, maxLimit: 10 }, limits: [] },
      create: () => ({
        async pull({ devices, signal }) {
          const device = devices[0]?.externalId ?? '';
          asked.set(device, [...(asked.get(device) ?? []), clock.now()]);
          if (hangs(device)) await new Promise(() => undefined);
          await clock.sleep(333, signal);
          const at = Math.floor(clock.now() / slot) * slot;
          return { records: [{ body: Buffer.from(`${device} ${at}`), envelope: { channel: 'pull' } }] };
        },
        check: async () => ({ ok: true, message: 'works' }),
        decode({ body }) {
          const [device = '', at = ''] = Buffer.from(body).toString().split(' ');
          return { readings: [{ device, variable: 'flow', at: Number(at), value: 1, raw: '1' }], problems: [] };
        },
      }),
    }),
    {},
  );

test(
  'of two hundred devices none misses a slot because another device, or whole vendors, hang',
  { timeout: 600_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'caudal-isolation-'));
    let runtime: Runtime | undefined;
    const clock = virtualClock(start, {
      async idle() {
        do await settled();
        while (runtime?.busy === true);
      },
    });
    const asked = new Map<string, number[]>();
    const instances = ['north', 'south', 'mixed', 'dead', 'gone'];
    const devices = instances.flatMap((provider) =>
      Array.from({ length: 40 }, (_, index) => ({
        id: `${provider}-${index}`,
        provider,
        externalId: `${provider}-${index}`,
        pollMinutes: 5,
      })),
    );
    const hangs = (device: string) => device === 'mixed-7' || device.startsWith('dead-') || device.startsWith('gone-');
    writeFileSync(
      join(folder, 'data.yaml'),
      stringify({
        points: devices.map(({ id }) => ({ id: `p-${id}`, name: id, kind: 'well', series: { flow: {} } })),
        devices,
        bindings: devices.map(({ id }) => ({ device: id, variable: 'flow', series: `p-${id}/flow` })),
      }),
    );
    runtime = await createRuntime({
      database: join(folder, 'caudal.db'),
      data: [join(folder, 'data.yaml')],
      providers: Object.fromEntries(instances.map((name) => [name, vendor(clock, asked, hangs)])),
      http: { enabled: false },
      log: { console: false },
      process: { idleMs: 10 * minute },
      comply: { tickMs: 10 * minute },
      notify: { tickMs: 10 * minute },
      maintain: { tickMs: 10 * minute },
      drainSeconds: 1,
      clock,
    });
    try {
      await runtime.start();
      await clock.advance(31 * minute);
      const healthy = devices.map(({ id }) => id).filter((id) => !hangs(id));
      expect(healthy).toHaveLength(119);
      const slots = Array.from({ length: 7 }, (_, index) => start + index * slot);
      for (const id of healthy) {
        const rows = await runtime.query.values({ series: [`p-${id}/flow`], from: start, to: start + 31 * minute });
        expect({ id, slots: rows.map(({ at }) => at) }).toEqual({ id, slots });
      }
      // The one that hangs is tried again, ever more rarely, and its neighbours go on meanwhile.
      const tries = asked.get('mixed-7') ?? [];
      expect(tries.length).toBeGreaterThan(2);
      expect(tries.length).toBeLessThan(8);
      const { alerts, ready } = await runtime.query.status();
      expect(ready).toBe(true);
      expect(alerts.filter(({ event }) => event === 'system')).toEqual([]);
    } finally {
      await runtime.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
