import type { ServerResponse } from 'node:http';
import type { Clock } from '@caudal/core';
import { type Fault, isFault, play } from '../faults.ts';
import { type Answer, json, type Received, startLoopback, write } from '../loopback.ts';
import { createPlan, type PlanChange } from '../plan.ts';
import { createWaiting } from '../waiting.ts';
import { createEntity, type Entity, type ThingsBoardEntity, type ThingsBoardEntityOptions } from './entity.ts';
import { createTenantLimits } from './limits.ts';
import { type NeverReported, queryTelemetry, type RangeOrder } from './query.ts';
import { createRefusals, type ErrorTime } from './refusal.ts';
import { pushByRuleChain, type RuleChainOptions } from './rule-chain.ts';
import { createSockets } from './socket.ts';
import type { SameInstant, ThingsBoardSample } from './telemetry.ts';
import { createTokens, type ThingsBoardUser } from './tokens.ts';

export interface ThingsBoardOptions {
  readonly clock: Clock;
  /** Default 0, a free one. */
  readonly port?: number;
  /** ThingsBoard itself, or behind the T>Data gateway, whose paths are shorter. Default native. */
  readonly dialect?: 'native' | 'gateway';
  readonly entities?: readonly ThingsBoardEntityOptions[];
  /** Default: `reader@example.com` with password `sample`. */
  readonly users?: readonly ThingsBoardUser[];
  readonly apiKeys?: readonly string[];
  /** Headers that open everything by themselves, as a gateway may have them. */
  readonly staticHeaders?: Readonly<Record<string, string>>;
  readonly tokenLifetimeMs?: number;
  readonly opaqueTokens?: boolean;
  /** Wrong passwords after which a user is locked. Default never. */
  readonly lockAfter?: number;
  /** Default `as-asked`. */
  readonly order?: RangeOrder;
  /** Default `now-and-null`. */
  readonly neverReported?: NeverReported;
  /** Default `replace`. */
  readonly sameInstant?: SameInstant;
  /** Default unlimited. */
  readonly maxLimit?: number;
  /** As the tenant profile writes it, `100:1,2000:60`. Default none. */
  readonly rateLimits?: string;
  /** Default `epoch`. */
  readonly errorTime?: ErrorTime;
}

/** A request as it came. Credentials are not kept. */
export interface ThingsBoardRequest {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly entity: string | undefined;
  readonly behaviour: Fault | 'normal';
}

export interface ThingsBoardSimulator {
  readonly url: string;
  readonly entities: readonly ThingsBoardEntity[];
  /** The newest 100 000. */
  readonly requests: readonly ThingsBoardRequest[];
  /** How many of them were logins. */
  readonly logins: number;
  addEntity(options?: ThingsBoardEntityOptions): ThingsBoardEntity;
  /** A target is the id of an entity, or `login`. @throws RangeError for an unknown fault */
  behave(change: PlanChange<Fault>): void;
  /** Ends every token handed out so far. */
  expireTokens(): void;
  /** Connections, subscriptions and commands of the WebSocket, and what may happen to them. */
  readonly sockets: {
    readonly open: number;
    readonly subscriptions: number;
    readonly commands: readonly unknown[];
    send(text: string): void;
    drop(): void;
    goodbye(code: number, reason: string): void;
    muted: boolean;
  };
  /** Resolves as soon as it holds, looked at after every request and every event of a WebSocket. */
  until(holds: (simulator: ThingsBoardSimulator) => boolean, signal?: AbortSignal): Promise<void>;
  /** Stores samples at a device and posts them as a rule chain does. @throws RangeError for an unknown device */
  push(
    id: string,
    samples: readonly ThingsBoardSample[],
    options: RuleChainOptions,
    signal?: AbortSignal,
  ): Promise<readonly number[]>;
  /** Refuses connections, keeping everything. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

const keepRequests = 100_000;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Paths by dialect, as regular expressions of what is simulated. */
const paths = {
  native: {
    login: '/api/auth/login',
    telemetry: '/api/plugins/telemetry',
    devices: '/api/tenant/devices',
    assets: '/api/tenant/assets',
  },
  gateway: { login: '/login', telemetry: '/telemetry', devices: '/devices', assets: undefined },
} as const;

/** ThingsBoard's read API, its WebSocket and its rule chain: one tenant with devices, assets, users and faults. */
export const startThingsBoard = async (options: ThingsBoardOptions): Promise<ThingsBoardSimulator> => {
  const { clock, dialect = 'native' } = options;
  const words = paths[dialect];
  const entities: Entity[] = [];
  const plan = createPlan<Fault>(isFault);
  const limits = createTenantLimits(clock, options.rateLimits);
  const waiting = createWaiting();
  const refusals = createRefusals(() => clock.now(), options.errorTime ?? 'epoch');
  const tokens = createTokens(clock, refusals, {
    users: options.users ?? [{ username: 'reader@example.com', password: 'sample' }],
    apiKeys: options.apiKeys ?? [],
    headers: options.staticHeaders ?? {},
    ...(options.tokenLifetimeMs === undefined ? {} : { lifetimeMs: options.tokenLifetimeMs }),
    ...(options.opaqueTokens === undefined ? {} : { opaque: options.opaqueTokens }),
    ...(options.lockAfter === undefined ? {} : { lockAfter: options.lockAfter }),
  });
  const rules = {
    dialect,
    order: options.order ?? 'as-asked',
    neverReported: options.neverReported ?? 'now-and-null',
    maxLimit: options.maxLimit ?? Number.POSITIVE_INFINITY,
  };
  let requests: ThingsBoardRequest[] = [];
  let logins = 0;

  const find = (type: string, id: string) => entities.find((entity) => entity.id === id && entity.type === type);
  const sockets = createSockets({
    now: () => clock.now(),
    tokens,
    find,
    allowed: ({ forbidden }) => !forbidden,
    changed: () => waiting.look(),
  });

  const addEntity = (entity: ThingsBoardEntityOptions = {}): Entity => {
    const added = createEntity(
      entities.length + 1,
      entity,
      options.sameInstant ?? 'replace',
      () => clock.now(),
      (changed, samples) => sockets.update(changed, samples),
    );
    entities.push(added);
    return added;
  };
  for (const entity of options.entities ?? []) addEntity(entity);

  const page = (type: Entity['type'], { query }: Received): Answer => {
    const [pageSize, number] = [Number(query.get('pageSize')), Number(query.get('page'))];
    if (!Number.isInteger(pageSize) || pageSize < 1) return refusals.bad('Incorrect page link page size');
    if (!Number.isInteger(number) || number < 0) return refusals.bad('Incorrect page link page');
    const all = entities.filter((entity) => entity.type === type);
    const data = all
      .slice(number * pageSize, (number + 1) * pageSize)
      .map(({ id, name }) => ({ id: { entityType: type, id }, name, type: 'default', label: null }));
    const totalPages = Math.ceil(all.length / pageSize);
    return json(200, { data, totalPages, totalElements: all.length, hasNext: number + 1 < totalPages });
  };

  const telemetryPath = new RegExp(`^${words.telemetry}/(DEVICE|ASSET)/([^/]+)/(values|keys)/timeseries$`);

  const telemetry = (request: Received): Answer | undefined => {
    const [, type = '', id = '', what] = telemetryPath.exec(request.path) ?? [];
    if (what === undefined) return undefined;
    if (!uuid.test(id)) return refusals.bad(`Invalid UUID string: ${id}`);
    const entity = find(type, id);
    if (entity === undefined) return refusals.missing();
    if (entity.forbidden) return refusals.forbidden();
    if (what === 'keys') return json(200, entity.telemetry.keys);
    const answer = queryTelemetry(entity.telemetry, request.query, rules, clock.now());
    return typeof answer === 'string' ? refusals.bad(answer) : json(200, answer);
  };

  const route = (request: Received): Answer => {
    const { method, path } = request;
    if (path === words.login) return method === 'POST' ? tokens.login(request.body) : refusals.notAllowed();
    if (limits.exceeded()) return refusals.rateLimited();
    const refusal = tokens.refuse(request.headers);
    if (refusal !== undefined) return refusal;
    if (method !== 'GET') return refusals.notAllowed();
    if (path === words.devices) return page('DEVICE', request);
    if (path === words.assets) return page('ASSET', request);
    return telemetry(request) ?? refusals.missing();
  };

  const serve = async (request: Received, response: ServerResponse) => {
    const { method, path, query } = request;
    const entity = telemetryPath.exec(path)?.[2];
    const isLogin = path === words.login;
    const behaviour = plan.take(clock.now(), isLogin ? 'login' : entity) ?? 'normal';
    if (isLogin) logins += 1;
    requests.push({ at: clock.now(), method, path, query: query.toString(), entity, behaviour });
    // Cut in halves, so that the cost of forgetting stays constant per request.
    if (requests.length >= keepRequests * 2) requests = requests.slice(-keepRequests);
    waiting.look();
    if (behaviour === 'normal') write(response, route(request));
    else
      await play(behaviour, {
        clock,
        response,
        process: () => route(request),
        rateLimited: (seconds) => refusals.rateLimited(seconds),
      });
  };

  const server = await startLoopback(serve, options.port, sockets.upgrade);
  const stop = async (how: 'down' | 'close') => {
    sockets.drop();
    await server[how]();
  };
  const simulator: ThingsBoardSimulator = {
    url: server.url,
    entities,
    get requests() {
      return requests.slice(-keepRequests);
    },
    get logins() {
      return logins;
    },
    addEntity,
    behave: (change) => plan.change(change),
    expireTokens: () => tokens.expireAll(),
    sockets,
    until: (holds, signal) => waiting.until(() => holds(simulator), signal),
    push(id, samples, pushOptions, signal) {
      const device = entities.find((entity) => entity.id === id);
      if (device === undefined) throw new RangeError(`there is no device ${id}`);
      device.add(samples);
      return pushByRuleChain(device.name, samples, pushOptions, signal);
    },
    down: () => stop('down'),
    up: () => server.up(),
    close: () => stop('close'),
  };
  return simulator;
};
