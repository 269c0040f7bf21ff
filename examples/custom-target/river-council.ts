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

type CouncilReport = Report<{ readonly token: SecretReference }, object>;

const definition = defineComplianceTarget({
  id: 'river-council',
  version: '1.0.0',
  description: 'Hourly flow of an intake, for a council of river users.',
  config: schemaOf(closedObject({ baseUrl: Type.String({ description: 'Address of the register.' }) })),
  // What one intake needs beside its code. A secret is a reference; its value is looked up when it is sent.
  work: schemaOf(closedObject({ token: SecretRef })),
  member: schemaOf(closedObject({})),
  // The council's rules as data. The runtime reads them: when slots fall, when something may be sent again, how often.
  profile: {
    regulator: 'River council',
    utcOffsetMinutes: -240,
    variants: {
      intake: {
        parameters: { flow: { unit: 'L/s', required: true, decimals: 1, description: 'Flow at the intake.' } },
      },
    },
    standards: { hourly: { every: 'hour', dueMs: 3_600_000, maxLag: { months: 1 }, delivery: 'online' } },
    naturalKey: ['work', 'slot'],
    // "There already" says that the hour is taken, not that the value is ours: reading back will show.
    duplicateMeans: 'received',
    readBack: true,
    resend: 'immediately',
    backlogSpacing: { ms: 1000, per: 'work' },
    flags: { 1: 'send', 2: 'send', 3: 'send', 4: 'hold', 9: 'missing' },
    completeness: 'all',
    submissionsPerRequest: 1,
  },
  create({ config: { baseUrl }, host }) {
    const http = createHttp({ host, baseUrl });
    const bearer = (report: CouncilReport) => ({ type: 'bearer', secret: report.work.settings.token }) as const;
    const answerOf = ({ status, headers, body }: HttpResponse): Answer => {
      // A regulator may repeat what we sent: nothing secret stays in what is kept.
      return { status, headers, body: host.redact.text(Buffer.from(body).toString('utf8').slice(0, 65_536)) };
    };
    const fieldsOf = ({ body }: Answer): Readonly<Record<string, unknown>> => {
      try {
        const value: unknown = JSON.parse(body);
        return isJsonObject(value) ? value : {};
      } catch {
        return {};
      }
    };
    const validate = ({ submissions }: CouncilReport): Issue[] =>
      submissions.flatMap(({ values }, index) => {
        const path = `/submissions/${index}/values/flow/value`;
        const value = values['flow']?.value ?? null;
        if (value === null) return [{ path, message: 'is missing' }];
        return value.startsWith('-') ? [{ path, message: 'is below zero' }] : [];
      });
    /** What an answer means. One that is not understood is a refusal, never a success. */
    const meaningOf = (answer: Answer): Outcome => {
      const { receipt, reason } = fieldsOf(answer);
      if (answer.status === 201 && typeof receipt === 'string') return { status: 'accepted', receipt };
      if (answer.status === 409 && typeof receipt === 'string') return { status: 'duplicate', receipt };
      const until = answer.status === 401 ? 'configuration' : answer.status === 422 ? 'final' : 'next-permitted-day';
      return { status: 'rejected', until, reason: typeof reason === 'string' ? reason : `answer ${answer.status}` };
    };
    return {
      close: () => http.close(),
      validate,
      // What will go, with the secret left open: this is stored and hashed before anything is sent.
      render(report) {
        const [mistake] = validate(report);
        if (mistake !== undefined)
          throw new CaudalError('invalid-data', `${mistake.path} ${mistake.message}`, { sent: 'no' });
        const [submission] = report.submissions;
        return {
          method: 'POST',
          url: `${baseUrl}/intakes/${encodeURIComponent(report.work.code)}/hours`,
          headers: { 'content-type': 'application/json', authorization: 'Bearer {{token}}' },
          body: JSON.stringify({
            hour: new Date(submission?.slot ?? 0).toISOString(),
            // As text: the decimals that the instrument gave, not those of a binary number.
            flow: submission?.values['flow']?.value,
          }),
          mediaType: 'application/json',
          slots: [{ name: 'token', fill: { secret: report.work.settings.token } }],
        };
      },
      // Once. When nothing comes back, http throws, and the runtime knows that it may have arrived.
      async submit({ artifact, report, signal }) {
        const response = await http.send({
          method: 'POST',
          path: '/intakes/{code}/hours',
          params: { code: report.work.code },
          auth: bearer(report),
          body: { content: artifact.body, mediaType: artifact.mediaType },
          signal,
        });
        const answer = answerOf(response);
        return { outcomes: Object.fromEntries(report.submissions.map(({ id }) => [id, meaningOf(answer)])), answer };
      },
      async confirm({ receipt, report, signal }) {
        const answer = answerOf(
          await http.send({ path: '/receipts/{receipt}', params: { receipt }, auth: bearer(report), signal }),
        );
        const theirs = fieldsOf(answer)['flow'];
        const ours = report.submissions[0]?.values['flow']?.value ?? '';
        if (answer.status !== 200 || typeof theirs !== 'string' || !isDecimal(theirs))
          return { status: 'not-found', reason: `answer ${answer.status}`, answer };
        return compareDecimals(ours, theirs) === 0
          ? { status: 'confirmed', answer }
          : { status: 'conflict', differences: [{ parameter: 'flow', ours, theirs }], answer };
      },
      async check({ work, signal }) {
        if (work === undefined) return { ok: true, message: 'a token belongs to an intake; name one' };
        const auth = { type: 'bearer', secret: work.settings.token } as const;
        http.expectOk(await http.send({ path: '/intakes/{code}', params: { code: work.code }, auth, signal }));
        return { ok: true, message: 'the council knows the intake and takes its token' };
      },
    };
  },
});

/** @example targets: { council: riverCouncil({ baseUrl: 'https://register.example.org' }) } */
export const riverCouncil = (config: ConfigOf<typeof definition>) => configured(definition, config);
