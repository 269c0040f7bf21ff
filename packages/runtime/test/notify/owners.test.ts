import { expect, onTestFinished, test } from 'vitest';
import type { DataFile } from '@caudal/core';
import { email } from '@caudal/notifier-email';
import { startSmtp } from '@caudal/simulators';
import { virtualClock } from '@caudal/testkit';
import type { NewAlert } from '../../src/store/rows.ts';
import { alertOf, minute, openNotify, start } from './services.ts';

const pointOf = (id: string, owner?: string) => ({
  id,
  name: `Pozo ${id}`,
  kind: 'well' as const,
  ...(owner === undefined ? {} : { owner }),
  series: { flow: {} },
});

/** Two owners and a well that is nobody's; one logger feeds wells of both. */
const data: DataFile = {
  owners: [
    { id: 'agricola', name: 'Agrícola' },
    { id: 'isla', name: 'Isla' },
  ],
  points: [pointOf('norte', 'agricola'), pointOf('rapanui', 'isla'), pointOf('loose')],
  devices: ['norte', 'rapanui', 'loose', 'both'].map((id) => ({
    id: `logger-${id}`,
    provider: 'tago',
    externalId: `x-${id}`,
  })),
  bindings: [
    { device: 'logger-norte', variable: 'flow', series: 'norte/flow' },
    { device: 'logger-rapanui', variable: 'flow', series: 'rapanui/flow' },
    { device: 'logger-loose', variable: 'flow', series: 'loose/flow' },
    { device: 'logger-both', variable: 'a', series: 'norte/flow', priority: 1 },
    { device: 'logger-both', variable: 'b', series: 'rapanui/flow', priority: 1 },
  ],
  people: ['north', 'island', 'both', 'mixed', 'named', 'all'].map((id) => ({
    id,
    name: id,
    language: 'en' as const,
    addresses: { mail: { email: `${id}@example.org` } },
  })),
  subscriptions: [
    { person: 'north', events: ['*'], channels: ['mail'], owners: ['agricola'] },
    { person: 'island', events: ['water.alert', 'device.silent', 'system'], channels: ['mail'], owners: ['isla'] },
    { person: 'both', events: ['*'], channels: ['mail'], owners: ['agricola', 'isla'] },
    { person: 'mixed', events: ['*'], channels: ['mail'], owners: ['isla'], points: ['loose'] },
    { person: 'named', events: ['*'], channels: ['mail'], points: ['norte'] },
    { person: 'all', events: ['*'], channels: ['mail'] },
  ],
};

const world = async (changed: DataFile = {}) => {
  const clock = virtualClock(start);
  const mailbox = await startSmtp({ clock });
  onTestFinished(() => mailbox.close());
  const opened = await openNotify(
    { ...data, ...changed },
    {
      notifiers: {
        mail: email({ host: mailbox.host, port: mailbox.port, allowPlaintext: true, from: 'caudal@example.org' }),
      },
    },
    clock,
  );
  return {
    ...opened,
    mailbox,
    /** Who is told of an alert. */
    hears: async (alert: NewAlert): Promise<readonly string[]> => {
      const before = mailbox.mails.length;
      await opened.raise(alert);
      // A channel sends four at a time.
      do await opened.step();
      while ((await opened.notices()).some(({ state }) => state !== 'sent'));
      return mailbox.mails
        .slice(before)
        .map(({ to }) => (to[0] as string).split('@')[0] as string)
        .toSorted();
    },
    put: (kind: 'points', id: string, content: Readonly<Record<string, unknown>>) =>
      opened.services.kept.put({ kind, id, content }, { author: 'user:ana', reason: 'a test wants it' }),
  };
};

const water = (point: string) =>
  alertOf({ event: 'water.alert', rule: 'ALERT_HIGH', subject: `${point}/flow`, point, facts: { point } });

test('who subscribes by owner hears of all points of the owner, also those that come later, and of nobody else’s', async () => {
  const { hears, put } = await world();
  expect(await hears(water('norte'))).toEqual(['all', 'both', 'named', 'north']);
  expect(await hears(water('loose'))).toEqual(['all', 'mixed']);
  expect(await hears(water('new'))).toEqual(['all']);
  await put('points', 'new', pointOf('new', 'isla'));
  expect(await hears({ ...water('new'), rule: 'ALERT_LOW' })).toEqual(['all', 'both', 'island', 'mixed']);
  await put('points', 'new', pointOf('new', 'agricola'));
  expect(await hears({ ...water('new'), rule: 'ALERT_RISING' })).toEqual(['all', 'both', 'north']);
});

test('of what has no point hears by owner whose devices it is about, and nobody of the system', async () => {
  const { hears } = await world();
  expect(await hears(alertOf({ event: 'system', rule: 'audit.heads', subject: 'audit' }))).toEqual(['all', 'named']);
  const credential = alertOf({ event: 'system', rule: 'collect.auth', subject: 'credential:tago/0f3a' });
  expect(await hears(credential)).toEqual(['all', 'named']);
  const device = alertOf({ event: 'system', rule: 'collect.auth', subject: 'device:logger-rapanui' });
  expect(await hears(device)).toEqual(['all', 'both', 'island', 'mixed', 'named']);
  const ofBoth = alertOf({
    event: 'device.silent',
    rule: 'device.silent',
    subject: 'device:logger-both',
    point: 'norte',
  });
  expect(await hears(ofBoth)).toEqual(['all', 'both', 'island', 'mixed', 'named', 'north']);
  // Others have devices there too.
  const instance = alertOf({ event: 'device.silent', rule: 'provider.silent', subject: 'provider:tago' });
  expect(await hears(instance)).toEqual(['all', 'named']);
});

test('an outage of an instance with devices of one owner alone is told to that owner’s people', async () => {
  const { hears } = await world({
    devices: data.devices!.filter(({ id }) => id === 'logger-norte'),
    bindings: data.bindings!.filter(({ device }) => device === 'logger-norte'),
  });
  const instance = alertOf({ event: 'device.silent', rule: 'provider.silent', subject: 'provider:tago' });
  expect(await hears(instance)).toEqual(['all', 'both', 'named', 'north']);
});

test('a message names nothing of another owner, also not in the count of what a maintenance window kept back', async () => {
  const iso = (at: number) => new Date(at).toISOString();
  const { raise, step, clock, mailbox } = await world({
    maintenance: [
      {
        id: 'w',
        scope: { provider: 'tago' },
        from: iso(start - minute),
        to: iso(start + 10 * minute),
        reason: 'new firmware',
        author: 'Bob',
      },
    ],
  });
  await raise(water('norte'), water('rapanui'), { ...water('rapanui'), rule: 'ALERT_LOW' });
  await step();
  expect(mailbox.mails).toEqual([]);
  await clock.advance(11 * minute);
  await step();
  await step();
  const mailTo = (who: string) => mailbox.mails.find(({ to }) => to[0] === `${who}@example.org`);
  expect(mailTo('all')?.text).toContain('there were 3 alerts');
  expect(mailTo('island')?.text).toContain('there were 2 alerts');
  const north = mailTo('north');
  expect(north?.text).toContain('there were 1 alerts');
  expect(`${north?.raw.toString()}${north?.text}${north?.html}`).not.toMatch(/rapanui/i);
});
