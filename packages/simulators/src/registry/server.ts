import type { ServerResponse } from 'node:http';
import type { Clock } from '@caudal/core';
import { isFault, play } from '../faults.ts';
import { type Answer, json, type Received, startLoopback, write } from '../loopback.ts';
import { createPlan, type PlanChange } from '../plan.ts';
import { isQuestionBehaviour, isRecordBehaviour, type QuestionBehaviour, type RecordBehaviour } from './behaviours.ts';
import {
  createRegistryLedger,
  type RegistryLedger,
  type RegistryRecord,
  type RegistryViolationKind,
} from './ledger.ts';
import { type GivenRecord, keyOf, readRecord } from './record.ts';

export interface RegistryOptions {
  readonly clock: Clock;
  /** Default 0, a free one. */
  readonly port?: number;
  /** What stands behind `Bearer`. */
  readonly token: string;
  /**
   * What a second record of one work and instant does: `replays` gives the first answer to the same `Idempotency-Key` (which it wants),
   * `first-wins` refuses with 409 and the receipt, `last-wins` takes its values, `doubles` keeps both.
   */
  readonly second: 'replays' | 'first-wins' | 'last-wins' | 'doubles';
  /** `GET /records/{receipt}` answers what is stored. Default true. */
  readonly readBack?: boolean;
  /** `GET /records?work=&instant=` answers what is stored under the key. Default false. */
  readonly askable?: boolean;
  /** A record can be found by its key so long after it was stored. Default 0. */
  readonly visibleAfterMs?: number;
  /** How many requests the ledger remembers. Default 100 000. */
  readonly keepRequests?: number;
}

/** Changes for the requests to come. A target is the code of a work. */
export interface RegistryBehaviour {
  readonly record?: PlanChange<RecordBehaviour>;
  readonly question?: PlanChange<QuestionBehaviour>;
}

export interface RegistrySimulator {
  readonly url: string;
  readonly ledger: RegistryLedger;
  /** @throws RangeError for an unknown behaviour */
  behave(change: RegistryBehaviour): void;
  /** Refuses connections, keeping everything. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

const refused = (status: number, error: string): Answer => json(status, { error });

const shown = ({ work, instant, values, receipt }: RegistryRecord) => ({ work, instant, values, receipt });

/**
 * A regulator that nobody has: the smallest interface that can treat a second record of one key in every way that regulators do, for what
 * has to hold with each of them. A ledger knows what it holds and which rules of careful sending were broken.
 */
export const startRegistry = async (options: RegistryOptions): Promise<RegistrySimulator> => {
  const { clock, second, visibleAfterMs = 0 } = options;
  const ledger = createRegistryLedger(options.keepRequests ?? 100_000);
  const records = createPlan<RecordBehaviour>(isRecordBehaviour);
  const questions = createPlan<QuestionBehaviour>(isQuestionBehaviour);
  const replays = new Map<string, { readonly body: string; readonly record: RegistryRecord }>();
  const byReceipt = new Map<string, RegistryRecord>();
  /** By key: when it was last sent, and when the registry last said that it has none. */
  const sent = new Map<string, number>();
  const absentAt = new Map<string, number>();

  const accuse = (kind: RegistryViolationKind, request: number, key: string | undefined, detail: string) =>
    ledger.violation({ kind, at: clock.now(), request, key, detail });

  const judge = (given: GivenRecord, request: number) => {
    const key = keyOf(given);
    const before = sent.get(key);
    if (ledger.of(given.work, given.instant).some(({ told }) => told))
      accuse('resend-of-received', request, key, 'its storage was answered');
    if (options.askable === true && before !== undefined && (absentAt.get(key) ?? -Infinity) < before)
      accuse('unasked-resend', request, key, 'nobody asked since it was sent');
    sent.set(key, clock.now());
  };

  const stored = (given: GivenRecord, behaviour: RecordBehaviour): RegistryRecord => {
    const values =
      behaviour === 'store-wrong'
        ? Object.fromEntries(Object.entries(given.values).map(([name, value]) => [name, value.replace('.', '')]))
        : given.values;
    const record = ledger.store({ ...given, values, receipt: `REG-${ledger.records.length + 1}`, at: clock.now() });
    byReceipt.set(record.receipt, record);
    return record;
  };

  const success = (status: number, record: RegistryRecord, behaviour: RecordBehaviour): Answer => {
    const { work, instant, receipt } = record;
    const other = new Date(Date.parse(instant) + 3_600_000).toISOString().replace('.000Z', 'Z');
    return json(status, {
      work,
      instant: behaviour === 'other-key' ? other : instant,
      ...(behaviour === 'no-receipt' ? {} : { receipt }),
    });
  };

  const accept = (request: Received, given: GivenRecord, behaviour: RecordBehaviour, number: number) => {
    if (behaviour === 'error-in-200') return { answer: json(200, { error: 'not taken' }) };
    const [first] = ledger.of(given.work, given.instant);
    if (second === 'replays') {
      const id = request.headers['idempotency-key'];
      if (id === undefined) return { answer: refused(400, 'Idempotency-Key is missing') };
      const known = replays.get(id);
      if (known !== undefined && known.body !== request.body) {
        accuse('key-reuse', number, keyOf(given), id);
        return { answer: refused(422, 'the key was used for another content') };
      }
      const record = known?.record ?? stored(given, behaviour);
      replays.set(id, { body: request.body, record });
      return { answer: success(201, record, behaviour), record };
    }
    if (first !== undefined && second === 'first-wins')
      return { answer: json(409, { ...shown(first), error: 'there is such a record' }), record: first };
    if (first !== undefined && second === 'last-wins') {
      ledger.replace(first, given.values);
      return { answer: success(200, first, behaviour), record: first };
    }
    const record = stored(given, behaviour);
    return { answer: success(201, record, behaviour), record };
  };

  const ask = (work: string, instant: string, number: number): Answer => {
    const key = keyOf({ work, instant });
    const before = sent.get(key);
    if (before !== undefined && clock.now() < before + visibleAfterMs)
      accuse('early-question', number, key, `${before + visibleAfterMs - clock.now()} ms too early`);
    const seen = ledger.of(work, instant).filter(({ at }) => at + visibleAfterMs <= clock.now());
    if (seen.length === 0) absentAt.set(key, clock.now());
    return json(200, { records: seen.map(shown) });
  };

  const respond = async (
    response: ServerResponse,
    number: number,
    behaviour: string,
    process: () => { readonly answer: Answer; readonly record?: RegistryRecord },
  ) => {
    let made: ReturnType<typeof process> | undefined;
    const processed = () => {
      made = process();
      return made.answer;
    };
    response.once('finish', () => {
      const told = response.statusCode < 300 || response.statusCode === 409 ? made?.record : undefined;
      ledger.answered(number, response.statusCode, behaviour === 'other-key' ? undefined : told);
    });
    const rateLimited = () => refused(429, 'too many requests');
    if (isFault(behaviour)) await play(behaviour, { clock, response, process: processed, rateLimited });
    else write(response, processed());
  };

  const serve = async (request: Received, response: ServerResponse) => {
    const at = clock.now();
    response.setHeader('date', new Date(at).toUTCString());
    const receipt = /^\/records\/([A-Z0-9-]+)$/.exec(request.path)?.[1];
    const asks = request.method === 'GET' && request.path === '/records' && options.askable === true;
    const reads = request.method === 'GET' && receipt !== undefined && options.readBack !== false;
    const allowed = request.headers['authorization'] === `Bearer ${options.token}`;
    const note = (kind: 'record' | 'receipt' | 'question' | 'other', behaviour: string, key?: string) =>
      ledger.request({ at, kind, behaviour, key });
    if (!allowed) {
      await respond(response, note('other', 'normal'), 'normal', () => ({ answer: refused(401, 'who are you') }));
    } else if (request.method === 'POST' && request.path === '/records') {
      const given = readRecord(request);
      const named = typeof given === 'string' ? undefined : given;
      const behaviour = records.take(at, named?.work) ?? 'normal';
      const number = note('record', behaviour, named === undefined ? undefined : keyOf(named));
      if (named === undefined) accuse('format', number, undefined, given as string);
      else judge(named, number);
      await respond(response, number, behaviour, () =>
        named === undefined ? { answer: refused(400, given as string) } : accept(request, named, behaviour, number),
      );
    } else if (asks) {
      const [work, instant] = [request.query.get('work') ?? '', request.query.get('instant') ?? ''];
      const behaviour = questions.take(at, work) ?? 'normal';
      const number = note('question', behaviour, keyOf({ work, instant }));
      await respond(response, number, behaviour, () => ({ answer: ask(work, instant, number) }));
    } else if (reads) {
      const behaviour = questions.take(at, byReceipt.get(receipt)?.work) ?? 'normal';
      await respond(response, note('receipt', behaviour), behaviour, () => {
        const record = byReceipt.get(receipt);
        return { answer: record === undefined ? refused(404, 'no such receipt') : json(200, shown(record)) };
      });
    } else {
      await respond(response, note('other', 'normal'), 'normal', () => ({ answer: refused(404, 'nothing here') }));
    }
  };

  const server = await startLoopback(serve, options.port);
  return {
    url: server.url,
    ledger,
    behave({ record, question }) {
      if (record !== undefined) records.change(record);
      if (question !== undefined) questions.change(question);
    },
    down: () => server.down(),
    up: () => server.up(),
    close: () => server.close(),
  };
};
