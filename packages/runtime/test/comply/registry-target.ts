import {
  type Answer,
  CaudalError,
  closedObject,
  compareDecimals,
  type ComplianceProfile,
  configured,
  defineComplianceTarget,
  type Outcome,
  type Report,
  schemaOf,
  SecretRef,
  Type,
} from '@caudal/core';

const minute = 60_000;

interface Held {
  readonly work: string;
  readonly instant: string;
  readonly receipt?: string;
  readonly values: Readonly<Record<string, string>>;
}

const instantOf = (slot: number) => new Date(slot).toISOString().replace('.000Z', 'Z');

const objectIn = (text: string): Partial<Held & { records: readonly Held[] }> => {
  try {
    const found = JSON.parse(text) as unknown;
    return typeof found === 'object' && found !== null ? found : {};
  } catch {
    return {};
  }
};

const reach = async (
  url: string,
  request: { method?: string; headers?: Readonly<Record<string, string>>; body?: string; signal: AbortSignal },
): Promise<Answer> => {
  try {
    const response = await fetch(url, { ...request, headers: { ...request.headers, authorization: 'Bearer key' } });
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
  } catch (cause) {
    const code = (cause as { cause?: { code?: string } }).cause?.code;
    throw new CaudalError('transient', 'no answer', { sent: code === 'ECONNREFUSED' ? 'no' : 'maybe', scope: 'item' });
  }
};

const differences = (ours: Report['submissions'][number]['values'], theirs: Held['values']) =>
  Object.entries(ours).flatMap(([parameter, { value }]) => {
    const [own, other] = [value ?? '', theirs[parameter] ?? ''];
    return own !== '' && other !== '' && compareDecimals(own, other) === 0
      ? []
      : [{ parameter, ours: own, theirs: other }];
  });

/** Reports to the simulated registry, by a profile that a test says. */
export const registryTarget = (url: string, profile: Partial<ComplianceProfile>) =>
  configured(
    defineComplianceTarget({
      id: 'registry',
      version: '1.0.0',
      config: schemaOf(closedObject({})),
      work: schemaOf(closedObject({ password: Type.Optional(SecretRef), variant: Type.Optional(Type.String()) })),
      member: schemaOf(closedObject({})),
      profile: {
        regulator: 'REGISTRY',
        utcOffsetMinutes: -240,
        variants: { well: { parameters: { q: { unit: 'L/s', required: true, decimals: 2, description: 'flow' } } } },
        standards: {
          HOUR: { every: 'hour', dueMs: 60 * minute, maxLag: { ms: 7 * 1_440 * minute }, delivery: 'online' },
        },
        naturalKey: ['work', 'slot'],
        duplicateMeans: 'received',
        readBack: true,
        resend: 'next-calendar-day',
        backlogSpacing: { ms: 5 * minute, per: 'work' },
        flags: { 1: 'send', 2: 'send', 3: 'send', 4: 'hold', 9: 'missing' },
        completeness: 'all',
        submissionsPerRequest: 1,
        ...profile,
      },
      create: () => ({
        validate: () => [],
        render: ({ work, submissions: [one] }) => ({
          method: 'POST',
          url: `${url}/records`,
          headers: { 'idempotency-key': one?.id ?? '' },
          body: JSON.stringify({
            work: work.code,
            instant: instantOf(one?.slot ?? 0),
            values: Object.fromEntries(Object.entries(one?.values ?? {}).map(([name, { value }]) => [name, value])),
          }),
          mediaType: 'application/json',
          slots: [],
        }),
        async submit({ artifact, report: { work, submissions }, signal }) {
          const [one] = submissions as [Report['submissions'][number]];
          const answer = await reach(artifact.url, {
            method: 'POST',
            headers: { ...artifact.headers, 'content-type': artifact.mediaType },
            body: artifact.body,
            signal,
          });
          const said = objectIn(answer.body);
          const ours = said.work === work.code && said.instant === instantOf(one.slot);
          const receipt = typeof said.receipt === 'string' ? { receipt: said.receipt } : {};
          const outcome: Outcome =
            ours && (answer.status === 200 || answer.status === 201)
              ? { status: 'accepted', ...receipt }
              : ours && answer.status === 409
                ? { status: 'duplicate', ...receipt }
                : { status: 'rejected', until: 'next-permitted-day', reason: `answer ${answer.status}` };
          return { outcomes: { [one.id]: outcome }, answer };
        },
        ...(profile.readBack === false
          ? {}
          : {
              async confirm({ receipt, report, signal }) {
                const answer = await reach(`${url}/records/${receipt}`, { signal });
                const { values } = objectIn(answer.body);
                if (answer.status !== 200 || values === undefined)
                  return { status: 'not-found', reason: `answer ${answer.status}`, answer } as const;
                const found = differences(report.submissions[0]?.values ?? {}, values);
                return found.length === 0
                  ? ({ status: 'confirmed', answer } as const)
                  : ({ status: 'conflict', differences: found, answer } as const);
              },
            }),
        ...(profile.lookUp === undefined
          ? {}
          : {
              async find({ report: { work, submissions }, signal }) {
                const [one] = submissions as [Report['submissions'][number]];
                const key = new URLSearchParams({ work: work.code, instant: instantOf(one.slot) });
                const answer = await reach(`${url}/records?${key.toString()}`, { signal });
                const { records } = objectIn(answer.body);
                if (answer.status !== 200 || !Array.isArray(records))
                  return { status: 'unclear', reason: `answer ${answer.status}`, answer } as const;
                const [held] = records as readonly Held[];
                if (held === undefined) return { status: 'absent', answer } as const;
                const receipt = held.receipt === undefined ? {} : { receipt: held.receipt };
                const found = [
                  ...differences(one.values, held.values),
                  ...(records.length === 1
                    ? []
                    : [{ parameter: 'records', ours: '1', theirs: String(records.length) }]),
                ];
                return found.length === 0
                  ? ({ status: 'found', answer, ...receipt } as const)
                  : ({ status: 'differs', differences: found, answer, ...receipt } as const);
              },
            }),
        check: async () => ({ ok: true, message: 'works' }),
      }),
    }),
    {},
  );
