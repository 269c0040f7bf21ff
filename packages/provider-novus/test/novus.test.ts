import { expect, test } from 'vitest';
import { create, isPlugin, type RawRecord } from '@caudal/core';
import { novus, novusLoggers } from '@caudal/provider-novus';
import { fakeHost } from '@caudal/testkit';

const record = (items: string): RawRecord => ({
  id: 'r',
  receivedAt: 0,
  body: Buffer.from(`{"status":true,"result":[${items}]}`),
  envelope: { channel: 'pull', asked: { devices: ['d'] } },
});
const item = (value: string) =>
  `{"device":"d","variable":"3grecuc1v","value":${value},"time":"2026-07-05T22:46:54.000Z"}`;
const context = { settings: () => undefined, externalId: () => undefined };

test('row 6: fault codes of the logger are no readings, in any spelling, and their raw text is kept', () => {
  const instance = create(novus({ logger: 'logbox-3g' }), fakeHost());
  const { readings } = instance.decode(
    record(['-3200', '-3200.0', '3276.7', '"-3200.0"', '22.8', '-1'].map(item).join()),
    context,
  );
  expect(readings.map(({ value, code, raw }) => [value, code, raw])).toEqual([
    [null, 'SENTINEL', '-3200'],
    [null, 'SENTINEL', '-3200.0'],
    [null, 'SENTINEL', '3276.7'],
    [null, 'SENTINEL', '-3200.0'],
    [22.8, undefined, '22.8'],
    [-1, undefined, '-1'],
  ]);
});

test('the list can be replaced, for the instance and for a device', () => {
  const instance = create(novus({ logger: 'logbox-wifi', sentinels: [-999] }), fakeHost());
  const codes = (settings?: { sentinels: number[] }) =>
    instance
      .decode(record(['-3200', '-999'].map(item).join()), { ...context, settings: () => settings })
      .readings.map(({ code }) => code);
  expect(codes()).toEqual([undefined, 'SENTINEL']);
  expect(codes({ sentinels: [-3200] })).toEqual(['SENTINEL', undefined]);
});

test('row 17: the table says where a channel comes from, never whether it is flow or level', () => {
  const meanings = Object.values(novusLoggers).flatMap((variables) => variables.map(({ meaning }) => meaning));
  expect(meanings).toHaveLength(6);
  for (const meaning of meanings) expect(meaning).not.toMatch(/flow|level/i);
});

test('the logger must be named, and is one of those known', () => {
  expect(isPlugin(novus({ logger: 'logbox-3g' }))).toBe(true);
  for (const config of [{}, { logger: 'fieldlogger' }])
    expect(() => create(novus(config as never), fakeHost())).toThrow(expect.objectContaining({ kind: 'config' }));
});
