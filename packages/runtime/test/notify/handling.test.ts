import { expect, onTestFinished, test } from 'vitest';
import type { DataFile } from '@caudal/core';
import { email } from '@caudal/notifier-email';
import type { RuntimeConfig } from '@caudal/runtime';
import { startSmtp } from '@caudal/simulators';
import { virtualClock } from '@caudal/testkit';
import { createNotifier } from '../../src/notify/notifier.ts';
import { createMaintainer } from '../../src/schedule/maintainer.ts';
import { createOperations } from '../../src/operate/operations.ts';
import { processed } from '../store/rows.ts';
import { alertOf, minute, openNotify, start } from './services.ts';

const data: DataFile = {
  points: [{ id: 'well', name: 'Well', kind: 'well', series: { level: {} } }],
  devices: Array.from({ length: 500 }, (_, index) => ({
    id: `logger-${index}`,
    provider: 'tago',
    externalId: `x${index}`,
  })),
  people: ['ana', 'bob'].map((id) => ({ id, name: id, addresses: { mail: { email: `${id}@example.org` } } })),
  subscriptions: [
    { person: 'ana', events: ['*'], channels: ['mail'] },
    { person: 'bob', events: ['*'], channels: ['mail'], afterMinutes: 30 },
  ],
};

const world = async (config: Omit<Partial<RuntimeConfig>, 'secrets'> = {}) => {
  const clock = virtualClock(start);
  const mailbox = await startSmtp({ clock });
  onTestFinished(() => mailbox.close());
  const opened = await openNotify(
    data,
    {
      notifiers: {
        mail: email({ host: mailbox.host, port: mailbox.port, allowPlaintext: true, from: 'caudal@example.org' }),
      },
      ...config,
    },
    clock,
  );
  const never = new AbortController().signal;
  return {
    ...opened,
    operations: createOperations(opened.services, 'carla'),
    /** Another notifier over the same store, as after a restart, steps each minute. */
    pass: async (minutes: number) => {
      for (let passed = 0; passed < minutes; passed += 1) {
        await clock.advance(minute);
        const stage = createNotifier(opened.services);
        await stage.step(never);
        await stage.finish?.(never);
      }
    },
    told: () => mailbox.mails.map(({ to, subject }) => `${to[0] ?? ''} ${subject}`),
    mailbox,
  };
};

const openOnly = async (services: Awaited<ReturnType<typeof world>>['services']) => {
  const [alert] = await services.store.read.openAlerts({ limit: 1 });
  if (alert === undefined) throw new Error('no alert is open');
  return alert;
};

const system = alertOf({ event: 'system', rule: 'collect.auth', subject: 'provider:tago', facts: {} });

test('a second person hears after 30 minutes without acknowledgement, once, over restarts', async () => {
  const { raise, pass, told } = await world();
  await raise(system);
  await pass(29);
  expect(told()).toEqual(['ana@example.org Problema del sistema: tago']);
  await pass(31);
  expect(told()).toEqual(['ana@example.org Problema del sistema: tago', 'bob@example.org Problema del sistema: tago']);
});

test('acknowledging stops escalation and repeats; the act is in the audit, the first one stays', async () => {
  const { raise, pass, told, services, operations } = await world({ notify: { repeatMinutes: 10 } });
  await raise(system);
  await pass(12);
  expect(told()).toHaveLength(2);
  const { id } = await openOnly(services);
  await operations.ackAlert({ alert: id, note: 'on my way' });
  expect((await operations.ackAlert({ alert: id, note: 'me too' })).acked).toMatchObject({
    by: 'carla',
    note: 'on my way',
  });
  await pass(60);
  expect(told()).toHaveLength(2);
  expect((await services.store.read.auditTrail({ subject: `alert:${id}`, limit: 10 })).map(({ act }) => act)).toEqual([
    'alert acknowledged: on my way',
  ]);
  expect((await openOnly(services)).id).toBe(id);
});

test('without acknowledgement it is told again and again, to the second person too once it is their turn', async () => {
  const { raise, pass, told } = await world({ notify: { repeatMinutes: 20 } });
  await raise(system);
  await pass(61);
  const count = (who: string) => told().filter((one) => one.startsWith(who)).length;
  expect([count('ana'), count('bob')]).toEqual([3, 2]);
});

test('the alert of a failure that has to be reported ends by its acknowledgement', async () => {
  const { raise, services, operations } = await world();
  await raise(alertOf({ rule: 'submission.failed' }));
  const { id } = await openOnly(services);
  expect(await operations.ackAlert({ alert: id })).toMatchObject({ closedAt: start });
  expect(await services.store.read.openAlerts({ limit: 1 })).toEqual([]);
});

test('a silence keeps an alert from people until it ends; what is still open then is told, what ended is not', async () => {
  const { raise, pass, told, operations, services } = await world();
  await operations.silence({
    rule: 'device.*',
    subject: 'device:logger-1*',
    minutes: 20,
    because: 'pump out',
  });
  const silent = { event: 'device.silent', rule: 'device.silent', point: 'well', facts: {} };
  await raise(
    alertOf({ ...silent, subject: 'device:logger-1' }),
    alertOf({ ...silent, subject: 'device:logger-12' }),
    alertOf({ ...silent, subject: 'device:logger-2' }),
  );
  await pass(10);
  expect(told()).toEqual(['ana@example.org Equipo sin comunicación: logger-2']);
  await services.store.write.changeAlerts({
    open: [],
    close: [{ rule: 'device.silent', subject: 'device:logger-12', at: start + 11 * minute }],
  });
  await pass(11);
  expect(told()).toEqual([
    'ana@example.org Equipo sin comunicación: logger-2',
    'ana@example.org Equipo sin comunicación: logger-1',
  ]);
});

test('a silence of a point does not hide what is owed; removed, it holds no longer', async () => {
  const { raise, pass, told, operations } = await world();
  const { id } = await operations.silence({ point: 'well', minutes: 600, because: 'works' });
  await raise(
    alertOf({ event: 'submission.deadline', rule: 'submission.deadline', point: 'well' }),
    alertOf({ event: 'water.alert', rule: 'ALERT_LOW', subject: 'well/level', point: 'well', facts: {} }),
  );
  await pass(5);
  expect(told()).toEqual([expect.stringContaining('Envío próximo a su plazo')]);
  await operations.unsilence({ id });
  await pass(1);
  expect(told().at(-1)).toContain('Alerta de umbral');
  await expect(operations.silence({ rule: '*', minutes: 900, because: 'x' })).rejects.toMatchObject({
    message: expect.stringContaining('everything'),
  });
});

test('an outage of an instance of 500 devices is one notice; a device that outlasts it is told', async () => {
  const { raise, pass, told, services } = await world();
  const outage = { rule: 'provider.silent', subject: 'provider:tago' };
  await raise(alertOf({ event: 'system', ...outage, point: null, facts: {} }));
  await pass(5);
  await raise(
    ...Array.from({ length: 500 }, (_, index) =>
      alertOf({
        event: 'device.silent',
        rule: 'device.silent',
        subject: `device:logger-${index}`,
        openedAt: start + (index % 7) * minute,
        facts: {},
      }),
    ),
  );
  await pass(24);
  expect(told()).toHaveLength(1);
  expect((await services.store.read.counts()).openAlerts).toBe(501);
  const now = start + 29 * minute;
  await services.store.write.changeAlerts({
    open: [],
    close: [
      { ...outage, at: now },
      ...Array.from({ length: 499 }, (_, index) => ({
        rule: 'device.silent',
        subject: `device:logger-${index}`,
        at: now,
      })),
    ],
  });
  await pass(14);
  expect(told()).toHaveLength(1);
  await pass(3);
  expect(told().at(1)).toBe('ana@example.org Equipo sin comunicación: logger-499');
});

test('when half of an instance says nothing, the instance is told of, and its end is seen', async () => {
  const { services, pass, told, clock } = await world();
  const heard = (at: number) =>
    services.store.write.commitProcessed(
      processed({ contacts: Array.from({ length: 500 }, (_, index) => ({ device: `logger-${index}`, at })) }),
    );
  const maintainer = createMaintainer(services);
  await heard(start);
  await clock.advance(24 * 60 * minute);
  await maintainer.step(new AbortController().signal);
  await pass(1);
  expect(told()).toEqual(['ana@example.org Equipo sin comunicación: tago']);
  await heard(clock.now());
  await maintainer.step(new AbortController().signal);
  expect(await services.store.read.openAlerts({ limit: 1 })).toEqual([]);
});

test('fifty triggers at once are one alert and one notice', async () => {
  const { raise, pass, told, services } = await world();
  await Promise.all(Array.from({ length: 50 }, () => raise(system)));
  await pass(5);
  expect((await services.store.read.counts()).openAlerts).toBe(1);
  expect(told()).toHaveLength(1);
});
