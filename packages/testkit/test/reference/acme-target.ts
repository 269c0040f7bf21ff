import {
  type Answer,
  type Artifact,
  CaudalError,
  closedObject,
  type ComplianceInstance,
  configured,
  defineComplianceTarget,
  type Host,
  type Issue,
  type Outcome,
  type Report,
  schemaOf,
  SecretRef,
  type SecretReference,
  Type,
} from '@caudal/core';
import { exchange, type Exchanged, refuseBadStatus } from './exchange.ts';

interface Config {
  readonly baseUrl: string;
  readonly timeoutMs: number;
  readonly serveKey?: SecretReference;
}

interface Work {
  readonly password: SecretReference;
}

export type AcmeReport = Report<Work, Record<string, never>>;

const parsed = (text: string): Record<string, unknown> => {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
};

/** Redacted, because a registry may repeat what it was sent. */
const answerOf = ({ status, body }: Exchanged, { redact }: Host): Answer => ({
  status,
  headers: {},
  body: redact.text(Buffer.from(body).toString('utf8')),
});

const normal = (decimal: string) => (decimal.includes('.') ? decimal.replace(/0+$/, '').replace(/\.$/, '') : decimal);

const meaning = (answer: Answer): Outcome => {
  const { status, receipt, reason } = parsed(answer.body);
  if (answer.status === 200 && status === 'ok' && typeof receipt === 'string') return { status: 'accepted', receipt };
  if (answer.status === 409 && typeof receipt === 'string') return { status: 'duplicate', receipt };
  const until = answer.status === 422 ? 'final' : 'next-permitted-day';
  return { status: 'rejected', until, reason: typeof reason === 'string' ? reason : `answer ${answer.status}` };
};

const validate = (report: AcmeReport): Issue[] =>
  report.submissions.flatMap(({ values }, index) =>
    Object.entries(values).flatMap(([parameter, { value }]) => {
      const path = `/submissions/${index}/values/${parameter}/value`;
      if (value === null) return [{ path, message: 'is missing' }];
      return value.startsWith('-') ? [{ path, message: 'is below zero' }] : [];
    }),
  );

interface Held {
  readonly receipt: string;
  readonly values: Readonly<Record<string, string>>;
}

const differencesOf = (report: AcmeReport, values: Held['values']) =>
  Object.entries(report.submissions[0]?.values ?? {}).flatMap(([parameter, { value }]) => {
    const ours = value ?? '';
    const theirs = String(values[parameter]);
    return normal(ours) === normal(theirs) ? [] : [{ parameter, ours, theirs }];
  });

const instance = (config: Config, host: Host): ComplianceInstance<Work, Record<string, never>> => {
  const ask = async (path: string, password: SecretReference, signal: AbortSignal) =>
    exchange({
      url: `${config.baseUrl}${path}`,
      headers: { 'x-password': encodeURIComponent(await host.secret(password)) },
      signal,
      timeoutMs: config.timeoutMs,
    });

  return {
    validate,
    render(report): Artifact {
      if (validate(report).length > 0) throw new CaudalError('invalid-data', 'the report is not valid', { sent: 'no' });
      return {
        method: 'POST',
        url: `${config.baseUrl}/measurements`,
        headers: { 'content-type': 'application/json', 'x-password': '{{password}}' },
        body: JSON.stringify({ work: report.work.code, sent: '{{sent}}', submissions: report.submissions }),
        mediaType: 'application/json',
        slots: [
          { name: 'password', fill: { secret: report.work.settings.password } },
          { name: 'sent', fill: { sendTime: 'iso' } },
        ],
      };
    },
    async submit({ artifact, report, sendTime, signal }) {
      const password = encodeURIComponent(await host.secret(report.work.settings.password));
      const fill = (text: string) =>
        text.replaceAll('{{password}}', password).replaceAll('{{sent}}', new Date(sendTime).toISOString());
      const exchanged = await exchange({
        method: artifact.method,
        url: artifact.url,
        headers: Object.fromEntries(Object.entries(artifact.headers).map(([name, value]) => [name, fill(value)])),
        body: fill(artifact.body),
        signal,
        timeoutMs: config.timeoutMs,
      });
      host.log.info({ status: exchanged.status }, 'submitted');
      const answer = answerOf(exchanged, host);
      const outcome = meaning(answer);
      return {
        outcomes: Object.fromEntries(report.submissions.map(({ id }) => [id, outcome])),
        answer,
      };
    },
    async confirm({ receipt, report, signal }) {
      const exchanged = await ask(`/measurements/${receipt}`, report.work.settings.password, signal);
      const answer = answerOf(exchanged, host);
      const { values } = parsed(answer.body) as { values?: Record<string, string> };
      if (exchanged.status !== 200 || values === undefined) {
        return { status: 'not-found', reason: `answer ${exchanged.status}`, answer };
      }
      const differences = differencesOf(report, values);
      return differences.length === 0 ? { status: 'confirmed', answer } : { status: 'conflict', differences, answer };
    },
    async find({ report, signal }) {
      const slot = report.submissions[0]?.slot ?? 0;
      const path = `/measurements?work=${encodeURIComponent(report.work.code)}&slot=${slot}`;
      const exchanged = await ask(path, report.work.settings.password, signal);
      const answer = answerOf(exchanged, host);
      const { records } = parsed(answer.body) as { records?: readonly Held[] };
      if (exchanged.status !== 200 || !Array.isArray(records))
        return { status: 'unclear', reason: `answer ${exchanged.status}`, answer };
      const [held] = records;
      if (held === undefined) return { status: 'absent', answer };
      const differences = [
        ...differencesOf(report, held.values),
        ...(records.length === 1 ? [] : [{ parameter: 'records', ours: '1', theirs: String(records.length) }]),
      ];
      const { receipt } = held;
      return differences.length === 0
        ? { status: 'found', receipt, answer }
        : { status: 'differs', differences, receipt, answer };
    },
    async serve({ method, headers }, call) {
      const key = config.serveKey === undefined ? undefined : await host.secret(config.serveKey);
      if (key === undefined || headers['x-regulator-key'] !== key) return { status: 401, body: 'not for you' };
      if (method !== 'GET') return { status: 405, headers: { allow: 'GET' } };
      const books = call.works.map(async ({ code }) => ({
        code,
        slots: await call.history(code, { from: 0, to: Infinity }),
      }));
      return {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(await Promise.all(books)),
      };
    },
    draftOutage: ({ works, from, to }) => ({
      to: 'registry@example.com',
      subject: `Outage of ${works.length} works`,
      text: `${works.join(', ')}: from ${new Date(from).toISOString()}${to === undefined ? '' : ` to ${new Date(to).toISOString()}`}`,
      dueAt: from + 5 * 86_400_000,
    }),
    async check({ work, signal }) {
      if (work === undefined) return { ok: true, message: 'nothing to check' };
      refuseBadStatus(await ask('/account', work.settings.password, signal));
      return { ok: true, message: 'the account answers' };
    },
  };
};

export const acmeTargetDefinition = defineComplianceTarget({
  id: 'acme-registry',
  version: '2.0.0',
  config: schemaOf(
    closedObject({
      baseUrl: Type.String({ description: 'Address of the registry.' }),
      timeoutMs: Type.Integer({ default: 5000, description: 'Longest silence, ms.' }),
      serveKey: Type.Optional(SecretRef),
    }),
  ),
  work: schemaOf(closedObject({ password: SecretRef })),
  member: schemaOf(closedObject({})),
  profile: {
    regulator: 'Acme registry',
    utcOffsetMinutes: -240,
    variants: {
      well: {
        parameters: {
          level: { unit: 'm', required: true, decimals: 2, description: 'Depth to water.' },
          total: { unit: 'm3', required: true, decimals: 0, description: 'Register.' },
        },
      },
    },
    standards: { hourly: { every: 'hour', dueMs: 3_600_000, maxLag: { months: 1 }, delivery: 'online' } },
    naturalKey: ['work', 'slot'],
    duplicateMeans: 'received',
    readBack: true,
    lookUp: { afterMs: 60_000 },
    resend: 'next-calendar-day',
    backlogSpacing: { ms: 1000, per: 'work' },
    flags: { 1: 'send', 2: 'send', 3: 'send', 4: 'hold', 9: 'missing' },
    completeness: 'all',
    submissionsPerRequest: 2,
  },
  create: ({ config, host }) => instance(config, host),
});

/** A compliance target that does everything right. */
export const acmeTarget = (baseUrl: string, timeoutMs = 5000) =>
  configured(acmeTargetDefinition, { baseUrl, timeoutMs, serveKey: 'env:ACME_SERVE' });
