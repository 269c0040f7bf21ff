import { expect, test } from 'vitest';
import type { DataFile } from '@caudal/core';
import { email } from '@caudal/notifier-email';
import { startSmtp } from '@caudal/simulators';
import { virtualClock } from '@caudal/testkit';
import { buildDomain } from '../../src/config/domain.ts';
import { createNotifier } from '../../src/notify/notifier.ts';
import { spanAt } from '../../src/notify/maintenance.ts';
import { alertOf, minute, openNotify, start } from './services.ts';

const hour = 60 * minute;
const iso = (at: number) => new Date(at).toISOString();

const windowOf = (some: object) =>
  buildDomain([{ maintenance: [{ id: 'w', scope: 'all', reason: 'why', author: 'Ana', ...some }] }]).maintenance[0]!;

test.each([
  // Santiago is UTC−3 until 5 April 2026, 00:00, and UTC−4 after it.
  ['2026-03-29T23:30:00-03:00', '2026-03-29T23:00:00-03:00', '2026-03-30T02:00:00-03:00'],
  ['2026-03-30T01:59:59-03:00', '2026-03-29T23:00:00-03:00', '2026-03-30T02:00:00-03:00'],
  ['2026-03-30T02:00:00-03:00', null, null],
  ['2026-03-29T22:59:59-03:00', null, null],
  ['2026-04-05T23:30:00-04:00', '2026-04-05T23:00:00-04:00', '2026-04-06T02:00:00-04:00'],
  ['2026-04-06T23:30:00-04:00', null, null],
])('a weekly window over midnight at %s', (at, from, to) => {
  const weekly = { days: ['sun'], from: '23:00', to: '02:00', zone: 'America/Santiago' };
  const found = spanAt(windowOf({ weekly }), Date.parse(at));
  expect(found === undefined ? null : { from: found.from, to: found.to }).toEqual(
    from === null ? null : { from: Date.parse(from), to: Date.parse(to ?? '') },
  );
});

const data: DataFile = {
  points: [{ id: 'well', name: 'well', kind: 'well', series: { flow: {} } }],
  devices: [{ id: 'logger', provider: 'tago', externalId: 'x' }],
  bindings: [{ device: 'logger', variable: 'flow', series: 'well/flow' }],
  people: [{ id: 'ana', name: 'Ana', language: 'en', addresses: { mail: { email: 'ana@example.org' } } }],
  subscriptions: [{ person: 'ana', events: ['*'], channels: ['mail'] }],
  maintenance: [
    {
      id: 'pump',
      scope: { device: 'logger' },
      from: iso(start - hour),
      to: iso(start + hour),
      reason: 'the pump is changed',
      author: 'Bob',
    },
  ],
};

test('a window keeps back what it is about, over a restart, and tells at its end what is still open', async () => {
  const clock = virtualClock(start);
  const mailbox = await startSmtp({ clock });
  try {
    const { raise, step, services } = await openNotify(
      data,
      {
        notifiers: {
          mail: email({ host: mailbox.host, port: mailbox.port, allowPlaintext: true, from: 'caudal@example.org' }),
        },
      },
      clock,
    );
    const silent = { event: 'device.silent', rule: 'device.silent', subject: 'device:logger', facts: {} };
    await raise(
      alertOf(silent),
      alertOf({ event: 'value.suspect', rule: 'spike', subject: 'well/flow', facts: {} }),
      alertOf({ event: 'device.silent', rule: 'device.silent', subject: 'device:other', facts: {} }),
      alertOf({ event: 'submission.deadline', rule: 'submission.deadline', subject: 'device:logger', facts: {} }),
    );
    await step();
    // What it is not about, and a deadline, are told.
    expect(mailbox.mails.map(({ subject }) => subject).toSorted()).toEqual([
      'Device is silent: other',
      expect.stringContaining('near its deadline'),
    ]);
    await services.store.write.changeAlerts({
      open: [],
      close: [{ rule: 'spike', subject: 'well/flow', at: start + minute }],
    });
    await clock.advance(30 * minute);
    // Another life of the program knows the same.
    const next = createNotifier(services);
    await next.step(new AbortController().signal);
    await next.finish?.(new AbortController().signal);
    expect(mailbox.mails).toHaveLength(2);
    await clock.advance(31 * minute);
    await step();
    expect(mailbox.mails).toHaveLength(3);
    expect(mailbox.mails[2]?.subject).toBe('Device is silent: logger');
    expect(mailbox.mails[2]?.text).toContain('During the maintenance “the pump is changed” (Bob)');
    expect(mailbox.mails[2]?.text).toContain('1 were over');
  } finally {
    await mailbox.close();
  }
});
