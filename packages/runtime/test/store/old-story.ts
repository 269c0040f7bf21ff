import { expect } from 'vitest';
import { verifyStored } from '../../src/evidence/read-chain.ts';
import type { Store } from '../../src/store/index.ts';
import { oldEntries } from './old-databases.ts';
import { hour, t0 } from './rows.ts';

/** Every row of every table. */
export type Rows = ReadonlyMap<string, readonly Readonly<Record<string, unknown>>[]>;

/** What an upgrade may change of rows that were there: the audit is read as a chain, and `raw.kept` is looked at by itself. */
const changes: Readonly<Record<string, readonly string[] | 'all'>> = {
  audit: 'all',
  // Whether the last owner closed it.
  meta: ['value'],
  // 0009 gives what stands behind nothing any more to its own age.
  raw: ['kept'],
};

const without = (row: Readonly<Record<string, unknown>>, columns: readonly string[]) =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !columns.includes(name)));

export const expectNothingLost = (before: Rows, after: Rows): void => {
  for (const [table, rows] of before) {
    const allowed = changes[table] ?? [];
    if (allowed === 'all') continue;
    const columns = Object.keys(rows[0] ?? {});
    const now = (after.get(table) ?? []).map((row) =>
      Object.fromEntries(columns.filter((name) => !allowed.includes(name)).map((name) => [name, row[name]])),
    );
    expect(now, table).toEqual(expect.arrayContaining(rows.map((row) => without(row, allowed))));
    if (table !== 'tally') expect(now, table).toHaveLength(rows.length);
  }
};

const utf8 = (body: Uint8Array | undefined) => Buffer.from(body ?? []).toString('hex');

/** The story of `old-databases.ts`, as far as a version could tell it, in the words of the present contract. */
export const expectStory = async ({ read, write }: Store, since: number): Promise<void> => {
  const idsOf = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id).toSorted();
  const known = ['failed', 'queued', 'released', 'sent', ...(since < 2 ? [] : ['parked'])];
  expect(idsOf(await read.rawList({}, 99))).toEqual(known.toSorted());
  expect(await read.raw('sent')).toMatchObject({ status: 'COMPLETED', repeats: 3, envelope: { device: 'logger' } });
  for (const [id, body] of [
    ['sent', '00ff'],
    ['released', '4142'],
    ['queued', '7b7d0a'],
    ['failed', 'ff'],
  ] as const)
    expect(utf8((await read.raw(id))?.body), id).toBe(body);
  expect(await read.raw('failed')).toMatchObject({ status: 'FAILED', reason: 'no JSON', lane: 'gap' });
  expect(await read.values({ series: ['well/level', 'well/flow'], from: 0, to: Infinity })).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ series: 'well/level', at: t0, value: 12.5, flag: 1, raw: 'sent', device: 'logger' }),
      expect.objectContaining({ at: t0 + hour, value: null, flag: 9, codes: ['sensor-fault'], status: 'provisional' }),
      expect.objectContaining({ series: 'well/flow', at: t0, value: 0.1, text: '0.100', raw: 'gone' }),
    ]),
  );
  expect(await read.revisions('well/level', t0)).toMatchObject([{ value: 12.4, flag: 3, replacedAt: t0 + 9 }]);
  expect(await read.findings({ point: 'well', from: 0, to: Infinity, limit: 9 })).toMatchObject([
    { code: 'gap', flag: 9 },
  ]);
  expect(await read.corrections('well/level')).toMatchObject([{ rule: 'drift', amount: 0.2, state: 'proposed' }]);
  expect(await read.checkpointBefore('well', t0 + 2 * hour, 'rules-1')).toMatchObject({ state: { total: 7 } });
  expect(await read.watermarks(['logger'])).toMatchObject([{ variable: 'nivel', decodedTo: t0 + hour }]);
  expect(await read.contacts()).toEqual([{ device: 'logger', at: t0 + 6 }]);
  expect(await read.unclaimed(9)).toMatchObject([{ variable: 'battery', count: 2 }]);
  expect(await read.reopens(9)).toMatchObject([{ point: 'well', from: t0, serial: 5 }]);
  expect(await read.basis('basis-1')).toEqual({ binding: 1 });

  expect(await read.submission('s1')).toMatchObject({
    state: 'confirmed',
    receipt: 'R-1',
    epoch: 4,
    sources: [
      { series: 'well/level', at: t0, raw: 'sent' },
      { series: 'well/flow', at: t0, raw: 'gone' },
    ],
  });
  expect(await read.submission('s2')).toMatchObject({ state: 'due', reason: 'held', configuration: 'c-1', epoch: 1 });
  expect(await read.submissionsOf('well/level', t0)).toMatchObject([{ id: 's1' }]);
  expect(await read.attempts('s1')).toMatchObject([
    { id: 'a1', outcome: 'accepted', artifactHash: 'aa', answer: { status: 200 } },
    { id: 'a2', outcome: 'confirmed', reason: 'same' },
  ]);
  expect((await read.evidenceOf('s1'))?.sources.map(({ raw, hash }) => [raw, hash !== null])).toEqual([
    ['sent', true],
    ['gone', false],
  ]);
  expect(await read.openAlerts({ limit: 9 })).toMatchObject([{ id: 'al1', point: 'well' }]);
  expect(await read.notices(9)).toMatchObject([{ id: 'n1', state: 'sent', externalId: '<m1@example.org>' }]);
  expect(await read.slotList({ schedule: 'retention', limit: 9 })).toMatchObject([
    { slot: t0, endedAt: t0 + 1, attempts: 1, missed: 0, askedBy: null, error: null },
  ]);
  expect(await read.openSlots(t0 + 2, 9)).toEqual([]);
  expect(await read.recall('config.read')).toEqual({ at: 1 });
  expect(await read.dueReads(t0, 9)).toMatchObject([{ id: 'p1', page: { skip: 200 } }]);
  if (since >= 2) expect(await read.leases(9)).toMatchObject([{ instance: 'mqtt', epoch: 7 }]);
  if (since >= 3) expect(await read.deliveries(['n1'])).toMatchObject([{ status: 'delivered', detail: '250' }]);
  if (since >= 6) expect(await read.switches()).toMatchObject([{ scope: 'target:sma', actor: 'ana' }]);
  if (since >= 11) {
    expect(await read.alerts(['al1'])).toMatchObject([{ acked: { at: t0 + 5, by: 'ana', note: 'seen' } }]);
    expect(await read.silences({ at: t0, limit: 9 })).toMatchObject([{ id: 'q1', rule: 'device.*' }]);
  }
  if (since >= 8) {
    expect((await read.keptPage({ after: { kind: '', id: '' }, limit: 9 })).rows).toMatchObject([{ id: 'well-2' }]);
    expect(await read.redecodes(9)).toMatchObject([{ device: 'logger', from: t0 }]);
    expect(await read.secret('token')).toMatchObject({ sealed: 'c2VhbGVk' });
  }

  const entries = (await read.auditTrail({ limit: 99 })).toReversed();
  expect(entries.slice(0, oldEntries.length)).toEqual(oldEntries);
  // One more says that a chain was begun, or brought the key in.
  const last = oldEntries.length + 1;
  expect(await verifyStored(read, {})).toMatchObject({ fault: undefined, last, signedTo: since < 4 ? 0 : last });

  // The queue goes on where it stood; what was asked last is still known, so that a repeat is one.
  expect(idsOf(await write.claimRaw({ limit: 9, maxBytes: 999 }))).toEqual(['queued']);
};
