import { mulberry32 } from '@caudal/simulators';

const minute = 60_000;
export const t0 = Date.UTC(2026, 0, 1);

/** The logger whose payloads are all in order, and the one whose payloads are not. */
export const devices = { good: 'aaaaaaaaaaaaaaaaaaaaaaaa', bad: 'bbbbbbbbbbbbbbbbbbbbbbbb' } as const;

export interface Payload {
  readonly kind: string;
  readonly body: Uint8Array;
  /** Readings that have to become values. */
  readonly valid: readonly { readonly at: number; readonly value: number }[];
}

type Random = () => number;

const integer = (random: Random, below: number) => Math.floor(random() * below);
const pick = <T>(random: Random, list: readonly T[]): T => list[integer(random, list.length)] as T;
const utf8 = (text: string) => new TextEncoder().encode(text);

/** An instant of the bad logger: few enough to collide, in no order. */
const badTime = (random: Random) => new Date(t0 + integer(random, 2_000) * minute).toISOString();

const badItem = (random: Random): Record<string, unknown> => ({
  id: integer(random, 1e9).toString(16).padStart(24, '0'),
  device: devices.bad,
  variable: pick(random, ['level', 'flow', 'pulses', 'nobody wants it']),
  value: Math.round(random() * 10_000) / 100,
  unit: pick(random, ['m', 'L/s', '', 'furlong']),
  time: badTime(random),
  created_at: badTime(random),
});

const answer = (items: readonly unknown[]) => JSON.stringify({ status: true, result: items });
const badText = (random: Random) =>
  (random() < 0.5 ? answer : JSON.stringify)(Array.from({ length: 1 + integer(random, 3) }, () => badItem(random)));

const oddTimes = [
  '9999-12-31T23:59:59.999Z',
  '0000-01-01T00:00:00Z',
  '1969-12-31T23:59:59Z',
  '+275760-09-13T00:00:00.000Z',
  '-000001-01-01T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2026-01-01T24:00:00Z',
  '2026-01-01T00:00:00',
  '2026-01-01',
  '2026-01-01T00:00:00+99:99',
  'yesterday',
  '',
];

const oddNumbers = [
  '1e400',
  '-1e400',
  '1e308',
  '-1e308',
  '5e-324',
  '1e-400',
  '-0',
  '0.1000000000000000055511151231257827',
  '123456789012345678901234567890',
  `9${'0'.repeat(6000)}`,
  `0.${'3'.repeat(6000)}`,
  '9007199254740993',
];

const oddValues: readonly unknown[] = [
  null,
  true,
  [],
  {},
  '',
  ' 12.5 ',
  '12,5',
  'NaN',
  'Infinity',
  '0x10',
  '٣',
  '\u0000',
  '\ud800',
  1e21,
  [[[]]],
  { toString: 'no' },
  { __proto__: 1 },
];

const bodies: Readonly<Record<string, (random: Random) => Uint8Array>> = {
  'random bytes': (random) => Uint8Array.from({ length: integer(random, 200) }, () => integer(random, 256)),
  'cut off': (random) => {
    const whole = utf8(badText(random));
    return whole.subarray(0, integer(random, whole.length));
  },
  'bytes changed': (random) => {
    const body = utf8(badText(random));
    for (let count = 1 + integer(random, 4); count > 0; count -= 1)
      body[integer(random, body.length)] = integer(random, 256);
    return body;
  },
  'odd number': (random) => utf8(badText(random).replace(/"value":[^,}]*/, `"value":${pick(random, oddNumbers)}`)),
  'odd type': (random) => {
    const item = badItem(random);
    item[pick(random, Object.keys(item))] = pick(random, oddValues);
    return utf8(JSON.stringify([item, badItem(random)]));
  },
  'field gone': (random) => {
    const item = badItem(random);
    delete item[pick(random, Object.keys(item))];
    return utf8(answer([item]));
  },
  'odd time': (random) => utf8(JSON.stringify([{ ...badItem(random), time: pick(random, oddTimes) }])),
  'one time twice': (random) => {
    const time = badTime(random);
    return utf8(
      answer([
        { ...badItem(random), time },
        { ...badItem(random), time },
        { ...badItem(random), time },
      ]),
    );
  },
  nested: (random) => {
    const depth = 10 ** (1 + integer(random, 4));
    const open = pick(random, ['[', '{"result":', '[{"value":']);
    return utf8(`${open.repeat(depth)}${random() < 0.5 ? '' : '1'}`);
  },
  'other shape': (random) =>
    utf8(
      pick(random, [
        '',
        'null',
        '0',
        '"text"',
        '[]',
        '{}',
        '[null,1,"a",[]]',
        '{"status":false,"message":"Authorization Denied"}',
        '{"status":true,"result":"nothing"}',
        '{"status":true,"result":{}}',
        '<html><body>502 Bad Gateway</body></html>',
        '\ufeff[]',
        '[{"variable":"level","location":{"type":"Point","coordinates":[0,0]}}]',
      ]),
    ),
};
const kinds = Object.keys(bodies);

/** The payload of a number: the same for the same seed, whatever came before. Every fifth is in order. */
export const payloadAt = (seed: number, index: number): Payload => {
  const random = mulberry32(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
  if (index % 5 !== 0) {
    const kind = pick(random, kinds);
    return { kind, body: (bodies[kind] as (typeof bodies)[string])(random), valid: [] };
  }
  const first = t0 + (index / 5) * 2 * minute;
  const valid = [first, first + minute].map((at) => ({ at, value: integer(random, 100_000) / 1000 }));
  const items = valid.map(({ at, value }, item) => ({
    id: `${index}-${item}`,
    device: devices.good,
    variable: 'level',
    value,
    time: new Date(at).toISOString(),
  }));
  return { kind: 'in order', body: utf8(index % 2 === 0 ? answer(items) : JSON.stringify(items)), valid };
};
