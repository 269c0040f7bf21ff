import { named } from '../access/author-names.ts';
import type { Services } from '../services.ts';
import type { SubmissionRow, ValueRow } from '../store/rows.ts';
import { designStatusOf } from '../store/submission-states.ts';

/** What a trace starts from: a receipt, a submission id, or a value as `point/variable@instant`. */
export type TraceKey = string;

const findSubmission = async ({ store }: Services, key: TraceKey): Promise<SubmissionRow | null> =>
  (await store.read.submission(key)) ?? (await store.read.submissionBy({ receipt: key }));

const rawOf = async ({ store }: Services, id: string) => {
  const raw = await store.read.raw(id);
  if (raw === null) return { id, kept: false as const };
  const { body, ...rest } = raw;
  const text = Buffer.from(body).toString('utf8');
  return {
    ...rest,
    kept: true as const,
    bytes: body.byteLength,
    body: text.length > 20_000 ? `${text.slice(0, 20_000)}…` : text,
  };
};

const valueOf = async (services: Services, row: ValueRow) => ({
  value: row,
  findings: (await services.store.read.findings({ series: row.series, from: row.at, to: row.at + 1, limit: 50 })).map(
    ({ rule, ruleVersion, code, flag, status, from, to, detail }) => ({
      rule,
      ruleVersion,
      code,
      flag,
      status,
      from,
      to,
      detail,
    }),
  ),
  corrections: (await services.store.read.corrections(row.series)).filter(
    ({ from, to }) => from <= row.at && row.at <= to,
  ),
  revisions: await services.store.read.revisions(row.series, row.at),
  basis: await services.store.read.basis(row.basis),
  raw: await rawOf(services, row.raw),
});

/**
 * From a receipt or a submission back to the raw bytes, or from a value forward to its receipt: everything between, as stored.
 * Answers null when nothing of that name is known.
 */
export const trace = async (services: Services, key: TraceKey) => {
  const { store } = services;
  const submission = await findSubmission(services, key);
  if (submission !== null) {
    const attempts = await store.read.attempts(submission.id);
    const values = [];
    for (const { series, at } of submission.sources) {
      const row = (await store.read.values({ series: [series], from: at, to: at + 1 }))[0];
      if (row !== undefined) values.push(await valueOf(services, row));
    }
    return {
      kind: 'submission' as const,
      submission: { ...submission, status: designStatusOf(submission) },
      attempts,
      values,
      audit: await named(
        store,
        await store.read.auditTrail({ subject: submission.id, limit: 100 }),
        ({ actor }) => actor,
      ),
    };
  }
  const place = /^([^@]+)@(.+)$/.exec(key);
  if (place === null) return null;
  const at = /^\d+$/.test(place[2] as string) ? Number(place[2]) : Date.parse(place[2] as string);
  const row = (await store.read.values({ series: [place[1] as string], from: at, to: at + 1 }))[0];
  if (row === undefined) return null;
  const submissions = await store.read.submissionsOf(row.series, row.at);
  const forward = [];
  for (const one of submissions)
    forward.push({
      submission: { ...one, status: designStatusOf(one) },
      attempts: await store.read.attempts(one.id),
    });
  return { kind: 'value' as const, ...(await valueOf(services, row)), submissions: forward };
};

export type Trace = NonNullable<Awaited<ReturnType<typeof trace>>>;
