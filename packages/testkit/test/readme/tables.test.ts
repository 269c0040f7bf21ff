import { closedObject, schemaOf, SecretRef, Type } from '@caudal/core';
import { expect, test } from 'vitest';
import { refreshTables, schemaTable, tablesIn } from '@caudal/testkit';

const config = schemaOf(
  closedObject({
    baseUrl: Type.String({ default: 'https://api.example.com', description: 'Address of the API.' }),
    mode: Type.Optional(Type.Union([Type.Literal('a|b'), Type.Literal(2)], { description: 'How\nto ask.' })),
    retries: Type.Optional(Type.Integer({ minimum: 1, maximum: 5, description: 'How often.' })),
    webhook: Type.Optional(closedObject({ secret: SecretRef }, { description: 'Accept pushes.' })),
    rows: Type.Array(closedObject({ name: Type.String({ description: 'Its name.' }) }), { description: 'Rows.' }),
    labels: Type.Optional(Type.Record(Type.String(), Type.Number(), { description: 'Numbers by name.' })),
  }),
);

test('a schema becomes a table with a row for every setting, nested ones by their path', () => {
  const rows = schemaTable(config)
    .split('\n')
    .map((line) => line.replaceAll(/ +/g, ' '));
  expect(rows).toEqual([
    '| option | type | default | meaning |',
    expect.stringMatching(/^\| -+ \| -+ \| -+ \| -+ \|$/),
    '| `baseUrl` | string | `https://api.example.com` | Address of the API. |',
    '| `mode` | `a\\|b`, `2` | – | How to ask. |',
    '| `retries` | integer ≥ 1, ≤ 5 | – | How often. |',
    '| `webhook` | object | – | Accept pushes. |',
    '| `webhook.secret` | secret | required | A secret by reference: env:NAME, file:/path or store:name. |',
    '| `rows` | list of object | required | Rows. |',
    '| `rows[].name` | string | required | Its name. |',
    '| `labels` | map of number | – | Numbers by name. |',
  ]);
});

test('a setting that several choices have is one row, required only where every choice wants it', () => {
  const choice = schemaOf(
    closedObject({
      auth: Type.Union([
        closedObject({ type: Type.Literal('header'), name: Type.String({ description: 'Of the header.' }) }),
        closedObject({ type: Type.Literal('bearer') }),
      ]),
    }),
  );
  expect(
    schemaTable(choice)
      .split('\n')
      .slice(2)
      .map((line) => line.replaceAll(/ +/g, ' ')),
  ).toEqual([
    '| `auth` | object | required | |',
    '| `auth.type` | `header`, `bearer` | required | |',
    '| `auth.name` | string | – | Of the header. |',
  ]);
});

test('a schema without settings is one sentence', () => {
  expect(schemaTable(schemaOf(closedObject({})))).toBe('No settings.');
});

test('only what stands between markers is written anew, and a second time changes nothing', () => {
  const readme = 'Before\n\n<!-- caudal:config -->\nold\n<!-- /caudal -->\n\nAfter\n';
  const once = refreshTables(readme, { config });
  expect(once.startsWith('Before\n\n<!-- caudal:config -->\n\n| option')).toBe(true);
  expect(once.endsWith('|\n\n<!-- /caudal -->\n\nAfter\n')).toBe(true);
  expect(refreshTables(once, { config })).toBe(once);
  expect(tablesIn(once)).toEqual(['config']);
});

test('a marker for a schema that is not there is named', () => {
  expect(() => refreshTables('<!-- caudal:work --><!-- /caudal -->', { config })).toThrow(
    '<!-- caudal:work --> names no schema; there are config',
  );
});
