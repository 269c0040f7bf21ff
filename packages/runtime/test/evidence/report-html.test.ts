import { expect, test } from 'vitest';
import { reportHtml } from '../../src/evidence/package/report-html.ts';
import type { SubmissionRow } from '../../src/store/index.ts';
import type { TaskRow } from '../../src/store/tasks.ts';

const hostile = `"><script>alert(1)</script><img src=x onerror='y'>&`;

test('what came from a regulator, a vendor or the configuration stands in the report as text', () => {
  const at = Date.UTC(2026, 0, 15, 13);
  const row: SubmissionRow = {
    id: 's',
    obligation: 'o',
    target: 'dga',
    work: hostile,
    slot: at,
    state: 'rejected',
    nextAt: at,
    dueAt: at,
    maxLagAt: at,
    report: {
      work: { code: hostile, settings: {} },
      members: {},
      submissions: [{ id: 's', slot: at, values: { [hostile]: { value: hostile, at, flag: 1 } } }],
    },
    sources: [],
    receipt: hostile,
    reason: hostile,
    attempts: 1,
    sentAt: at,
    confirmedAt: null,
    configuration: null,
    epoch: 3,
  };
  const task: TaskRow = {
    id: 't',
    submission: 's',
    obligation: 'o',
    target: 'dga',
    work: hostile,
    slot: at,
    member: hostile,
    state: 'done',
    held: hostile,
    value: hostile,
    cause: 'late-data',
    detail: null,
    openedAt: at,
    changedAt: at,
    actor: hostile,
    reason: hostile,
    reference: hostile,
    steps: 2,
  };
  const html = reportHtml({ work: hostile, from: at, to: at + 1, at, rows: [row], tasks: [task], rawRecords: 0 });
  expect(html).not.toMatch(/<(script|img)|onerror='/);
  // Title, heading, parameter, value, receipt and reason; of the correction parameter, both values, reason and reference.
  expect(html.split('&#60;script&#62;alert(1)').length - 1).toBe(11);
  expect(html).toContain('2026-01-15 09:00:00');
  expect(html).toContain('rechazada');
  expect(html).toContain('llegó tarde un dato más cercano');
  expect(html).toContain('hecha: la autoridad tiene el valor nuevo');
});
