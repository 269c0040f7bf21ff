import assert from 'node:assert/strict';
import { baselineBreaks, readBaseline, schemaBaseline, writeBaseline } from '../baseline/schema-baseline.ts';
import { askedToWrite } from '../conformance/author.ts';
import { type Check, skip } from '../conformance/check.ts';
import type { Subject } from '../conformance/session.ts';

const how = 'CAUDAL_SCHEMAS=update with your test command writes it';
const howToBreak = 'in a new major version, CAUDAL_SCHEMAS=break writes it all the same';

/** The check of the schemas against those last published. */
export const baselineCheck: Check<Subject> = {
  id: 'A-20',
  title: 'the schemas take whatever the committed baseline took',
  why: 'A setting that is newly required, refused or no longer secret breaks the configuration of everybody who updates.',
  run({ definition, schemas, schemaBaseline: file }) {
    if (file === undefined) return skip('the options name no schemaBaseline');
    const asked = askedToWrite('CAUDAL_SCHEMAS');
    const now = schemaBaseline(definition, schemas);
    const before = readBaseline(file);
    const breaks = before === undefined ? [] : baselineBreaks(before, now);
    if (breaks.length > 0 && asked !== 'break') {
      assert.fail(`breaking changes: ${breaks.join('; ')} (${howToBreak})`);
    }
    const current = JSON.stringify(before) === JSON.stringify(now);
    if (!current && asked !== undefined) {
      writeBaseline(file, now);
      skip('the baseline was written; read it before you commit it');
    }
    assert.ok(before !== undefined, `the baseline is missing; ${how}`);
    assert.ok(current, `the schemas have changed and break nobody, but the baseline is not current; ${how}`);
  },
};
