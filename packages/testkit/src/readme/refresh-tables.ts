import { AssertionError } from 'node:assert';
import type { JsonSchema } from '@caudal/core';
import { schemaTable } from './schema-table.ts';

const marker = /<!-- caudal:(?:([a-z][a-z0-9/-]*) )?([a-z]+) -->[\s\S]*?<!-- \/caudal -->/g;

/**
 * Writes anew every table between `<!-- caudal:config -->` and `<!-- /caudal -->`. The word names a schema of the plugin:
 * `config`, `device`, `variable`, `work`, `member`, `address` or `params`; where one text speaks of several plugins, the plugin's
 * id goes before it (`<!-- caudal:acme config -->`). Everything else stays as it is, other plugins' tables too.
 *
 * @throws AssertionError when a marker names a schema that the plugin does not have
 */
export const refreshTables = (markdown: string, schemas: Readonly<Record<string, JsonSchema>>, id?: string): string =>
  markdown.replaceAll(marker, (whole, plugin: string | undefined, name: string) => {
    if (plugin !== undefined && plugin !== id) return whole;
    const label = plugin === undefined ? name : `${plugin} ${name}`;
    const schema = schemas[name];
    if (schema === undefined) {
      throw new AssertionError({
        message: `<!-- caudal:${label} --> names no schema; there are ${Object.keys(schemas).join(', ')}`,
      });
    }
    return `<!-- caudal:${label} -->\n\n${schemaTable(schema)}\n\n<!-- /caudal -->`;
  });

/** The schemas for which the text has a table, with the plugin's id where it is given. */
export const tablesIn = (markdown: string): string[] =>
  [...markdown.matchAll(marker)].map(([, plugin, name]) =>
    plugin === undefined ? (name as string) : `${plugin} ${name}`,
  );
