import {
  type Answer,
  CaudalError,
  closedObject,
  compareDecimals,
  type ConfigOf,
  configured,
  defineComplianceTarget,
  isDecimal,
  isJsonObject,
  type Issue,
  type Outcome,
  type Report,
  schemaOf,
  SecretRef,
  type SecretReference,
  Type,
} from '@caudal/core';
import { createHttp, type HttpResponse } from '@caudal/http';
import manifest from '../package.json' with { type: 'json' };

type Work = { readonly token: SecretReference };
type WorkReport = Report<Work, object>;

/** Everything the regulator would refuse or, worse, store wrongly. */
const validate = ({ submissions }: WorkReport): Issue[] =>
  submissions.flatMap(({ values }, index) =>
    Object.entries(values).flatMap(([parameter, { value }]) => {
      const path = `/submissions/${index}/values/${parameter}/value`;
      if (value === null) return [{ path, message: 'is missing' }];
      return value.startsWith('-') ? [{ path, message: 'is below zero' }] : [];
    }),
  );

const definition = defineComplianceTarget({
  id: 'acme-id',
  version: manifest.version,
  description: 'Reports to the Acme authority.',
  config: schemaOf(closedObject({ baseUrl: Type.String({ description: 'Address of the API.' }) })),
  work: schemaOf(closedObject({ token: SecretRef })),
  member: schemaOf(closedObject({})),
  // The regulator's rules as data: the host's outbox reads them and knows no regulator by name.
  profile: {
    regulator: 'Acme authority',
    utcOffsetMinutes: -240,
    variants: {
      well: {
        parameters: {
          total: { unit: 'm3', required: true, decimals: 0, description: 'The register as it stands on the dial.' },
          level: { unit: 'm', required: true, decimals: 2, description: 'Depth to water.' },
        },
      },
    },
    standards: { hourly: { every: 'hour', dueMs: 3_600_000, maxLag: { months: 1 }, delivery: 'online' } },
    naturalKey: ['work', 'slot'],
    duplicateMeans: 'received',
    readBack: true,
    resend: 'next-calendar-day',
    backlogSpacing: { ms: 60_000, per: 'work' },
    flags: { 1: 'send', 2: 'send', 3: 'send', 4: 'hold', 9: 'missing' },
    completeness: 'all',
    submissionsPerRequest: 1,
  },
  create({ config: { baseUrl }, host }) {
    const http = createHttp({ host, baseUrl });
    const answerOf = ({ status, headers, body }: HttpResponse): Answer => {
      return { status, headers, body: host.redact.text(Buffer.from(body).toString('utf8').slice(0, 65_536)) };
    };
    const fieldsOf = (body: string): Readonly<Record<string, unknown>> => {
      try {
        const value: unknown = JSON.parse(body);
        return isJsonObject(value) ? value : {};
      } catch {
        return {};
      }
    };
    /** An answer that is not understood is rejected, never accepted. */
    const meaningOf = ({ status, body }: Answer): Outcome => {
      const { receipt, reason } = fieldsOf(body);
      if (status === 201 && typeof receipt === 'string') return { status: 'accepted', receipt };
      if (status === 409) return { status: 'duplicate', ...(typeof receipt === 'string' && { receipt }) };
      const until =
        status === 401 || status === 403 ? 'configuration' : status === 422 ? 'final' : 'next-permitted-day';
      return { status: 'rejected', until, reason: typeof reason === 'string' ? reason : `answer ${status}` };
    };
    return {
      close: () => http.close(),
      validate,
      /** The request as it will go, with secrets and send time left open: this is what is stored, hashed and shown. */
      render(report) {
        const [first] = validate(report);
        if (first !== undefined)
          throw new CaudalError('invalid-data', `${first.path} ${first.message}`, { sent: 'no' });
        const measurements = report.submissions.map(({ slot, values }) => ({
          at: new Date(slot).toISOString(),
          ...Object.fromEntries(Object.entries(values).map(([parameter, { value }]) => [parameter, value])),
        }));
        return {
          method: 'POST',
          url: `${baseUrl}/works/${encodeURIComponent(report.work.code)}/measurements`,
          headers: { 'content-type': 'application/json', authorization: 'Bearer {{token}}' },
          body: JSON.stringify(measurements),
          mediaType: 'application/json',
          slots: [{ name: 'token', fill: { secret: report.work.settings.token } }],
        };
      },
      async submit({ artifact, report, signal }) {
        const response = await http.send({
          method: 'POST',
          path: `/works/${encodeURIComponent(report.work.code)}/measurements`,
          auth: { type: 'bearer', secret: report.work.settings.token },
          body: { content: artifact.body, mediaType: artifact.mediaType },
          signal,
        });
        const answer = answerOf(response);
        return { outcomes: Object.fromEntries(report.submissions.map(({ id }) => [id, meaningOf(answer)])), answer };
      },
      async confirm({ receipt, report, signal }) {
        const auth = { type: 'bearer', secret: report.work.settings.token } as const;
        const response = await http.send({ path: '/receipts/{receipt}', params: { receipt }, auth, signal });
        const answer = answerOf(response);
        const { values } = fieldsOf(answer.body);
        if (response.status !== 200 || !isJsonObject(values))
          return { status: 'not-found', reason: `answer ${response.status}`, answer };
        const differences = Object.entries(report.submissions[0]?.values ?? {}).flatMap(([parameter, { value }]) => {
          const [ours, theirs] = [value ?? '', String(values[parameter])];
          return isDecimal(theirs) && compareDecimals(ours, theirs) === 0 ? [] : [{ parameter, ours, theirs }];
        });
        return differences.length === 0 ? { status: 'confirmed', answer } : { status: 'conflict', differences, answer };
      },
      async check({ work, signal }) {
        if (work === undefined) return { ok: true, message: 'a token belongs to a work; name one' };
        const auth = { type: 'bearer', secret: work.settings.token } as const;
        http.expectOk(await http.send({ path: '/works/{code}', params: { code: work.code }, auth, signal }));
        return { ok: true, message: 'the Acme authority accepts the token' };
      },
    };
  },
});

/** The Acme authority. @example acme({ baseUrl: 'https://api.acme.example' }) */
export const acme = (config: ConfigOf<typeof definition>) => configured(definition, config);
