import type { ServerResponse } from 'node:http';
import type { Clock } from '@caudal/core';
import { type Fault, isFault, play } from '../faults.ts';
import { type Answer, json, type Received, startLoopback, write } from '../loopback.ts';
import { createPlan, type PlanChange } from '../plan.ts';
import { createWaiting } from '../waiting.ts';
import { createDevice, type HeldDevice, type TagoDevice, type TagoDeviceOptions } from './device.ts';
import { createDataOutput, createRateLimit, type TagoLimits } from './limits.ts';
import { type LastItem, readQuery, runQuery } from './query.ts';
import { createWebhook, type TagoWebhook, type TagoWebhookOptions } from './webhook.ts';

export interface TagoOptions {
  readonly clock: Clock;
  /** Default 0, a free one. */
  readonly port?: number;
  /** Default: an account without devices. */
  readonly devices?: readonly TagoDeviceOptions[];
  /** Opens `/device` and `/device/{id}/data`. Default `account-token`. */
  readonly accountToken?: string;
  /** Default `per-variable`. */
  readonly lastItem?: LastItem;
  /** `{status:false,message}` or `{status:false,result:{message}}`. Default `message`. */
  readonly errorShape?: 'message' | 'result';
  /** Whether an error has its HTTP status or comes with 200. Default `http`. */
  readonly errorStatus?: 'http' | 'ok';
  /** Default none. */
  readonly limits?: TagoLimits;
  /** Items that may be returned in a UTC month. Default unlimited. */
  readonly dataOutput?: number;
}

/** A request as it came. Tokens are not kept: `device` says whose it was. */
export interface TagoRequest {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly device: string | undefined;
  readonly behaviour: Fault | 'normal';
}

export interface TagoSimulator {
  readonly url: string;
  readonly accountToken: string;
  readonly devices: readonly TagoDevice[];
  /** The newest 100 000. */
  readonly requests: readonly TagoRequest[];
  /** Resolves as soon as so many requests have come; rejects with the signal's reason. */
  requested(count: number, signal?: AbortSignal): Promise<void>;
  /** Items returned in this UTC month. */
  readonly dataOutputUsed: number;
  addDevice(options?: TagoDeviceOptions): TagoDevice;
  /** A target is the id of a device. @throws RangeError for an unknown fault */
  behave(change: PlanChange<Fault>): void;
  /** Prepares deliveries to an end-point. @throws RangeError from its calls for an unknown device */
  webhook(options: TagoWebhookOptions): TagoWebhook;
  /** Refuses connections, keeping everything. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

const keepRequests = 100_000;

/** Headers that carry a device's token, and an account's. */
const deviceHeaders = ['device-token', 'authorization', 'token'];
const accountHeaders = ['account-token', 'authorization', 'token'];

const iso = (instant: number | undefined) => (instant === undefined ? null : new Date(instant).toISOString());

const success = (result: unknown): Answer => json(200, { status: true, result });

const tokens = (request: Received, names: readonly string[]) =>
  names.map((name) => request.headers[name]).filter((token) => token !== undefined);

/** TagoIO's read API and its webhook action: one profile with devices, data, limits and faults. */
export const startTago = async (options: TagoOptions): Promise<TagoSimulator> => {
  const { clock } = options;
  const accountToken = options.accountToken ?? 'account-token';
  const devices: HeldDevice[] = [];
  const plan = createPlan<Fault>(isFault);
  const rate = createRateLimit(clock, options.limits ?? {});
  const output = createDataOutput(clock, options.dataOutput);
  const waiting = createWaiting();
  let requests: TagoRequest[] = [];
  let requestCount = 0;

  const addDevice = (device: TagoDeviceOptions = {}): HeldDevice => {
    const added = createDevice(devices.length + 1, device, () => clock.now());
    devices.push(added);
    return added;
  };
  for (const device of options.devices ?? []) addDevice(device);

  const find = (id: string): HeldDevice => {
    const found = devices.find((device) => device.id === id);
    if (found === undefined) throw new RangeError(`there is no device ${id}`);
    return found;
  };

  const failure = (status: number, message: string): Answer =>
    json(
      options.errorStatus === 'ok' ? 200 : status,
      options.errorShape === 'result' ? { status: false, result: { message } } : { status: false, message },
    );
  const denied = () => failure(401, 'Authorization Denied');
  const rateLimited = (seconds: number) => failure(429, `Too many requests (Retry-After: ${seconds})`);

  const deviceOf = (request: Received): HeldDevice | undefined => {
    const given = tokens(request, deviceHeaders);
    return devices.find(({ token }) => given.includes(token));
  };

  const mayRead = ({ permission, expires }: HeldDevice) =>
    permission !== 'write' && (expires === undefined || clock.now() < expires);

  const data = (device: HeldDevice, request: Received): Answer => {
    const wait = rate.take('data');
    if (wait !== undefined) return rateLimited(wait);
    if (output.exhausted()) return failure(429, 'You have exceeded the limit of Data Output of your account');
    const query = readQuery(request.query, clock.now());
    if (typeof query === 'string') return failure(400, query);
    device.catchUp();
    const result = runQuery(device.columns, query, options.lastItem ?? 'per-variable', clock.now());
    if (typeof result === 'string') return failure(400, result);
    output.spend(typeof result === 'number' ? 1 : result.length);
    return success(result);
  };

  const describe = (device: HeldDevice) => {
    device.catchUp();
    const tags = Object.entries(device.tags).map(([key, value]) => ({ key, value }));
    return {
      id: device.id,
      name: device.name,
      active: true,
      visible: true,
      last_input: iso(device.columns.lastArrival(clock.now())),
      tags,
    };
  };

  const page = ({ query }: Received) => {
    const [number, amount] = [Number(query.get('page') ?? 1), Number(query.get('amount') ?? 20)];
    return devices.slice((number - 1) * amount, number * amount);
  };

  const info = (request: Received): Answer => {
    const wait = rate.take('info');
    if (wait !== undefined) return rateLimited(wait);
    const device = deviceOf(request);
    if (device !== undefined && mayRead(device)) return success(describe(device));
    if (tokens(request, accountHeaders).includes(accountToken)) return success({ id: 'account', name: 'Account' });
    return denied();
  };

  const account = (request: Received): Answer => {
    if (!tokens(request, accountHeaders).includes(accountToken)) return denied();
    const [, , id, leaf] = request.path.split('/');
    if (id === undefined || id === '') return success(page(request).map(describe));
    const device = devices.find((candidate) => candidate.id === id);
    if (device === undefined) return failure(404, 'Device not found');
    return leaf === 'data' ? data(device, request) : success(describe(device));
  };

  const own = (request: Received): Answer => {
    const device = deviceOf(request);
    return device !== undefined && mayRead(device) ? data(device, request) : denied();
  };

  const route = (request: Received): Answer => {
    if (request.method !== 'GET') return failure(405, 'Method not allowed');
    const path = request.path.replace(/\/$/, '');
    if (path === '/data') return own(request);
    if (path === '/info') return info(request);
    if (/^\/device(\/[^/]+(\/data)?)?$/.test(path)) return account(request);
    return failure(404, 'Not found');
  };

  const target = (request: Received) => /^\/device\/([^/]+)/.exec(request.path)?.[1] ?? deviceOf(request)?.id;

  const serve = async (request: Received, response: ServerResponse) => {
    const device = target(request);
    const behaviour = plan.take(clock.now(), device) ?? 'normal';
    const { method, path, query } = request;
    requestCount += 1;
    requests.push({ at: clock.now(), method, path, query: query.toString(), device, behaviour });
    // Cut in halves, so that the cost of forgetting stays constant per request.
    if (requests.length >= keepRequests * 2) requests = requests.slice(-keepRequests);
    waiting.look();
    if (behaviour === 'normal') write(response, route(request));
    else await play(behaviour, { clock, response, process: () => route(request), rateLimited });
  };

  const server = await startLoopback(serve, options.port);
  return {
    url: server.url,
    accountToken,
    devices,
    get requests() {
      return requests.slice(-keepRequests);
    },
    requested: (count, signal) => waiting.until(() => requestCount >= count, signal),
    get dataOutputUsed() {
      return output.used;
    },
    addDevice,
    behave: (change) => plan.change(change),
    webhook: (webhook) => createWebhook(clock, find, webhook),
    down: () => server.down(),
    up: () => server.up(),
    close: () => server.close(),
  };
};
