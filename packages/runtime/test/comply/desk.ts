import {
  type Answer,
  CaudalError,
  closedObject,
  type ComplianceProfile,
  configured,
  defineComplianceTarget,
  formatDecimal,
  type Lookup,
  type Report,
  schemaOf,
  SecretRef,
  Type,
} from '@caudal/core';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * What happens to one send.
 *
 * | reply | stored | what the sender learns |
 * |---|---|---|
 * | `accept` | yes | accepted, or a duplicate, with its receipt |
 * | `no-receipt` | yes | accepted without a receipt |
 * | `store-other` | with other values | accepted |
 * | `lost-answer` | yes | nothing |
 * | `silence` | no | nothing |
 * | `down` | no | that it never left |
 * | `refuse` | no | another day |
 * | `refuse-final` | no | never |
 * | `mismatch` | no | not with this configuration |
 * | `no-outcome` | no | an answer that says nothing of this submission |
 * | `wrong-secret` | no | that the informant's secret is refused |
 */
export type Reply =
  | 'accept'
  | 'no-receipt'
  | 'store-other'
  | 'lost-answer'
  | 'silence'
  | 'down'
  | 'refuse'
  | 'refuse-final'
  | 'mismatch'
  | 'no-outcome'
  | 'wrong-secret';

export interface Post {
  readonly at: number;
  readonly work: string;
  readonly slot: number;
  readonly values: Readonly<Record<string, string | null>>;
  readonly reply: Reply;
  readonly body: string;
}

export interface DeskRecord {
  readonly work: string;
  readonly slot: number;
  values: Readonly<Record<string, string | null>>;
  readonly receipt: string;
  /** When it was stored; absent: long ago. */
  readonly at?: number;
}

/** What the regulator does with a second send of one key. */
export type Dedup = 'first-wins' | 'replays' | 'last-wins' | 'doubles';

const base: ComplianceProfile = {
  regulator: 'DESK',
  utcOffsetMinutes: -240,
  variants: {
    well: { parameters: { q: { unit: 'L/s', required: true, decimals: 2, description: 'flow' } } },
  },
  standards: {
    HOUR: { every: 'hour', dueMs: hour, maxLag: { ms: 7 * day }, delivery: 'online' },
    DAY: { every: 'day', dueMs: 12 * hour, maxLag: { ms: 15 * day }, delivery: 'online' },
  },
  naturalKey: ['work', 'slot'],
  duplicateMeans: 'received',
  readBack: true,
  resend: 'next-calendar-day',
  backlogSpacing: { ms: 5 * minute, per: 'work' },
  flags: { 1: 'send', 2: 'send', 3: 'send', 4: 'hold', 9: 'missing' },
  completeness: 'all',
  submissionsPerRequest: 1,
};

/** A regulator behind a plugin of a few lines, with a ledger of what it was sent and what it holds. */
export const openDesk = (now: () => number, profile: Partial<ComplianceProfile> = {}, dedup: Dedup = 'first-wins') => {
  const records: DeskRecord[] = [];
  const posts: Post[] = [];
  const desk = {
    records,
    posts,
    /** Decides every send. */
    reply: (_work: string, _slot: number): Reply => 'accept',
    /** Awaited while a send is under way, after its effect. */
    during: async (): Promise<void> => undefined,
    /** Awaited while a receipt is read back. */
    reading: async (_work: string): Promise<void> => undefined,
    /** Digits after the point in what is sent; undefined: as they are. */
    decimals: undefined as number | undefined,
    clockAheadMs: 0,
    /** A record is found by its key so long after it was stored. */
    visibleAfterMs: 0,
    /** Questions by key. */
    finds: [] as { readonly at: number; readonly work: string; readonly slot: number }[],
    /** Decides every question by key. */
    findReply: (_work: string, _slot: number): 'answer' | 'silence' | 'unclear' => 'answer',
    of: (work: string, slot: number) => records.filter((record) => record.work === work && record.slot === slot),
    plugin: (centre = 'centre') =>
      configured(
        defineComplianceTarget({
          id: 'desk',
          version: '1.0.0',
          config: schemaOf(closedObject({ centre: Type.String() })),
          work: schemaOf(closedObject({ password: Type.Optional(SecretRef), variant: Type.Optional(Type.String()) })),
          member: schemaOf(closedObject({})),
          profile: { ...base, ...profile },
          create: ({ config }) => ({
            validate: () => [],
            render: (report) => ({
              method: 'POST',
              url: 'https://desk.test/',
              headers: {},
              body: JSON.stringify({
                centre: config.centre,
                work: report.work,
                submissions: report.submissions.map(rounded),
              }),
              mediaType: 'application/json',
              slots: [],
            }),
            async submit({ artifact, report, sendTime }) {
              const { id, slot, values } = report.submissions[0] as Report['submissions'][number];
              const { code, settings } = report.work;
              const reply = desk.reply(code, slot);
              const plain = Object.fromEntries(Object.entries(values).map(([name, { value }]) => [name, value]));
              posts.push({ at: sendTime, work: code, slot, values: plain, reply, body: artifact.body });
              const stored = store(reply, code, slot, plain);
              await desk.during();
              if (reply === 'down') throw new CaudalError('transient', 'refused', { sent: 'no' });
              if (reply === 'silence' || reply === 'lost-answer')
                throw new CaudalError('timeout', 'no answer', { sent: 'maybe', scope: 'item' });
              if (reply === 'wrong-secret')
                throw new CaudalError('auth', 'the secret is refused', {
                  sent: 'no',
                  scope: 'credential',
                  ...(settings.password === undefined ? {} : { credential: settings.password }),
                });
              return { outcomes: reply === 'no-outcome' ? {} : { [id]: outcomeOf(reply, stored) }, answer: answer() };
            },
            async confirm({ receipt, report }) {
              await desk.reading(report.work.code);
              const held = records.find((record) => record.receipt === receipt);
              if (held === undefined) return { status: 'not-found', reason: 'no such receipt', answer: answer() };
              const differences = differencesOf(report, held);
              return differences.length === 0
                ? { status: 'confirmed', answer: answer() }
                : { status: 'conflict', differences, answer: answer() };
            },
            ...(profile.lookUp === undefined ? {} : { find }),
            check: async () => ({ ok: true, message: 'works' }),
          }),
        }),
        { centre },
      ),
  };

  const rounded = ({ values, ...rest }: Report['submissions'][number]) => ({
    ...rest,
    values: Object.fromEntries(
      Object.entries(values).map(([name, { value, ...more }]) => [
        name,
        { ...more, value: value === null || desk.decimals === undefined ? value : formatDecimal(value, desk.decimals) },
      ]),
    ),
  });

  const differencesOf = (report: Report, held: DeskRecord) =>
    Object.entries((report.submissions[0] as Report['submissions'][number]).values).flatMap(
      ([parameter, { value: ours }]) =>
        held.values[parameter] === ours ? [] : [{ parameter, ours: ours ?? '', theirs: held.values[parameter] ?? '' }],
    );

  const find = async ({ report }: { readonly report: Report }): Promise<Lookup> => {
    const { slot } = report.submissions[0] as Report['submissions'][number];
    const { code } = report.work;
    desk.finds.push({ at: now(), work: code, slot });
    const reply = desk.findReply(code, slot);
    if (reply === 'silence') throw new CaudalError('timeout', 'no answer', { sent: 'maybe', scope: 'item' });
    if (reply === 'unclear') return { status: 'unclear', reason: 'a page', answer: answer() };
    const seen = desk.of(code, slot).filter(({ at = 0 }) => at + desk.visibleAfterMs <= now());
    const [held] = seen;
    if (held === undefined) return { status: 'absent', answer: answer() };
    const { receipt } = held;
    const differences = [
      ...differencesOf(report, held),
      ...(seen.length === 1 ? [] : [{ parameter: 'records', ours: '1', theirs: String(seen.length) }]),
    ];
    return differences.length === 0
      ? { status: 'found', receipt, answer: answer() }
      : { status: 'differs', receipt, differences, answer: answer() };
  };

  const answer = (): Answer => ({
    status: 200,
    headers: { date: new Date(now() + desk.clockAheadMs).toUTCString() },
    body: 'answer',
  });

  /** Answers the record and whether it was there. */
  const store = (reply: Reply, work: string, slot: number, values: Post['values']) => {
    if (!['accept', 'no-receipt', 'store-other', 'lost-answer'].includes(reply)) return undefined;
    const [held] = dedup === 'doubles' ? [] : desk.of(work, slot);
    if (held !== undefined) {
      if (dedup === 'last-wins') held.values = values;
      return { record: held, before: dedup === 'first-wins' };
    }
    const record = {
      work,
      slot,
      values: reply === 'store-other' ? { ...values, q: '0.01' } : values,
      receipt: `R${records.length + 1}`,
      at: now(),
    };
    records.push(record);
    return { record, before: false };
  };

  const outcomeOf = (reply: Reply, stored: ReturnType<typeof store>) => {
    if (reply === 'refuse') return { status: 'rejected', until: 'next-permitted-day', reason: 'HTTP 500' } as const;
    if (reply === 'refuse-final') return { status: 'rejected', until: 'final', reason: 'never' } as const;
    if (reply === 'mismatch')
      return { status: 'rejected', until: 'configuration', reason: 'not the informant' } as const;
    const receipt = reply === 'no-receipt' ? {} : { receipt: stored?.record.receipt ?? '' };
    return stored?.before === true
      ? ({ status: 'duplicate', ...receipt } as const)
      : ({ status: 'accepted', ...receipt } as const);
  };
  return desk;
};
