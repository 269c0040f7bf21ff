import { create, createHost, type DecodeContext, type RawRecord } from '@caudal/core';
import { emeltec, manual, type ManualConfig, type ManualDeviceSettings } from '@caudal/provider-manual';
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const context = (settings: ManualDeviceSettings = {}): DecodeContext<ManualDeviceSettings> => ({
  settings: () => settings,
  externalId: (device) => (device === 'logger' ? 'well-1' : undefined),
});

const record = (body: string | Uint8Array, contentType = 'text/csv', device: string | null = 'logger'): RawRecord => ({
  id: 'raw',
  receivedAt: 0,
  body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
  envelope: { channel: 'manual', contentType, ...(device === null ? {} : { device }) },
});

const decode = (config: ManualConfig, body: string | Uint8Array, settings: ManualDeviceSettings = {}) =>
  create(manual(config), createHost()).decode(record(body), context(settings));

const columns = 'device;variable;time;value;unit\n';

describe('lines of problems', () => {
  test('count quoted line breaks, empty lines, and every kind of line break', () => {
    const body = `${columns};level;x;1;"m\r\n2"\r\n\r\n;level;"y\rz";1;m\r;level;"2026;1;m\n;level;w;1;m`;
    expect(decode({}, body).problems.map(({ at }) => at)).toEqual(['line 2', 'line 5', 'line 7', 'line 8']);
  });

  test('are listed up to a hundred; the others are counted', () => {
    const { problems, readings } = decode(
      {},
      `${columns}${';level;never;1;m\n'.repeat(150)};level;2026-07-06T14:30Z;1;m`,
    );
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)).toEqual({ reason: '50 more parts could not be read' });
    expect(readings).toHaveLength(1);
  });

  test('a file whose quotes are broken over and over is none', () => {
    const body = `${columns}${';level;"x"y;1;m\n'.repeat(101)}`;
    expect(() => decode({}, body)).toThrow(expect.objectContaining({ kind: 'invalid-data', scope: 'item' }));
  });
});

describe('times', () => {
  const read = (time: string, config: ManualConfig, zone?: string) => {
    const { readings, problems } = decode(
      config,
      `variable;time;value\nlevel;${time};1\n`,
      zone === undefined ? {} : { zone },
    );
    const [reading] = readings;
    return reading === undefined ? problems[0]?.reason : new Date(reading.at).toISOString();
  };

  test.each<[string, ManualConfig['timeFormat'], string | undefined, string]>([
    ['2026-07-06 10:30', 'iso', '-04:00', '2026-07-06T14:30:00.000Z'],
    ['2026-07-06T14:30:05.25Z', 'iso', undefined, '2026-07-06T14:30:05.250Z'],
    ['06-07-2026 10:30', 'day-first', '-04:00', '2026-07-06T14:30:00.000Z'],
    ['06/07/2026 10:30:15', 'day-first', 'America/Santiago', '2026-07-06T14:30:15.000Z'],
    ['6.1.2026 9:30', 'day-first', 'America/Santiago', '2026-01-06T12:30:00.000Z'],
    ['06-07-2026 10:30-04:00', 'day-first', undefined, '2026-07-06T14:30:00.000Z'],
    ['31-02-2026 10:30', 'day-first', '-04:00', 'the time can not be read'],
    ['06-07-26 10:30', 'day-first', '-04:00', 'the time is not DD-MM-YYYY HH:mm[:ss]'],
    ['06-07/2026 10:30', 'day-first', '-04:00', 'the time is not DD-MM-YYYY HH:mm[:ss]'],
    ['06-07-2026 9:30 p. m.', 'day-first', '-04:00', 'the time is not DD-MM-YYYY HH:mm[:ss]'],
    ['06-07-2026', 'day-first', '-04:00', 'the time has no time of day'],
    ['06-07-2026 10:30', 'iso', '-04:00', 'the time can not be read'],
    ['06-07-2026 10:30', 'day-first', undefined, 'the time has no zone and the device declares none'],
    ['06-07-2026 10:30', 'day-first', 'Chile', 'the zone "Chile" that the device declares is none'],
    ['1783348200000', 'ms', undefined, '2026-07-06T14:30:00.000Z'],
    ['-1', 'ms', undefined, 'the time is no count since 1970'],
  ])('%s as %s, zone %s', (time, timeFormat, zone, expected) => {
    expect(read(time, timeFormat === undefined ? {} : { timeFormat }, zone)).toBe(expected);
  });
});

describe('what is refused as a whole', () => {
  test.each<[string, ManualConfig, string, string]>([
    [
      'more bytes than configured',
      { maxBytes: 40 },
      `${columns};level;2026-07-06T14:30Z;1;m\n`,
      'larger than 40 bytes',
    ],
    ['more rows than configured', { maxRows: 1 }, `${columns};;;;\n;level;2026-07-06T14:30Z;1;m\n`, 'more than 1 rows'],
    ['a name that two columns have', {}, 'time;variable;value;value\n', 'two columns are named "value"'],
    ['a missing column', { quality: { column: 'q', good: ['G'], bad: [] } }, columns, 'no column is named "q"'],
    [
      'a wide file of times alone',
      { layout: 'wide', delimiter: ';' },
      'time;device\n',
      'no column is left for a variable',
    ],
    ['an empty file', {}, '', 'the file is empty'],
    ['a configured order that the row has not', emeltec, '06-07-2026;10:30;Nivel;1\n', 'the first row has 4 cells'],
  ])('%s', (_name, config, body, message) => {
    expect(() => decode(config, body)).toThrow(
      expect.objectContaining({
        kind: 'invalid-data',
        scope: 'item',
        message: expect.stringContaining(message) as string,
      }),
    );
  });

  test('bytes that are not of the configured encoding', () => {
    const bytes = Buffer.from(`${columns};nivel_ñ;2026-07-06T14:30Z;1;m\n`, 'latin1');
    expect(() => decode({ encoding: 'utf-8' }, bytes)).toThrow('not UTF-8');
    expect(decode({ encoding: 'windows-1252' }, bytes).readings[0]?.variable).toBe('nivel_ñ');
  });

  test('typed readings that are none, or too many', () => {
    const typed = (body: unknown, config: ManualConfig = {}) =>
      create(manual(config), createHost()).decode(record(JSON.stringify(body), 'application/json'), context());
    expect(() => typed([])).toThrow('no list of readings');
    expect(() => typed({ readings: [1, 2] }, { maxRows: 1 })).toThrow('more than 1 readings');
  });
});

test.each<[string, ManualConfig]>([
  ['two columns under one name', { columns: { date: 'time' } }],
  ['a header that names a column twice', { header: ['variable', 'time', 'value', 'value'] }],
  ['a header without the value', { header: ['variable', 'time'] }],
])('create refuses %s', (_name, config) => {
  expect(() => create(manual(config), createHost())).toThrow(expect.objectContaining({ kind: 'config', sent: 'no' }));
});

test('a reading whose device nobody names is a problem', () => {
  const { readings, problems } = create(manual(), createHost()).decode(
    record(`${columns};level;2026-07-06T14:30Z;1;m\nwell-9;level;2026-07-06T14:30Z;1;m\n`, 'text/csv', null),
    context(),
  );
  expect(readings.map(({ device }) => device)).toEqual(['well-9']);
  expect(problems).toEqual([{ at: 'line 2', reason: 'nothing names the device' }]);
});

test('the preset for Emeltec is what its recorded cases are read with', () => {
  const given = JSON.parse(readFileSync(new URL('cases/emeltec/case.json', import.meta.url), 'utf8')) as {
    config: unknown;
  };
  expect(given.config).toEqual(emeltec);
});

describe('a table reads the same however it is written', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'ñ', '€', '"', ',', ';', '\t', ' ', '\n', '\r\n', '.'),
    minLength: 1,
    maxLength: 6,
  });
  const name = text.map((one) => `v${one}`.trim());
  const number = fc
    .tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.stringMatching(/^\d{0,3}$/))
    .map(([whole, fraction]) => (fraction === '' ? `${whole}` : `${whole}.${fraction}`));
  const minute = fc.integer({ min: 0, max: 50_000_000 }).map((count) => count * 60_000);
  const styles = fc.record({
    delimiter: fc.constantFrom(',' as const, ';' as const, '\t' as const),
    detected: fc.boolean(),
    decimal: fc.constantFrom('.' as const, ',' as const),
    quoted: fc.boolean(),
    linebreak: fc.constantFrom('\n', '\r\n'),
    last: fc.boolean(),
    encoding: fc.constantFrom('utf8', 'bom', 'windows-1252'),
    dayFirst: fc.boolean(),
  });
  type Style = typeof styles extends fc.Arbitrary<infer S> ? S : never;

  const rendered = (table: readonly (readonly string[])[], style: Style) => {
    const cell = (value: string) =>
      style.quoted || /["\r\n]/.test(value) || value.includes(style.delimiter)
        ? `"${value.replaceAll('"', '""')}"`
        : value;
    const lines = table.map((row) => row.map(cell).join(style.delimiter)).join(style.linebreak);
    const whole = lines + (style.last ? style.linebreak : '');
    if (style.encoding !== 'windows-1252') return Buffer.from((style.encoding === 'bom' ? '\u{feff}' : '') + whole);
    return Uint8Array.from(whole, (character) => (character === '€' ? 0x80 : (character.codePointAt(0) ?? 0)));
  };
  const configOf = (style: Style): ManualConfig => ({
    decimal: style.decimal,
    timeFormat: style.dayFirst ? 'day-first' : 'iso',
    ...(style.detected ? {} : { delimiter: style.delimiter === '\t' ? 'tab' : style.delimiter }),
    ...(style.encoding === 'windows-1252' ? { encoding: 'windows-1252' } : {}),
  });
  const timeText = (at: number, { dayFirst }: Style) => {
    const [date = '', clock = ''] = new Date(at).toISOString().slice(0, 16).split('T');
    return dayFirst ? `${date.split('-').toReversed().join('/')} ${clock}` : `${date} ${clock}`;
  };
  const spelled = (value: string, { decimal }: Style) => value.replace('.', decimal);

  test('long', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ variable: name, at: minute, value: number, unit: name })),
        styles,
        (rows, style) => {
          const table = rows.map(({ variable, at, value, unit }) => [
            timeText(at, style),
            variable,
            spelled(value, style),
            unit,
          ]);
          const body = rendered([['time', 'variable', 'value', 'unit'], ...table], style);
          expect(decode(configOf(style), body, { zone: 'Etc/UTC' })).toEqual({
            problems: [],
            readings: rows.map(({ variable, at, value, unit }) => ({
              device: 'well-1',
              variable,
              at,
              value: Number(value) + 0,
              raw: spelled(value, style),
              unit,
            })),
          });
        },
      ),
    );
  });

  test('wide', () => {
    const wide = fc.uniqueArray(name, { minLength: 1, maxLength: 4 }).chain((variables) =>
      fc.record({
        variables: fc.constant(variables),
        rows: fc.array(
          fc.record({
            at: minute,
            values: fc.array(fc.option(number), { minLength: variables.length, maxLength: variables.length }),
          }),
        ),
      }),
    );
    fc.assert(
      fc.property(wide, styles, ({ variables, rows }, style) => {
        const table = rows.map(({ at, values }) => [
          timeText(at, style),
          ...values.map((value) => (value === null ? '' : spelled(value, style))),
        ]);
        const body = rendered([['time', ...variables], ...table], style);
        const config = { ...configOf(style), layout: 'wide' as const };
        expect(decode(config, body, { zone: 'Etc/UTC' })).toEqual({
          problems: [],
          readings: rows.flatMap(({ at, values }) =>
            values.flatMap((value, index) =>
              value === null
                ? []
                : [
                    {
                      device: 'well-1',
                      variable: variables[index],
                      at,
                      value: Number(value) + 0,
                      raw: spelled(value, style),
                    },
                  ],
            ),
          ),
        });
      }),
    );
  });
});
