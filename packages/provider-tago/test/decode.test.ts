import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isCaudalError, type RawEnvelope } from '@caudal/core';
import { decodeTago } from '@caudal/provider-tago';

const context = { settings: () => undefined, externalId: () => undefined };
const decode = (
  body: string | Uint8Array,
  more: { envelope?: RawEnvelope; sentinels?: number[]; zone?: string } = {},
) =>
  decodeTago(
    {
      id: 'r',
      receivedAt: 0,
      body: typeof body === 'string' ? Buffer.from(body) : body,
      envelope: more.envelope ?? { channel: 'pull', asked: { devices: ['asked'] } },
    },
    more.zone === undefined ? context : { ...context, settings: () => ({ zone: more.zone as string }) },
    more.sentinels,
  );
const answer = (...items: string[]) => `{"status":true,"result":[${items.join()}]}`;
const item = (value: string, time = '2026-07-05T22:46:54.000Z') =>
  `{"device":"d","variable":"v","value":${value},"time":"${time}"}`;
const only = (value: string) => decode(answer(item(value))).readings[0];

// Shape of TagoIO's API reference; variable names and values as published for a LogBox 3G.
const published = answer(
  `{"id":"6143842f561c4e00199f517b","device":"612ea1694035dd0012f6d238","variable":"3grecdi1va","value":276166,"unit":"m3",
    "group":"1631814703672","time":"2026-07-05T22:46:54.000Z","created_at":"2026-07-05T22:46:57.112Z","metadata":{},
    "location":{"type":"Point","coordinates":[-70.6,-33.4]}}`,
  `{"id":"2","device":"612ea1694035dd0012f6d238","variable":"3grecuc1v","value":22.8,"time":"2026-07-05T22:46:54.000Z"}`,
  `{"id":"3","device":"612ea1694035dd0012f6d238","variable":"3grecuc2v","value":"72.3","time":"2026-07-05T22:46:54.000Z"}`,
);

test('fixture: several variables', () => {
  const { readings, problems } = decode(published);
  expect(problems).toEqual([]);
  expect(readings).toEqual([
    {
      device: '612ea1694035dd0012f6d238',
      variable: '3grecdi1va',
      at: Date.UTC(2026, 6, 5, 22, 46, 54),
      value: 276166,
      raw: '276166',
      unit: 'm3',
      vendorId: '6143842f561c4e00199f517b',
      vendorAt: Date.UTC(2026, 6, 5, 22, 46, 57, 112),
    },
    expect.objectContaining({ variable: '3grecuc1v', value: 22.8, raw: '22.8', vendorId: '2' }),
    expect.objectContaining({ variable: '3grecuc2v', value: 72.3, raw: '72.3' }),
  ]);
});

test('fixture: empty result', () => {
  expect(decode('{"status":true,"result":[]}')).toEqual({ readings: [], problems: [] });
});

test('fixture: value as string', () => {
  expect(only('"16"')).toMatchObject({ value: 16, raw: '16' });
  expect(only('" 16 "')).toMatchObject({ value: 16, raw: ' 16 ' });
});

test('fixture: sentinel -3200', () => {
  const { readings } = decode(answer(item('-3200'), item('-3200.0'), item('"-3200"'), item('-3201')), {
    sentinels: [-3200],
  });
  expect(readings.map(({ value, code }) => value ?? code)).toEqual(['SENTINEL', 'SENTINEL', 'SENTINEL', -3201]);
});

test('fixture: an item that only tells a place is no reading and no problem', () => {
  const place =
    '{"device":"d","variable":"v","time":"2026-07-05T22:46:54.000Z","location":{"type":"Point","coordinates":[1,2]}}';
  expect(decode(answer(place))).toEqual({ readings: [], problems: [] });
});

test('fixture: webhook batch', () => {
  const { readings } = decode(`[${item('1')},${item('2.50')}]`, { envelope: { channel: 'webhook' } });
  expect(readings.map(({ device, raw }) => [device, raw])).toEqual([
    ['d', '1'],
    ['d', '2.50'],
  ]);
});

test.each(['1.10', '12345678901234567890', '1e3', '-0.0', '0.1000000000000000055511151231257827'])(
  'raw keeps the digits of %s',
  (digits) => {
    expect(only(digits)).toMatchObject({ raw: digits, value: Number(digits) + 0 });
  },
);

test.each([
  'true',
  'false',
  'null',
  '"ERR"',
  '"12,5"',
  '""',
  '1e999',
  '1e-999',
  '{"value":1}',
  '[1]',
  '"NaN"',
  '"0x10"',
])('row 1: %s is no number and no zero is made of it', (value) => {
  expect(only(value)).toMatchObject({ value: null, code: 'NOT_A_NUMBER' });
});

test('row 2: times are instants; one without a zone is refused unless the device declares one', () => {
  const naive = answer(item('1', '2026-07-05T22:46:54'));
  expect(decode(naive)).toMatchObject({ readings: [], problems: [{ at: '/0' }] });
  expect(decode(naive, { zone: 'America/Santiago' }).readings[0]?.at).toBe(Date.UTC(2026, 6, 6, 2, 46, 54));
  expect(decode(answer(item('1', '2026-07-05T22:46:54-04:00'))).readings[0]?.at).toBe(Date.UTC(2026, 6, 6, 2, 46, 54));
});

test('row 3: every variable keeps its own time', () => {
  const { readings } = decode(answer(item('1', '2026-07-05T22:00:00Z'), item('2', '2026-07-05T21:00:00Z')));
  expect(readings.map(({ at }) => at)).toEqual([Date.UTC(2026, 6, 5, 22), Date.UTC(2026, 6, 5, 21)]);
});

test('parts that cannot be read are problems; the rest is read', () => {
  const { readings, problems } = decode(
    answer(
      '{"device":"d","variable":"v","value":1}',
      '{"value":1}',
      '7',
      '{"variable":"v","time":"2026-07-05T22:00:00Z"}',
      item('5'),
    ),
  );
  expect(readings.map(({ value }) => value)).toEqual([5]);
  expect(problems.map(({ at }) => at)).toEqual(['/0', '/1', '/2', '/3']);
});

test('problems are bounded', () => {
  expect(decode(`[${Array(5000).fill('0').join()}]`).problems).toHaveLength(101);
});

test('the body names the device; a variable with a token of its own belongs to the one that was asked', () => {
  const asked = (token: string): RawEnvelope => ({
    channel: 'pull',
    asked: { devices: ['logger'], page: { group: 1, token } },
  });
  expect(decode(answer(item('1')), { envelope: asked('device') }).readings[0]?.device).toBe('d');
  expect(decode(answer(item('1')), { envelope: asked('variable') }).readings[0]?.device).toBe('logger');
  const unnamed = '{"variable":"v","value":1,"time":"2026-07-05T22:00:00Z"}';
  expect(decode(answer(unnamed), { envelope: asked('device') }).readings[0]?.device).toBe('logger');
  expect(decode(answer(unnamed), { envelope: { channel: 'webhook' } }).problems).toHaveLength(1);
});

test.each([
  '',
  'null',
  '<html>',
  '{"status":false,"message":"Authorization Denied"}',
  '{"status":true,"result":12}',
  Buffer.from([0x5b, 0xff, 0x5d]),
  '['.repeat(200_000),
])('a body of which nothing can be read is invalid data (%#)', (body) => {
  expect(() => decode(body)).toThrow(expect.objectContaining({ kind: 'invalid-data', scope: 'item' }));
});

const onlyInvalidData = (body: Uint8Array | string) => {
  try {
    const { readings } = decode(body);
    for (const { at, value, code } of readings) {
      expect(Number.isFinite(at)).toBe(true);
      expect(value === null ? code !== undefined : Number.isFinite(value)).toBe(true);
    }
  } catch (error) {
    if (!isCaudalError(error) || error.kind !== 'invalid-data') throw error;
  }
};

test('any bytes: readings or invalid data, nothing else', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), onlyInvalidData));
});

test('nesting as deep as a body allows does not break the process', () => {
  onlyInvalidData('['.repeat(1_000_000) + ']'.repeat(1_000_000));
  onlyInvalidData(answer(item('{"a":'.repeat(500_000) + '1' + '}'.repeat(500_000))));
});

test('any JSON, also in the places of items and fields: readings or invalid data, nothing else', () => {
  const wild = fc.jsonValue();
  const field = fc.oneof(wild, fc.constantFrom('v', '2026-07-05T22:00:00Z', '1.5', '__proto__'));
  const items = fc.array(
    fc.oneof(
      wild,
      fc.record(
        {
          id: field,
          device: field,
          variable: field,
          value: field,
          time: field,
          unit: field,
          created_at: field,
          location: field,
        },
        { requiredKeys: [] },
      ),
    ),
  );
  fc.assert(
    fc.property(
      fc.oneof(wild, items, fc.record({ status: fc.oneof(wild, fc.boolean()), result: fc.oneof(wild, items) })),
      (body) => onlyInvalidData(JSON.stringify(body)),
    ),
  );
});

test('decimal texts come through exactly, as numbers and as strings', () => {
  const digits = fc
    .tuple(fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }), fc.nat({ max: 999_999 }))
    .map(([a, b]) => `${a}.${b}`);
  fc.assert(
    fc.property(digits, (text) => {
      expect(only(text)).toMatchObject({ raw: text, value: Number(text) });
      expect(only(`"${text}"`)).toMatchObject({ raw: text, value: Number(text) });
    }),
  );
});
