import type { ServerResponse } from 'node:http';
import type { Clock } from '@caudal/core';
import { type Fault, isFault, play } from '../faults.ts';
import { type Answer, json, type Received, startLoopback, write } from '../loopback.ts';
import { createPlan, type PlanChange } from '../plan.ts';
import { createWaiting } from '../waiting.ts';
import { isKey, readWrite, wire } from './item.ts';
import { type RangeBounds, readQuery, select } from './query.ts';
import { createThing, type HeldThing, type TheThingsThing, type TheThingsThingOptions } from './thing.ts';

export interface TheThingsOptions {
  readonly clock: Clock;
  /** Default 0, a free one. */
  readonly port?: number;
  readonly things?: readonly TheThingsThingOptions[];
  /** Most items in one answer, whatever was asked. Default 100; the real maximum is not documented. */
  readonly maxLimit?: number;
  readonly bounds?: RangeBounds;
  /** Whether answers for one key name it in their items; both are seen. Default true. */
  readonly itemsNameKey?: boolean;
  /** What `limit` of `all_resources` counts; not documented. Default `per-key`. */
  readonly allResources?: 'per-key' | 'total';
  /** Requests a clock minute for all things together. Default unlimited; the real numbers are not documented. */
  readonly requestsPerMinute?: number;
  /** With which status a used-up limit is refused; both are documented. Default 403. */
  readonly limitStatus?: 403 | 429;
}

/** A request as it came. Tokens are not kept: `thing` says whose it was. */
export interface TheThingsRequest {
  readonly at: number;
  readonly method: string;
  /** With `{token}` for the token. */
  readonly path: string;
  readonly query: string;
  readonly thing: string | undefined;
  readonly behaviour: Fault | 'normal';
}

export interface TheThingsSimulator {
  /** With `/v2`, as the service's own address. */
  readonly url: string;
  readonly things: readonly TheThingsThing[];
  /** The newest 100 000. */
  readonly requests: readonly TheThingsRequest[];
  /** How far the service's clock is ahead of the simulator's, milliseconds: seen in `/utils/date`. */
  clockSkewMs: number;
  addThing(options?: TheThingsThingOptions): TheThingsThing;
  /** A target is the id of a thing. @throws RangeError for an unknown fault */
  behave(change: PlanChange<Fault>): void;
  /** Resolves as soon as it holds, looking after every request and whenever a stream begins or ends. */
  until(holds: () => boolean, signal?: AbortSignal): Promise<void>;
  /** Refuses connections, keeping everything. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

const keepRequests = 100_000;
const minute = 60_000;

const refusal = (code: number, message: string): Answer => json(code, { status: 'error', code, message });
const denied = (): Answer => refusal(401, 'Invalid session token');
const notFound = (): Answer => refusal(404, 'Not found');

/** thethings.iO API v2: reading, writing and the keep-alive stream of things, with faults. */
export const startTheThings = async (options: TheThingsOptions): Promise<TheThingsSimulator> => {
  const { clock, maxLimit = 100, bounds = {}, itemsNameKey = true, limitStatus = 403 } = options;
  const things: HeldThing[] = [];
  const plan = createPlan<Fault>(isFault);
  const waiting = createWaiting();
  let requests: TheThingsRequest[] = [];
  let counted = { minute: -1, count: 0 };

  const addThing = (thing: TheThingsThingOptions = {}): HeldThing => {
    const added = createThing(things.length + 1, thing, { clock, changed: () => waiting.look() });
    things.push(added);
    return added;
  };
  for (const thing of options.things ?? []) addThing(thing);

  const byToken = (token: string | undefined) => things.find((thing) => thing.token === token);

  const rateLimited = (seconds: number): Answer =>
    json(
      limitStatus,
      { status: 'error', code: limitStatus, message: 'Rate limit exceeded' },
      limitStatus === 429 ? { 'retry-after': String(seconds) } : {},
    );

  const overLimit = (): boolean => {
    const now = Math.floor(clock.now() / minute);
    counted = { minute: now, count: counted.minute === now ? counted.count + 1 : 1 };
    return options.requestsPerMinute !== undefined && counted.count > options.requestsPerMinute;
  };

  const arrived = (thing: HeldThing) => thing.held.filter(({ created = 0 }) => created <= clock.now());

  const resource = (thing: HeldThing, key: string, request: Received): Answer => {
    if (!isKey(key)) return refusal(400, 'Invalid key');
    const query = readQuery(request.query, maxLimit);
    if (typeof query === 'string') return refusal(400, query);
    const written = arrived(thing).filter((item) => item.key === key);
    if (written.length === 0) return notFound();
    return json(
      200,
      select(written, query, bounds).map((item) => wire(item, itemsNameKey)),
    );
  };

  const all = (thing: HeldThing, request: Received): Answer => {
    const query = readQuery(request.query, maxLimit);
    if (typeof query === 'string') return refusal(400, query);
    const items = arrived(thing);
    if (items.length === 0) return notFound();
    const keys = [...new Set(items.map(({ key }) => key))];
    const chosen =
      options.allResources === 'total'
        ? select(items, query, bounds)
        : keys.flatMap((name) =>
            select(
              items.filter(({ key }) => key === name),
              query,
              bounds,
            ),
          );
    return json(
      200,
      chosen.map((item) => wire(item, true)),
    );
  };

  const store = (thing: HeldThing, request: Received): Answer => {
    const items = readWrite(request.body, clock.now());
    if (typeof items === 'string') return refusal(400, items);
    thing.add(items);
    return json(201, { status: 'created', message: 'Created' });
  };

  const date = (request: Received): Answer => {
    const now = clock.now() + simulator.clockSkewMs;
    const format = request.query.get('format');
    if (format === 'unix_timestamp') return json(200, [{ key: format, value: Math.floor(now / 1000) }]);
    if (format === 'UTC') return json(200, [{ key: format, value: new Date(now).toISOString() }]);
    return refusal(400, 'Invalid format');
  };

  /** The token, and what follows it in the path. */
  const partsOf = ({ path, query }: Received) => {
    const [, version, kind, name, leaf, key, ...more] = path.split('/').map((part) => decodeURIComponent(part));
    const isThing = version === 'v2' && kind === 'things' && name !== undefined;
    const isDate = version === 'v2' && kind === 'utils' && name === 'date' && leaf === undefined;
    const token = isThing ? name : isDate ? (query.get('thingToken') ?? undefined) : undefined;
    // A slash after the key is accepted.
    const deep = more.length > 0 && more.join('') !== '';
    return { isThing: isThing && !deep, isDate, token, leaf, key, thing: byToken(token) };
  };

  const keepAliveOf = (request: Received): number | undefined => {
    const text = request.query.get('keepAlive') ?? '';
    return /^[1-9]\d{2,6}$/.test(text) && request.query.size === 1 ? Number(text) : undefined;
  };

  const route = (request: Received): Answer => {
    const { isThing, isDate, leaf, key, thing } = partsOf(request);
    if (!isThing && !isDate) return notFound();
    if (thing === undefined) return denied();
    if (overLimit()) return rateLimited(60);
    if (request.method === 'POST') return isThing && leaf === undefined ? store(thing, request) : notFound();
    if (request.method !== 'GET') return refusal(400, 'Invalid method');
    if (isDate) return date(request);
    if (leaf === 'resources' && key !== undefined) return resource(thing, key, request);
    if (leaf === 'all_resources') return all(thing, request);
    if (leaf !== undefined) return notFound();
    return keepAliveOf(request) === undefined ? refusal(400, 'Invalid keepAlive') : json(200, {});
  };

  const serve = async (request: Received, response: ServerResponse) => {
    const { isThing, leaf, token, thing } = partsOf(request);
    const behaviour = plan.take(clock.now(), thing?.id) ?? 'normal';
    const query = new URLSearchParams(request.query);
    if (query.has('thingToken')) query.set('thingToken', '{token}');
    const path = token === undefined ? request.path : request.path.replace(encodeURIComponent(token), '{token}');
    requests.push({
      at: clock.now(),
      method: request.method,
      path,
      query: query.toString(),
      thing: thing?.id,
      behaviour,
    });
    // Cut in halves, so that the cost of forgetting stays constant per request.
    if (requests.length >= keepRequests * 2) requests = requests.slice(-keepRequests);
    waiting.look();
    if (behaviour !== 'normal') {
      await play(behaviour, { clock, response, process: () => route(request), rateLimited });
      return;
    }
    const answer = route(request);
    const streams = isThing && leaf === undefined && request.method === 'GET' && answer.status === 200;
    if (streams) thing?.stream.start(response, keepAliveOf(request) ?? minute);
    else write(response, answer);
  };

  const server = await startLoopback(serve, options.port);
  const simulator: TheThingsSimulator = {
    url: `${server.url}/v2`,
    things,
    get requests() {
      return requests.slice(-keepRequests);
    },
    clockSkewMs: 0,
    addThing,
    behave: (change) => plan.change(change),
    until: (holds, signal) => waiting.until(holds, signal),
    down: () => server.down(),
    up: () => server.up(),
    close: () => server.close(),
  };
  return simulator;
};
