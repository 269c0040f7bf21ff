import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isCaudalError, type RawEnvelope } from '@caudal/core';
import { decodeTheThings } from '@caudal/provider-thethings';

const one: RawEnvelope = { channel: 'pull', status: 200, asked: { devices: ['d'], variables: ['pulsos'] } };
const pushed: RawEnvelope = { channel: 'subscribe', device: 'ours' };
const decode = (body: string | Uint8Array, envelope: RawEnvelope = one, zone?: string) =>
  decodeTheThings(
    { id: 'r', receivedAt: 0, body: typeof body === 'string' ? Buffer.from(body) : body, envelope },
    {
      settings: () => (zone === undefined ? undefined : { zone }),
      externalId: (id) => (id === 'ours' ? 'd' : undefined),
    },
  );
const item = (value: string, datetime = '2026-07-06T14:30:00.000Z', key: string | undefined = 'pulsos') =>
  `{${key === undefined ? '' : `"key":"${key}",`}"value":${value},"datetime":"${datetime}"}`;
const only = (value: string) => decode(`[${item(value)}]`).readings[0];
const at = Date.UTC(2026, 6, 6, 14, 30);

test('fixture: newest-first array', () => {
  expect(decode(`[${item('276166')},${item('276102', '2026-07-06T13:30:00.000Z')}]`)).toEqual({
    readings: [
      { device: 'd', variable: 'pulsos', at, value: 276166, raw: '276166' },
      { device: 'd', variable: 'pulsos', at: at - 3_600_000, value: 276102, raw: '276102' },
    ],
    problems: [],
  });
});

test('fixture: empty array', () => {
  expect(decode('[]')).toEqual({ readings: [], problems: [] });
});

test.each(['', '{"status":"error","code":404,"message":"Not found"}', 'gone'])(
  'fixture: 404 means never written, whatever its body: %j',
  (body) => {
    expect(decode(body, { ...one, status: 404 })).toEqual({ readings: [], problems: [] });
  },
);

test('fixture: an item without key has the key that was asked, and none where several were', () => {
  const unnamed = `[{"value":1,"datetime":"2026-07-06T14:30:00Z"}]`;
  expect(decode(unnamed).readings).toMatchObject([{ variable: 'pulsos', value: 1 }]);
  for (const envelope of [
    { ...one, asked: { devices: ['d'], variables: ['pulsos'], page: { all: true } } },
    { ...one, asked: { devices: ['d'], variables: ['pulsos', 'nivel'] } },
    pushed,
  ])
    expect(decode(unnamed, envelope)).toMatchObject({ readings: [], problems: [{ at: '/0' }] });
});

test('messages of the stream: the bare list and the values of an object, for the device of the connection', () => {
  for (const body of [`[${item('1')}]`, `{"values":[${item('1')}]}`])
    expect(decode(body, pushed).readings).toMatchObject([{ device: 'd', variable: 'pulsos', at, value: 1 }]);
});

test('field failure 17: the body names the key; nothing is taken for another variable', () => {
  expect(decode(`[${item('1.5', undefined, 'nivel')}]`).readings).toMatchObject([{ variable: 'nivel' }]);
});

test.each(['1.10', '12345678901234567890', '1e3', '"16"', '" 16.50 "'])('raw keeps the spelling of %s', (spelled) => {
  const raw = spelled.replaceAll('"', '');
  expect(only(spelled)).toMatchObject({ raw, value: Number(raw) });
});

test.each(['true', 'false', 'null', '"ERR"', '"12,5"', '""', '{"a":1}', '[1]', '1e999', '"NaN"'])(
  'field failure 1: %s is no number and no zero is made of it',
  (value) => {
    expect(only(value)).toMatchObject({ value: null, code: 'NOT_A_NUMBER' });
  },
);

test('field failure 1: an item without a value is a problem; one that only tells a place is nothing', () => {
  const time = '"datetime":"2026-07-06T14:30:00Z"';
  expect(decode(`[{"key":"a",${time}}]`).problems).toHaveLength(1);
  expect(decode(`[{"key":"a",${time},"geo":{"lat":-33.4,"long":-70.6}}]`)).toEqual({ readings: [], problems: [] });
});

test('field failure 2: times are instants; one without a zone is refused unless the device declares one', () => {
  for (const [naive, utc] of [
    ['2026-07-06T14:30:00', Date.UTC(2026, 6, 6, 18, 30)],
    ['20260706143000', Date.UTC(2026, 6, 6, 18, 30)],
    ['20260706T143000', Date.UTC(2026, 6, 6, 18, 30)],
  ] as const) {
    expect(decode(`[${item('1', naive)}]`)).toMatchObject({ readings: [], problems: [{ at: '/0' }] });
    expect(decode(`[${item('1', naive)}]`, one, 'America/Santiago').readings[0]?.at).toBe(utc);
  }
  expect(decode(`[${item('1', '2026-07-06T10:30:00-04:00')}]`).readings[0]?.at).toBe(at);
});

test('field failure 3: every item keeps its own time', () => {
  const { readings } = decode(`[${item('1')},${item('2', '2026-07-06T15:00:00Z', 'nivel')}]`, pushed);
  expect(readings.map((reading) => reading.at)).toEqual([at, at + 1_800_000]);
});

test('parts that cannot be read are problems, counted up to a bound; the rest is read', () => {
  const { readings, problems } = decode(`[7,{"key":"a"},${item('5')},${Array(5000).fill('0').join()}]`);
  expect(readings.map(({ value }) => value)).toEqual([5]);
  expect(problems).toHaveLength(101);
});

test.each([
  '',
  'null',
  '<html>',
  '{}',
  '{"status":"error","code":401,"message":"Invalid session token"}',
  Buffer.from([0x5b, 0xff, 0x5d]),
  '['.repeat(200_000),
])('a body of which nothing can be read is invalid data (%#)', (body) => {
  expect(() => decode(body)).toThrow(expect.objectContaining({ kind: 'invalid-data', scope: 'item' }));
});

const onlyInvalidData = (body: Uint8Array | string, envelope: RawEnvelope) => {
  try {
    for (const reading of decode(body, envelope).readings) {
      expect(Number.isFinite(reading.at)).toBe(true);
      expect(reading.value === null ? reading.code !== undefined : Number.isFinite(reading.value)).toBe(true);
    }
  } catch (error) {
    if (!isCaudalError(error) || error.kind !== 'invalid-data') throw error;
  }
};

test('any bytes and any JSON: readings or invalid data, nothing else', () => {
  const field = fc.oneof(fc.jsonValue(), fc.constantFrom('pulsos', '2026-07-06T14:30:00Z', '1.5', '__proto__'));
  const items = fc.array(
    fc.oneof(
      fc.jsonValue(),
      fc.record({ key: field, value: field, datetime: field, geo: field }, { requiredKeys: [] }),
    ),
  );
  const bodies = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.oneof(fc.jsonValue(), items, fc.record({ values: items })).map((json) => JSON.stringify(json)),
  );
  const envelopes = fc
    .jsonValue()
    .map((page) => ({ ...one, asked: { devices: ['d'], variables: ['a'], page: page as never } }));
  fc.assert(fc.property(bodies, fc.oneof(envelopes, fc.constant(pushed)), onlyInvalidData));
});
