import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Reading } from '@caudal/core';
import { http, type HttpConfig } from '@caudal/provider-http';
import { fakeHost } from '@caudal/testkit';
import { instanceOf } from './pages.ts';

type Answer = NonNullable<HttpConfig['answer']>;

/** One time with values, as a vendor holds them; texts are JSON numbers as they are spelled. */
interface Row {
  readonly at: number;
  readonly values: Readonly<Record<string, string>>;
}

/** A way to write an instant, and its step. */
interface TimeForm {
  readonly time: Omit<Answer['time'], 'at'>;
  readonly step: number;
  write(at: number): string;
}

const two = (value: number) => String(value).padStart(2, '0');
const civil = (at: number) => {
  const date = new Date(at);
  const day = `${two(date.getUTCDate())}/${two(date.getUTCMonth() + 1)}/${date.getUTCFullYear()}`;
  return `${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
};

const timeForms: Readonly<Record<string, TimeForm>> = {
  'epoch-ms': { time: { format: 'epoch-ms' }, step: 1, write: String },
  'epoch-ms as text': { time: { format: 'epoch-ms' }, step: 1, write: (at) => `"${at}"` },
  'epoch-s': { time: { format: 'epoch-s' }, step: 1000, write: (at) => String(at / 1000) },
  iso: { time: { format: 'iso' }, step: 1, write: (at) => JSON.stringify(new Date(at).toISOString()) },
  'iso without zone': {
    time: { format: 'iso', zone: '-04:00' },
    step: 1000,
    write: (at) => JSON.stringify(new Date(at - 4 * 3_600_000).toISOString().slice(0, 19)),
  },
  'a pattern': {
    time: { format: 'dd/MM/yyyy HH:mm:ss', zone: '+05:30' },
    step: 1000,
    write: (at) => JSON.stringify(civil(at + 330 * 60_000)),
  },
  // Eight digits of a day are finer than a second.
  tdatetime: {
    time: { format: 'tdatetime', zone: 'UTC' },
    step: 1000,
    write: (at) => (at / 86_400_000 + 25_569).toFixed(8),
  },
};

interface ShapeForm {
  readonly answer: Omit<Answer, 'time'>;
  readonly timeAt: string;
  write(rows: readonly Row[], time: (at: number) => string): string;
}

const names = ['level', 'flow', 'total m3'];
const has = (row: Row, name: string) => row.values[name] !== undefined;
const object = (members: readonly (readonly [string, string])[]) =>
  `{${members.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`;
const list = (items: readonly string[]) => `[${items.join(',')}]`;
const entries = (row: Row) => Object.entries(row.values);

const shapeForms: Readonly<Record<string, ShapeForm>> = {
  map: {
    answer: { items: 'data', shape: { type: 'map', value: 'value' } },
    timeAt: 'ts',
    write: (rows, time) =>
      object([
        [
          'data',
          object(
            names.map((name) => [
              name,
              list(
                rows
                  .filter((row) => has(row, name))
                  .map((row) =>
                    object([
                      ['ts', time(row.at)],
                      ['value', row.values[name] as string],
                    ]),
                  ),
              ),
            ]),
          ),
        ],
      ]),
  },
  'map of pairs': {
    answer: { shape: { type: 'map', value: '[1]' } },
    timeAt: '[0]',
    write: (rows, time) =>
      object(
        names.map((name) => [
          name,
          list(rows.filter((row) => has(row, name)).map((row) => list([time(row.at), row.values[name] as string]))),
        ]),
      ),
  },
  list: {
    answer: { items: 'a[0].b', shape: { type: 'list', variable: 'n.v', value: 'value' } },
    timeAt: 'when',
    write: (rows, time) =>
      object([
        [
          'a',
          list([
            object([
              [
                'b',
                list(
                  rows.flatMap((row) =>
                    entries(row).map(([name, text]) =>
                      object([
                        ['n', object([['v', JSON.stringify(name)]])],
                        ['when', time(row.at)],
                        ['value', text],
                      ]),
                    ),
                  ),
                ),
              ],
            ]),
          ]),
        ],
      ]),
  },
  rows: {
    answer: { shape: { type: 'rows' } },
    timeAt: 'time',
    write: (rows, time) => list(rows.map((row) => object([['time', time(row.at)], ...entries(row)]))),
  },
  'rows without names': {
    answer: { shape: { type: 'rows', variables: { level: '[1]', flow: '[2]', 'total m3': '[-1]' } } },
    timeAt: '[0]',
    write: (rows, time) =>
      list(
        rows
          .filter((row) => names.every((name) => has(row, name)))
          .map((row) => list([time(row.at), ...names.map((name) => row.values[name] as string)])),
      ),
  },
  columns: {
    answer: { items: 's', shape: { type: 'columns', members: 'v' } },
    timeAt: 't',
    write: (rows, time) => {
      const whole = rows.filter((row) => names.every((name) => has(row, name)));
      return object([
        [
          's',
          object([
            ['t', list(whole.map((row) => time(row.at)))],
            ['v', object(names.map((name) => [name, list(whole.map((row) => row.values[name] as string))]))],
          ]),
        ],
      ]);
    },
  },
  'parts by device': {
    answer: { each: { device: 'key' }, shape: { type: 'rows', members: 'values' } },
    timeAt: 'ts',
    write: (rows, time) =>
      object([
        [
          'unit-1',
          list(
            rows.map((row) =>
              object([
                ['ts', time(row.at)],
                ['values', object(entries(row))],
              ]),
            ),
          ),
        ],
      ]),
  },
};

/** JSON numbers in the spellings that vendors use, as numbers and as texts. */
const spelled = fc
  .oneof(
    fc.integer({ min: -1_000_000, max: 1_000_000_000 }).map(String),
    fc
      .tuple(fc.integer({ min: 0, max: 99_999 }), fc.stringMatching(/^\d{1,6}$/))
      .map(([whole, part]) => `${whole}.${part}`),
    fc.stringMatching(/^[1-9]\d{16,24}$/),
    fc.constantFrom('1e3', '2.50E-2', '-0', '0.0', '12345678901234567890.123'),
  )
  .chain((text) => fc.constantFrom(text, JSON.stringify(text)));

const rowsOf = (step: number) =>
  fc
    .uniqueArray(
      fc.record({
        at: fc
          .integer({ min: Date.UTC(2001, 0, 1) / step, max: Date.UTC(2099, 0, 1) / step })
          .map((count) => count * step),
        values: fc.record(Object.fromEntries(names.map((name) => [name, spelled])), { requiredKeys: [] }),
      }),
      { selector: ({ at }) => at, maxLength: 12 },
    )
    .map((rows) => rows as unknown as readonly Row[]);

const whole = new Set(['rows without names', 'columns']);

const key = ({ variable, at }: Pick<Reading, 'variable' | 'at'>) => `${at} ${variable}`;

test.each(Object.keys(shapeForms).flatMap((shape) => Object.keys(timeForms).map((time) => [shape, time] as const)))(
  'any rows written as %s with times as %s come back as they were',
  (shapeName, timeName) => {
    const shape = shapeForms[shapeName] as ShapeForm;
    const form = timeForms[timeName] as TimeForm;
    const config: HttpConfig = {
      baseUrl: 'http://localhost',
      pull: { latest: { path: '/' } },
      answer: { ...shape.answer, time: { ...form.time, at: shape.timeAt } },
    };
    const instance = instanceOf(http(config), fakeHost());
    const context = { settings: () => undefined, externalId: () => 'unit-1' };
    fc.assert(
      fc.property(rowsOf(form.step), (rows) => {
        const body = Buffer.from(shape.write(rows, (at) => form.write(at)));
        const envelope = { channel: 'pull', device: 'ours', asked: { devices: ['unit-1'], variables: names } } as const;
        const { readings, problems } = instance.decode({ id: '1', receivedAt: 0, body, envelope }, context);
        expect(problems).toEqual([]);
        const kept = whole.has(shapeName) ? rows.filter((row) => names.every((name) => has(row, name))) : rows;
        const wanted = kept.flatMap((row) =>
          entries(row).map(([variable, text]) => {
            const raw = text.startsWith('"') ? (JSON.parse(text) as string) : text;
            return { device: 'unit-1', variable, at: row.at, value: Number(raw) + 0, raw };
          }),
        );
        expect(readings.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))).toEqual(
          wanted.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)),
        );
      }),
      { numRuns: 40 },
    );
  },
);
