import { closedObject, configured, defineProvider, schemaOf } from '@caudal/core';
import { expect, test } from 'vitest';
import { processed, raw } from '../store/rows.ts';
import { hour, start, withOutbox } from './outbox.ts';

const minute = 60_000;

/** A vendor that nobody asks: what was read is said by the test. */
const vendor = (capabilities: 'pull' | 'webhook' | 'subscribe') =>
  configured(
    defineProvider({
      id: 'still',
      version: '1.0.0',
      config: schemaOf(closedObject({})),
      device: schemaOf(closedObject({})),
      variable: schemaOf(closedObject({})),
      capabilities: {
        limits: [],
        ...{
          pull: { pull: { scope: 'device', by: 'time', range: true, maxLimit: 100 } as const },
          webhook: { webhook: true } as const,
          subscribe: { subscribe: { per: 'device' } } as const,
        }[capabilities],
      },
      create: () => ({
        pull: async () => ({ records: [] }),
        subscribe: async () => undefined,
        webhook: {
          verify: async () => undefined,
          accept: () => ({ records: [], response: { status: 200, body: '' } }),
        },
        check: async () => ({ ok: true, message: 'works' }),
        decode: () => ({ readings: [], problems: [] }),
      }),
    }),
    {},
  );

const withLogger = (
  test: Parameters<typeof withOutbox>[1],
  some: { kind?: 'pull' | 'webhook' | 'subscribe'; obligation?: object } = {},
) =>
  withOutbox(
    {
      obligation: () => ({ to: new Date(start + minute).toISOString(), ...some.obligation }),
      providers: { still: vendor(some.kind ?? 'pull') },
      data: {
        devices: [{ id: 'logger', provider: 'still', externalId: 'x' }],
        bindings: [{ device: 'logger', variable: 'q', series: 'W1/flow' }],
      },
    },
    test,
  );

type Outbox = Parameters<Parameters<typeof withOutbox>[1]>[0];

const asked = ({ services, clock }: Outbox, to = clock.at, variable = 'q') =>
  services.store.write.noteReads({ asked: [{ device: 'logger', variable, to, endedAt: clock.at }] });

const gap = (from: number, to: number, lane: 'gap' | 'backfill' = 'gap') => ({
  id: `${lane} ${from}`,
  instance: 'still',
  device: 'logger',
  variables: ['q'],
  from,
  to,
  lane,
  state: 'open' as const,
  page: null,
  nextAt: from,
  reason: null,
});

const sent = async (outbox: Outbox) => {
  await outbox.step();
  await outbox.step();
  return (await outbox.of('W1', start))?.report?.submissions[0]?.values['q']?.value;
};

test('a start after an outage waits for the gap to be read, and then takes the reading of the slot', () =>
  withLogger(async (outbox) => {
    await outbox.put('W1', start - 20 * minute, '1.5');
    await asked(outbox, start - 20 * minute);
    outbox.clock.at = start + 5 * hour;
    await outbox.restart();
    expect(await sent(outbox)).toBeUndefined();
    expect(await outbox.of('W1', start)).toMatchObject({
      state: 'expected',
      reason: 'waits for logger to be read up to the slot',
    });
    // The newest hour is read first, and the gap after it.
    await outbox.services.store.write.noteReads({
      asked: [{ device: 'logger', variable: 'q', to: outbox.clock.at, endedAt: outbox.clock.at }],
      planned: [gap(start - 30 * minute, start + 4 * hour)],
    });
    outbox.clock.at += minute;
    expect(await sent(outbox)).toBeUndefined();
    await outbox.put('W1', start, '2.5');
    outbox.clock.at += minute;
    expect(await sent(outbox)).toBe('2.5');
  }));

test('a slot whose own reading is there waits for nothing', () =>
  withLogger(async (outbox) => {
    await outbox.put('W1', start, '2.5');
    outbox.clock.at = start + 15 * minute;
    expect(await sent(outbox)).toBe('2.5');
    expect((await outbox.of('W1', start))?.reason).toBeNull();
  }));

test('an older reading is taken when the vendor was asked since the slot became due and had no newer one', () =>
  withLogger(async (outbox) => {
    await outbox.put('W1', start - 20 * minute, '1.5');
    outbox.clock.at = start + 10 * minute;
    await asked(outbox);
    outbox.clock.at = start + 16 * minute;
    // What came up to minute ten may not be all that the logger sent by minute fifteen.
    expect(await sent(outbox)).toBeUndefined();
    outbox.clock.at += minute;
    await asked(outbox);
    expect(await sent(outbox)).toBe('1.5');
  }));

test('a reading that comes while it is looked for is taken, not the one before it', () =>
  withLogger(async (outbox) => {
    await outbox.put('W1', start - 20 * minute, '1.5');
    outbox.clock.at = start + 16 * minute;
    const { read } = outbox.services.store;
    const valuesAt = read.valuesAt.bind(read);
    let came = false;
    Object.assign(read, {
      async valuesAt(...wanted: Parameters<typeof read.valuesAt>) {
        const found = await valuesAt(...wanted);
        if (!came) {
          came = true;
          await outbox.put('W1', start, '2.5');
          await asked(outbox);
        }
        return found;
      },
    });
    expect(await sent(outbox)).toBe('2.5');
    expect((await outbox.of('W1', start))?.reason).toBeNull();
  }));

test('answers that are not decoded are waited for, of this device or of no device in particular, those after the read are not', () =>
  withLogger(async (outbox) => {
    const { write } = outbox.services.store;
    await outbox.put('W1', start - 20 * minute, '1.5');
    outbox.clock.at = start + 16 * minute;
    const put = (id: string, receivedAt: number, envelope: object) =>
      write.appendRaw([raw(id, { instance: 'still', receivedAt, envelope: { channel: 'pull', ...envelope } })]);
    await put('own', outbox.clock.at, { device: 'logger' });
    await put('anybody', outbox.clock.at, {});
    await put('later', outbox.clock.at + 1, { device: 'logger' });
    await put('other', outbox.clock.at, { device: 'another' });
    await asked(outbox);
    expect(await sent(outbox)).toBeUndefined();
    const done = async (id: string) => {
      await write.claimRaw({ limit: 9, maxBytes: 1_000_000 });
      await write.commitProcessed(processed({ marks: [{ id, status: 'COMPLETED', readings: 0 }] }));
      outbox.clock.at += minute;
      return sent(outbox);
    };
    expect(await done('own')).toBeUndefined();
    expect(await done('anybody')).toBe('1.5');
  }));

test.each([
  ['half of the time to its deadline', undefined, 22.5],
  ['what its obligation says, when that is shorter', 5, 5],
  ['never longer than its deadline allows, whatever its obligation says', 600, 22.5],
])('a vendor that does not answer is waited for %s', (_what, readMinutes, waits) =>
  withLogger(
    async (outbox) => {
      await outbox.put('W1', start - 20 * minute, '1.5');
      outbox.clock.at = start + (15 + waits) * minute - 1;
      for (const at of [start + 15 * minute, outbox.clock.at]) {
        outbox.clock.at = at;
        expect(await sent(outbox)).toBeUndefined();
      }
      outbox.clock.at += 1;
      expect(await sent(outbox)).toBe('1.5');
      const trail = await outbox.services.store.read.auditTrail({ limit: 100 });
      expect(trail.map(({ act }) => act)).toContain('incidence: taken before logger could be read up to the slot');
    },
    { obligation: readMinutes === undefined ? {} : { readMinutes } },
  ),
);

test('a process that begins shortly before the deadline waits for half of what is left', () =>
  withLogger(async (outbox) => {
    await outbox.put('W1', start - 20 * minute, '1.5');
    outbox.clock.at = start + 50 * minute;
    await outbox.restart();
    expect(await sent(outbox)).toBeUndefined();
    outbox.clock.at = start + 55 * minute - 1;
    expect(await sent(outbox)).toBeUndefined();
    outbox.clock.at += 1;
    expect(await sent(outbox)).toBe('1.5');
  }));

test('in an outage an hourly slot is missing at half of the time to its deadline, and what comes then is sent before it', () =>
  withLogger(async (outbox) => {
    // Nobody could ask the vendor, from before the slot became due.
    outbox.clock.at = start;
    await outbox.restart();
    for (const [at, state] of [
      [15, 'expected'],
      [37, 'expected'],
      [37.5, 'missing'],
    ] as const) {
      outbox.clock.at = start + at * minute;
      await outbox.step();
      expect((await outbox.of('W1', start))?.state, `minute ${at}`).toBe(state);
    }
    outbox.clock.at = start + 50 * minute;
    await asked(outbox);
    await outbox.put('W1', start, '2.5');
    expect(await sent(outbox)).toBe('2.5');
    const row = await outbox.of('W1', start);
    expect(row?.sentAt).toBeLessThan(row?.dueAt ?? 0);
  }));

test('a slot that was missing does not take the first half of a gap that is being read', () =>
  withLogger(async (outbox) => {
    outbox.clock.at = start + 2 * hour;
    await outbox.restart();
    await asked(outbox);
    await sent(outbox);
    expect((await outbox.of('W1', start))?.state).toBe('missing');
    await outbox.services.store.write.planReads([gap(start - hour, start + hour)]);
    await outbox.put('W1', start - 20 * minute, '1.5');
    outbox.clock.at += 6 * hour;
    expect(await sent(outbox)).toBeUndefined();
    await outbox.services.store.write.changeReads([{ id: `gap ${start - hour}`, state: 'done' }]);
    await outbox.put('W1', start, '2.5');
    outbox.clock.at += hour;
    expect(await sent(outbox)).toBe('2.5');
  }));

test('old data that somebody asked for are not waited for', () =>
  withLogger(async (outbox) => {
    await outbox.put('W1', start - 20 * minute, '1.5');
    await outbox.services.store.write.planReads([gap(start - hour, start + hour, 'backfill')]);
    outbox.clock.at = start + 16 * minute;
    await asked(outbox);
    expect(await sent(outbox)).toBe('1.5');
  }));

test('a vendor that only calls is not waited for', () =>
  withLogger(
    async (outbox) => {
      await outbox.put('W1', start - 20 * minute, '1.5');
      outbox.clock.at = start + 15 * minute;
      expect(await sent(outbox)).toBe('1.5');
    },
    { kind: 'webhook' },
  ));

test('a stream that flowed since the slot became due has brought what there was', () =>
  withLogger(
    async (outbox) => {
      await outbox.put('W1', start - 20 * minute, '1.5');
      outbox.clock.at = start + 15 * minute;
      expect(await sent(outbox)).toBeUndefined();
      outbox.clock.at += minute;
      await asked(outbox, outbox.clock.at, '');
      expect(await sent(outbox)).toBe('1.5');
    },
    { kind: 'subscribe' },
  ));
