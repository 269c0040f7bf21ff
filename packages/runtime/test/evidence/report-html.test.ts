import { expect, test } from 'vitest';
import { reportHtml } from '../../src/evidence/package/report-html.ts';
import type { SubmissionRow } from '../../src/store/index.ts';

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
  const html = reportHtml({ work: hostile, from: at, to: at + 1, at, rows: [row], rawRecords: 0 });
  expect(html).not.toMatch(/<(script|img)|onerror='/);
  // Title, heading, parameter, value, receipt and reason.
  expect(html.split('&#60;script&#62;alert(1)').length - 1).toBe(6);
  expect(html).toContain('2026-01-15 09:00:00');
  expect(html).toContain('rechazada');
});
