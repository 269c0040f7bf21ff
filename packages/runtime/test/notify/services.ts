import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { DataFile } from '@caudal/core';
import type { RuntimeConfig } from '@caudal/runtime';
import { type VirtualClock, virtualClock } from '@caudal/testkit';
import { createNotifier } from '../../src/notify/notifier.ts';
import type { NewAlert } from '../../src/store/rows.ts';
import { openServices } from '../process/services.ts';

export const start = Date.UTC(2026, 2, 1, 12);
export const minute = 60_000;

export const alertOf = (changed: Partial<NewAlert> = {}): NewAlert => ({
  event: 'submission.rejected',
  rule: 'comply',
  subject: 'obligation:dga',
  point: null,
  severity: 'critical',
  openedAt: start,
  facts: { work: 'OB-0101-114', reason: 'formato' },
  ...changed,
});

/** The notify stage over a real store, stepped by hand on a virtual clock. */
export const openNotify = async (
  data: DataFile,
  {
    secrets = {},
    ...config
  }: Omit<Partial<RuntimeConfig>, 'secrets'> & { readonly secrets?: Readonly<Record<string, string>> },
  clock: VirtualClock = virtualClock(start),
) => {
  const folder = mkdtempSync(join(tmpdir(), 'caudal-notify-'));
  Object.assign(process.env, secrets);
  const services = await openServices(folder, data, clock, {
    log: { console: false, level: 'debug' },
    ...config,
    notify: { groupMs: 0, ...config.notify },
  });
  const stage = createNotifier(services);
  onTestFinished(async () => {
    await stage.finish?.(AbortSignal.abort(new Error('the test is over')));
    await services.close();
    for (const name of Object.keys(secrets)) delete process.env[name];
    rmSync(folder, { recursive: true, force: true });
  });
  const started = () => stage.step(new AbortController().signal);
  return {
    services,
    clock,
    log: join(folder, 'caudal.log'),
    /** Composes what is new and starts sending what is due. */
    started,
    /** The same, and waits until every send has ended. */
    step: async () => {
      await started();
      await stage.finish?.(new AbortController().signal);
    },
    raise: (...alerts: readonly NewAlert[]) => services.store.write.changeAlerts({ open: alerts, close: [] }),
    notices: () => services.store.read.notices(100),
  };
};
