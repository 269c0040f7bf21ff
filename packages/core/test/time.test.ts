import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CHILE_REGULATOR_OFFSET_MINUTES,
  civilAtOffset,
  civilClock,
  civilDate,
  civilInZone,
  instantAtOffset,
  instantInZone,
  parseInstant,
  zoneOffsetMinutes,
} from '@caudal/core';

const santiago = 'America/Santiago';
const text = (time: ReturnType<typeof civilAtOffset>) => `${civilDate(time)} ${civilClock(time)}`;

describe('the regulator keeps UTC−4 all year, people do not', () => {
  test.each([
    ['2026-01-15T03:30Z', '2026-01-14 23:30:00', '2026-01-15 00:30:00'],
    ['2026-07-15T03:30Z', '2026-07-14 23:30:00', '2026-07-14 23:30:00'],
    ['2026-04-05T02:30Z', '2026-04-04 22:30:00', '2026-04-04 23:30:00'],
    ['2026-04-05T03:30Z', '2026-04-04 23:30:00', '2026-04-04 23:30:00'],
    ['2026-09-06T04:30Z', '2026-09-06 00:30:00', '2026-09-06 01:30:00'],
    ['2027-01-01T03:59:59Z', '2026-12-31 23:59:59', '2027-01-01 00:59:59'],
  ])('%s is %s there and %s here', (utc, regulator, people) => {
    const instant = parseInstant(utc) ?? NaN;
    expect(text(civilAtOffset(instant, CHILE_REGULATOR_OFFSET_MINUTES))).toBe(regulator);
    expect(text(civilInZone(instant, santiago))).toBe(people);
    expect(parseInstant(regulator, '-04:00')).toBe(instant);
  });
});

describe('nights on which the clock changes', () => {
  test('an hour that exists twice is the earlier one', () => {
    const twice = { year: 2026, month: 4, day: 4, hour: 23, minute: 30, second: 0 };
    expect(instantInZone(twice, santiago)).toBe(Date.UTC(2026, 3, 5, 2, 30));
  });

  test('an hour that does not exist moves past the gap by as much', () => {
    const never = { year: 2026, month: 9, day: 6, hour: 0, minute: 30, second: 0 };
    expect(instantInZone(never, santiago)).toBe(Date.UTC(2026, 8, 6, 4, 30));
    expect(text(civilInZone(instantInZone(never, santiago), santiago))).toBe('2026-09-06 01:30:00');
  });

  test.each([
    ['2026-04-05T02:59:59Z', -180],
    ['2026-04-05T03:00:00Z', -240],
    ['2026-09-06T03:59:59Z', -240],
    ['2026-09-06T04:00:00Z', -180],
  ])('Santiago at %s is %i minutes from UTC', (utc, offset) => {
    expect(zoneOffsetMinutes(parseInstant(utc) ?? NaN, santiago)).toBe(offset);
  });

  test('a whole day may be missing', () => {
    const apia = (day: number, hour: number) =>
      instantInZone({ year: 2011, month: 12, day, hour, minute: 0, second: 0 }, 'Pacific/Apia');
    expect(apia(31, 0) - apia(29, 23)).toBe(3_600_000);
  });
});

const zones = fc.constantFrom(
  santiago,
  'America/Punta_Arenas',
  'Pacific/Easter',
  'UTC',
  'Etc/GMT+4',
  'Europe/Madrid',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'America/St_Johns',
);
const seconds = fc.integer({ min: -2_000_000_000, max: 4_000_000_000 }).map((value) => value * 1000);

describe('there and back', () => {
  test('a civil time names its instant again, or the earlier twin', () => {
    fc.assert(
      fc.property(seconds, zones, (instant, zone) => {
        const civil = civilInZone(instant, zone);
        const back = instantInZone(civil, zone);
        expect(civilInZone(back, zone)).toEqual(civil);
        expect(back).toBeLessThanOrEqual(instant);
      }),
    );
  });

  test('a fixed offset is exact', () => {
    fc.assert(
      fc.property(seconds, fc.integer({ min: -840, max: 840 }), (instant, offset) => {
        expect(instantAtOffset(civilAtOffset(instant, offset), offset)).toBe(instant);
      }),
    );
  });

  test('ISO text is exact to the millisecond', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          expect(parseInstant(date.toISOString())).toBe(date.getTime());
        },
      ),
    );
  });
});

describe('parseInstant', () => {
  const noon = Date.UTC(2026, 0, 2, 12);

  test.each([
    '2026-01-02T12:00:00Z',
    '2026-01-02t12:00z',
    '2026-01-02 12:00:00+00',
    '2026-01-02T09:00:00-03:00',
    '2026-01-02T09:00:00.000-0300',
    '2026-01-02 09:00:00 -0300',
    ' 2026-01-02T12:00:00,0Z ',
  ])('%j', (written) => {
    expect(parseInstant(written)).toBe(noon);
  });

  test.each(['2026-01-02T12:00:00', '2026-01-02 12:00', '2026-01-02'])('%j has no zone and is refused', (written) => {
    expect(parseInstant(written)).toBeUndefined();
  });

  test('a declared zone fills in, and never overrules the text', () => {
    expect(parseInstant('2026-01-02T09:00', santiago)).toBe(noon);
    expect(parseInstant('2026-01-02T08:00', '-04:00')).toBe(noon);
    expect(parseInstant('2026-01-02T12:00', 'Z')).toBe(noon);
    expect(parseInstant('2026-01-02T12:00Z', santiago)).toBe(noon);
    expect(parseInstant('2026-01-02', 'UTC')).toBe(Date.UTC(2026, 0, 2));
  });

  test.each([
    '',
    'now',
    '2026-02-29T00:00Z',
    '2026-13-01T00:00Z',
    '2026-00-10T00:00Z',
    '2026-01-32T00:00Z',
    '2026-01-01T24:00Z',
    '2026-01-01T12:60Z',
    '2026-01-01T12:00:60Z',
    '2026-01-01T12:00+99:00',
    '2026-01-01T12:00+00:75',
    '2026-01-01-04',
    '26-01-01T00:00Z',
    '02-01-2026T00:00Z',
    '1767355200000',
  ])('%j is no instant', (written) => {
    expect(parseInstant(written)).toBeUndefined();
  });

  test('leap days', () => {
    expect(parseInstant('2028-02-29T00:00Z')).toBe(Date.UTC(2028, 1, 29));
    expect(parseInstant('2100-02-29T00:00Z')).toBeUndefined();
  });

  test('the year that some vendors send for "never" stays in its century', () => {
    expect(parseInstant('0001-01-01T00:00:00Z')).toBe(-62_135_596_800_000);
  });

  test('a zone that is none is a configuration error', () => {
    for (const zone of ['Chile/Nowhere', '+99:00', '']) {
      expect(() => parseInstant('2026-01-01T00:00', zone)).toThrow(expect.objectContaining({ kind: 'config' }));
    }
  });
});

test.each(['America/Santiago', 'Asia/Tokyo', 'UTC'])('nothing depends on the zone of the process: %s', (zone) => {
  const program = `
    import { civilInZone, parseInstant, civilAtOffset, instantInZone } from '@caudal/core';
    const instant = parseInstant('2026-09-06T00:30', 'America/Santiago');
    console.log(JSON.stringify([instant, civilInZone(instant, 'Europe/Madrid'), civilAtOffset(instant, -240)]));`;
  const out = execFileSync(process.execPath, ['--conditions=@caudal/source', '--input-type=module', '-e', program], {
    cwd: import.meta.dirname,
    env: { ...process.env, TZ: zone, NODE_OPTIONS: '' },
    encoding: 'utf8',
  });
  const instant = Date.UTC(2026, 8, 6, 4, 30);
  expect(JSON.parse(out)).toEqual([
    instant,
    { year: 2026, month: 9, day: 6, hour: 6, minute: 30, second: 0 },
    { year: 2026, month: 9, day: 6, hour: 0, minute: 30, second: 0 },
  ]);
});
