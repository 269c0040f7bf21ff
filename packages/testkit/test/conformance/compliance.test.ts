import {
  CaudalError,
  type ComplianceInstance,
  configured,
  isCaudalError,
  type Plugin,
  type RawRequest,
  type RawResponse,
  type SubmitResult,
} from '@caudal/core';
import { expect, test } from 'vitest';
import { complianceConformance, type ComplianceConformanceOptions, replies, runConformance } from '@caudal/testkit';
import { acmeTarget, type acmeTargetDefinition } from '../reference/acme-target.ts';
import { withDefinition, withParts } from '../reference/flawed.ts';
import { expectFailures } from './exactly.ts';

const secret = 'pass word/of acme';
const serveKey = 'key of the/registry';
const slot = Date.UTC(2026, 5, 1);
const value = (text: string | null) => ({ value: text, at: slot, flag: 1 as const });
const submission = (id: string, level: string | null) => ({
  id,
  slot,
  values: { level: value(level), total: value('1200') },
});
const report = (level: string | null = '10.5') => ({
  work: { code: 'W-1', settings: { password: 'env:ACME_PASSWORD' as const } },
  members: { level: {}, total: {} },
  submissions: [submission('s-1', level), submission('s-2', '11')],
});
const readBack = (level: string) => replies.json({ values: { level, total: '1200' } });

const records = (...levels: readonly string[]) =>
  replies.json({
    records: levels.map((level, index) => ({ receipt: `R-${index}`, values: { level, total: '1200' } })),
  });

const asked: RawRequest = {
  method: 'GET',
  path: '/registry',
  query: '',
  headers: { 'x-regulator-key': serveKey },
  body: new Uint8Array(),
  receivedAt: slot,
};

const options: ComplianceConformanceOptions = {
  plugin: (baseUrl) => acmeTarget(baseUrl),
  givesUpSoon: (baseUrl) => acmeTarget(baseUrl, 15),
  secrets: { 'env:ACME_PASSWORD': secret, 'env:ACME_SERVE': serveKey },
  packageVersion: '2.0.0',
  report: report(),
  sendTime: slot + 900_000,
  faults: [
    { name: 'a level below zero', report: report('-1'), path: '/submissions/0/values/level/value' },
    { name: 'no level', report: report(null), path: '/submissions/0/values/level/value' },
  ],
  answers: {
    accepted: replies.json({ status: 'ok', receipt: 'R-1' }),
    receipt: 'R-1',
    others: [
      { name: 'there already', reply: replies.json({ receipt: 'R-0' }, 409), status: 'duplicate' },
      { name: 'bad values', reply: replies.json({ reason: 'no' }, 422), status: 'rejected', until: 'final' },
    ],
  },
  serve: {
    request: asked,
    forged: [{ ...asked, headers: { 'x-regulator-key': 'another' } }],
  },
  confirm: {
    receipt: 'R-1',
    same: [readBack('10.5'), readBack('10.50')],
    different: readBack('10.51'),
    unknown: replies.json({ reason: 'unknown' }, 404),
  },
  find: {
    same: [records('10.5'), records('10.50')],
    different: records('10.51'),
    twice: records('10.5', '10.5'),
    absent: records(),
  },
};

test('a good target passes everything but what it does not have', async () => {
  const { checks } = await runConformance(complianceConformance(options));
  expect(checks.filter(({ status }) => status === 'failed')).toEqual([]);
  const skipped = checks.filter(({ status }) => status === 'skipped').map(({ id }) => id);
  expect(skipped).toEqual(['A-11', 'A-12', 'A-13', 'A-20', 'A-21', 'C-70']);
});

type Target = Plugin<typeof acmeTargetDefinition>;
type Parts = ComplianceInstance<
  { password: `env:${string}` | `file:${string}` | `store:${string}` | `literal:${string}` },
  Record<string, never>
>;
type Submit = Parts['submit'];
type Confirm = NonNullable<Parts['confirm']>;
type Find = NonNullable<Parts['find']>;

const parts = (change: (instance: Parts) => Partial<Parts>) => (baseUrl: string) =>
  withParts(acmeTarget(baseUrl), (instance) => change(instance));

const artifact = (change: (artifact: ReturnType<Parts['render']>) => Partial<ReturnType<Parts['render']>>) =>
  parts((instance) => ({
    render: (given) => {
      const rendered = instance.render(given);
      return { ...rendered, ...change(rendered) };
    },
  }));

const submit = (change: (send: Submit, request: Parameters<Submit>[0]) => Promise<SubmitResult>) =>
  parts((instance) => ({ submit: (request) => change((given) => instance.submit(given), request) }));

const confirm = (change: (ask: Confirm, request: Parameters<Confirm>[0]) => ReturnType<Confirm>) =>
  parts((instance) => ({
    confirm: (request) => change((given) => (instance as Required<Parts>).confirm(given), request),
  }));

const find = (change: (ask: Find, request: Parameters<Find>[0]) => ReturnType<Find>) =>
  parts((instance) => ({ find: (request) => change((given) => (instance as Required<Parts>).find(given), request) }));

const accepting = (when: (result: SubmitResult) => boolean) =>
  submit(async (send, request) => {
    const result = await send(request);
    if (!when(result)) return result;
    const outcomes = Object.fromEntries(
      Object.keys(result.outcomes).map((id) => [id, { status: 'accepted' as const }]),
    );
    return { ...result, outcomes };
  });

const failing = (text: string, change: { kind?: 'transient' | 'timeout'; sent?: 'no' | 'maybe' }) =>
  submit(async (send, request) => {
    try {
      return await send(request);
    } catch (thrown) {
      if (!isCaudalError(thrown) || !thrown.message.includes(text)) throw thrown;
      throw new CaudalError(change.kind ?? thrown.kind, thrown.message, { sent: change.sent ?? thrown.sent });
    }
  });

let renderings = 0;

const serve = (change: (answer: RawResponse, request: RawRequest) => RawResponse) =>
  parts((instance) => ({
    serve: async (request, call) => change(await (instance as Required<Parts>).serve(request, call), request),
  }));

const drafted = (change: (draft: ReturnType<Required<Parts>['draftOutage']>) => Partial<typeof draft>) =>
  parts((instance) => ({
    draftOutage: (outage) => {
      const draft = (instance as Required<Parts>).draftOutage(outage);
      return { ...draft, ...change(draft) };
    },
  }));

let drafts = 0;

const flaws: readonly (readonly [string, string, (baseUrl: string) => Target])[] = [
  [
    'C-01',
    'numbers its artifacts',
    artifact(({ headers }) => {
      renderings += 1;
      return { headers: { ...headers, 'x-number': String(renderings) } };
    }),
  ],
  [
    'C-02',
    'looks at the clock',
    artifact(() => {
      Date.now();
      return {};
    }),
  ],
  [
    'C-03',
    'renders the secret',
    artifact(({ headers }) => ({ headers: { ...headers, 'x-key': encodeURIComponent(secret) } })),
  ],
  [
    'C-04',
    'declares a slot it does not use',
    artifact(({ slots }) => ({ slots: [...slots, { name: 'more', fill: { sendTime: 'iso' } }] })),
  ],
  [
    'C-05',
    'a false alarm',
    parts((instance) => ({
      validate: (given) => {
        const issues = instance.validate(given);
        return issues.length > 0 ? issues : [{ path: '', message: 'looks odd' }];
      },
    })),
  ],
  [
    'C-06',
    'misses what is below zero',
    parts((instance) => ({
      validate: (given) => instance.validate(given).filter(({ message }) => message !== 'is below zero'),
    })),
  ],
  [
    'C-07',
    'renders what is not valid',
    parts((instance) => ({
      render: (given) => instance.render(instance.validate(given).length > 0 ? report() : given),
    })),
  ],
  [
    'C-08',
    'writes into the report',
    parts((instance) => ({
      validate: (given) => {
        Object.assign(given.submissions[0] ?? {}, { checked: true });
        return instance.validate(given);
      },
    })),
  ],
  [
    'C-09',
    'an offset of half a minute',
    (baseUrl) =>
      withDefinition(acmeTarget(baseUrl), ({ profile }) => ({ profile: { ...profile, utcOffsetMinutes: -239.5 } })),
  ],
  [
    'C-10',
    'sends again after 503',
    submit(async (send, request) => {
      const result = await send(request);
      return result.answer.status === 503 ? send(request) : result;
    }),
  ],
  [
    'C-11',
    'sends something else than the artifact',
    submit((send, { artifact: given, ...request }) =>
      send({ ...request, artifact: { ...given, body: `${given.body} ` } }),
    ),
  ],
  [
    'C-12',
    'forgets the second submission',
    submit(async (send, request) => {
      const result = await send(request);
      const [first] = Object.entries(result.outcomes);
      return result.answer.body.includes('ok')
        ? { ...result, outcomes: Object.fromEntries(first ? [first] : []) }
        : result;
    }),
  ],
  ['C-13', 'takes a duplicate for accepted', accepting(({ answer }) => answer.status === 409)],
  [
    'C-14',
    'takes any 200 for accepted',
    accepting(({ answer }) => answer.status === 200 && !answer.body.includes('R-1')),
  ],
  ['C-15', 'takes 504 for accepted', accepting(({ answer }) => answer.status === 504)],
  ['C-16', 'a cut answer was not sent', failing('UND_ERR_SOCKET', { sent: 'no' })],
  [
    'C-17',
    'keeps half of the answer',
    submit(async (send, request) => {
      const result = await send(request);
      return { ...result, answer: { ...result.answer, body: result.answer.body.slice(0, 10) } };
    }),
  ],
  [
    'C-17',
    'keeps the secret that the registry repeats',
    submit(async (send, request) => {
      const result = await send(request);
      const repeated = result.answer.status === 400 ? encodeURIComponent(secret) : '';
      return { ...result, answer: { ...result.answer, body: `${result.answer.body}${repeated}` } };
    }),
  ],
  [
    'C-18',
    'compares as text',
    confirm(async (ask, request) => {
      const found = await ask(request);
      const equal = !found.answer.body.includes('10.50');
      const differences = [{ parameter: 'level', ours: '10.5', theirs: '10.50' }];
      return equal ? found : { status: 'conflict', differences, answer: found.answer };
    }),
  ],
  [
    'C-19',
    'takes silence for agreement',
    confirm(async (ask, request) => {
      const found = await ask(request);
      return found.answer.body === '' ? { status: 'confirmed', answer: found.answer } : found;
    }),
  ],
  ['C-25', 'refused is perhaps sent', failing('ECONNREFUSED', { sent: 'maybe' })],
  ['C-26', 'failed TLS is perhaps sent', failing('SELF_SIGNED', { sent: 'maybe' })],
  ['C-27', 'a time-out is transient', failing('in time', { kind: 'transient' })],
  [
    'C-40',
    'does not answer the regulator',
    serve((answer) => ({ ...answer, status: answer.status === 200 ? 404 : answer.status })),
  ],
  ['C-41', 'answers everybody', serve((answer) => (answer.status === 401 ? { status: 200, body: 'welcome' } : answer))],
  [
    'C-41',
    'tells strangers which works there are',
    serve((answer) => (answer.status === 401 ? { ...answer, body: 'not for W-1 alone' } : answer)),
  ],
  ['C-42', 'deletes', serve((answer) => (answer.status === 405 ? { status: 204 } : answer))],
  [
    'C-43',
    'repeats its password',
    serve((answer) => ({ ...answer, headers: { 'x-debug': encodeURIComponent(secret) } })),
  ],
  [
    'C-44',
    'numbers its letters',
    drafted(({ subject }) => {
      drafts += 1;
      return { subject: `${subject} (${drafts})` };
    }),
  ],
  [
    'C-09',
    'can be asked, and does not say so',
    (baseUrl) => withDefinition(acmeTarget(baseUrl), ({ profile: { lookUp: _without, ...profile } }) => ({ profile })),
  ],
  [
    'C-50',
    'takes what is there for ours',
    find(async (ask, request) => {
      const found = await ask(request);
      return found.status === 'differs' && found.differences[0]?.parameter === 'level'
        ? { status: 'found', answer: found.answer }
        : found;
    }),
  ],
  [
    'C-50',
    'looks at the first of two alone',
    find(async (ask, request) => {
      const found = await ask(request);
      return found.status === 'differs' && found.differences[0]?.parameter === 'records'
        ? { status: 'found', answer: found.answer }
        : found;
    }),
  ],
  [
    'C-51',
    'takes silence for absent',
    find(async (ask, request) => {
      const found = await ask(request);
      return found.answer.body === '' ? { status: 'absent', answer: found.answer } : found;
    }),
  ],
  [
    'C-52',
    'asks again after 503',
    find(async (ask, request) => {
      const found = await ask(request);
      return found.answer.status === 503 ? ask(request) : found;
    }),
  ],
  ['C-45', 'names the first work only', drafted(({ text }) => ({ text: text.replace(/, [^:]*:/, ':') }))],
  ['C-45', 'is due before the outage began', drafted(() => ({ dueAt: 0 }))],
];

test.for(flaws)('%s fails alone: %s', async ([id, , plugin]) => {
  const givesUpSoon = (baseUrl: string) => {
    const flawed = plugin(baseUrl);
    return configured(flawed.definition, { baseUrl, timeoutMs: 15 });
  };
  await expectFailures(complianceConformance({ ...options, plugin, givesUpSoon }), id);
});
