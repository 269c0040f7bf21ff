import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { askedToWrite } from '../conformance/author.ts';
import { type Check, skip } from '../conformance/check.ts';
import type { Subject } from '../conformance/session.ts';
import { refreshTables, tablesIn } from '../readme/refresh-tables.ts';

/** What a formatter may change in a table. */
const plain = (markdown: string) => markdown.replaceAll(/ +/g, ' ').replaceAll(/-+/g, '-');

/** The check of the tables that a reader configures by. */
export const readmeCheck: Check<Subject> = {
  id: 'A-21',
  title: 'the tables of the README say what the schemas say',
  why: 'Whoever configures by a stale table gets a refusal, or a default that nobody wrote down.',
  run({ definition, schemas, readme: file }) {
    if (file === undefined) return skip('the options name no readme');
    const markdown = readFileSync(file, 'utf8');
    const { id } = definition;
    const mine = tablesIn(markdown).filter((label) => !label.includes(' ') || label.startsWith(`${id} `));
    assert.ok(
      mine.length > 0,
      'the README has no table; write <!-- caudal:config --> and <!-- /caudal --> where it goes',
    );
    const now = refreshTables(
      markdown,
      Object.fromEntries(Object.entries(schemas).map(([name, { schema }]) => [name, schema])),
      id,
    );
    const current = plain(now) === plain(markdown);
    if (!current && askedToWrite('CAUDAL_DOCS') === 'update') {
      writeFileSync(file, now);
      skip('the tables were written; read them before you commit them');
    }
    assert.ok(
      current,
      'the tables are stale; "caudal docs", or CAUDAL_DOCS=update with your test command, writes them',
    );
  },
};
