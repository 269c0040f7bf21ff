import { AssertionError } from 'node:assert';
import type { JsonSchema } from '@caudal/core';
import { schemaTable } from './schema-table.ts';

const marker = /<!-- caudal:([a-z][a-z0-9/ -]*) -->[\s\S]*?<!-- \/caudal -->/g;

/**
 * Writes anew every table between `<!-- caudal:config -->` and `<!-- /caudal -->`. The word names a schema of the plugin:
 * `config`, `device`, `variable`, `work`, `member`, `address` or `params`. Everything else stays as it is.
 *
 * @throws AssertionError when a marker names a schema that the plugin does not have
 */
export const refreshTables = (markdown: string, schemas: Readonly<Record<string, JsonSchema>>): string =>
  markdown.replaceAll(marker, (_, name: string) => {
    const schema = schemas[name];
    if (schema === undefined) {
      throw new AssertionError({
        message: `<!-- caudal:${name} --> names no schema; there are ${Object.keys(schemas).join(', ')}`,
      });
    }
    return `<!-- caudal:${name} -->\n\n${schemaTable(schema)}\n\n<!-- /caudal -->`;
  });

/** The schemas for which the text has a table. */
export const tablesIn = (markdown: string): string[] =>
  [...markdown.matchAll(marker)].map(([, name]) => name as string);
