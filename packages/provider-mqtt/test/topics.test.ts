import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { filterFits, filtersThatBring } from '../src/strays.ts';
import { capture, filterOf, templateOf } from '../src/topics.ts';

const part = fc.string({ unit: fc.constantFrom('a', 'b', '-', '.', '1'), minLength: 1, maxLength: 4 });
const topic = fc.array(part, { minLength: 1, maxLength: 7 }).map((parts) => parts.join('/'));

test('every filter that could have brought a topic is found, and none else', () => {
  fc.assert(
    fc.property(
      topic,
      fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
      fc.option(fc.nat({ max: 7 })),
      (text, wild, cutAt) => {
        const levels = text.split('/').map((level, index) => (wild[index] === true ? '+' : level));
        const filter = cutAt === null || cutAt > levels.length ? levels : [...levels.slice(0, cutAt), '#'];
        expect(filtersThatBring(text)).toContain(filter.join('/'));
      },
    ),
  );
  fc.assert(
    fc.property(topic, (text) => {
      for (const filter of filtersThatBring(text)) expect(filterFits(filter, text), filter).toBe(true);
    }),
  );
});

test('what a template captures is what its placeholders stand for, and its filter brings it', () => {
  const names = ['externalId', 'variable', 'site', 'unit'];
  fc.assert(
    fc.property(fc.array(fc.tuple(part, fc.boolean()), { minLength: 1, maxLength: 4 }), (levels) => {
      const text = levels.map(([level, open], index) => (open ? `{${names[index]}}` : level)).join('/');
      const arriving = levels.map(([level]) => level).join('/');
      const template = templateOf(text);
      expect(filterFits(filterOf(template), arriving)).toBe(true);
      expect(filterOf(template)).not.toContain('{');
      const expected = levels.flatMap(([level, open], index) => (open ? [[names[index], level]] : []));
      expect(Object.entries(capture(template, arriving)?.names ?? {})).toEqual(expected);
    }),
  );
});

test.each([
  [
    'v3/{application}@{tenant}/devices/{externalId}/up',
    'v3/wells@ttn/devices/w-1/up',
    { application: 'wells', tenant: 'ttn', externalId: 'w-1' },
  ],
  ['a/{externalId}/#', 'a/w', { externalId: 'w' }],
  ['a/{externalId}/#', 'a/w/x/y', { externalId: 'w' }],
  ['a/+/{variable}', 'a/w/level', { variable: 'level' }],
  ['a/{externalId}', 'a', undefined],
  ['a/{externalId}', 'a/b/c', undefined],
  ['a/dev-{externalId}', 'a/other', undefined],
  ['+/{externalId}', '$SYS/uptime', undefined],
])('%s reads %s', (text, arriving, names) => {
  expect(capture(templateOf(text), arriving)?.names).toEqual(names);
});

test('a secret is shown by the name of its placeholder', () => {
  const template = templateOf('v2/{site}/{credential}', ['site']);
  expect(capture(template, 'v2/key/token')).toEqual({
    names: {},
    secrets: { site: 'key', credential: 'token' },
    shown: 'v2/{site}/{credential}',
  });
  expect(filterOf(template, { site: 'key', credential: 'token' })).toBe('v2/key/token');
});
