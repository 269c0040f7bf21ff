import type { ServerResponse } from 'node:http';
import type { Clock } from '@caudal/core';
import { type Fault, isFault, play } from '../faults.ts';
import { type Answer, json, type Received, startLoopback, write } from '../loopback.ts';
import { createPlan, type PlanChange } from '../plan.ts';
import { createWaiting } from '../waiting.ts';
import { report, type TwilioCallback, type TwilioReport } from './callbacks.ts';
import { faultOf, messageOf, refusal, resourceOf, type TwilioAccount, type TwilioMessage } from './messages.ts';

/** A fault, or a refusal by Twilio's code: `code-21610`. */
export type TwilioBehaviour = Fault | `code-${number}`;

export interface TwilioOptions extends Partial<TwilioAccount> {
  readonly clock: Clock;
  /** Default 0, a free one. */
  readonly port?: number;
}

/** A request as it came. Credentials are not kept: `user` is the account SID or API key that was named. */
export interface TwilioRequest {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly user: string | undefined;
  readonly form: Readonly<Record<string, string>>;
  /** Parameters that the API does not have, or that came twice: Twilio would pass over them in silence. */
  readonly unknown: readonly string[];
  readonly behaviour: TwilioBehaviour | 'normal';
}

export interface TwilioSimulator {
  /** The base URL of the API. */
  readonly url: string;
  readonly account: TwilioAccount;
  /** What was taken, in order. */
  readonly messages: readonly TwilioMessage[];
  /** The newest 10 000. */
  readonly requests: readonly TwilioRequest[];
  /** Resolves as soon as so many requests have come; rejects with the signal's reason. */
  requested(count: number, signal?: AbortSignal): Promise<void>;
  /** A target is a recipient's number. @throws RangeError for an unknown behaviour */
  behave(change: PlanChange<TwilioBehaviour>): void;
  /** Posts status callbacks of a message. @throws RangeError for an unknown message or one without StatusCallback */
  report(sid: string, options?: TwilioReport): Promise<readonly TwilioCallback[]>;
  /** Posts a callback again, to the letter. */
  repeat(callback: TwilioCallback): Promise<number>;
  /** Refuses connections, keeping everything. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

const keepRequests = 10_000;

const codeOf = (behaviour: string): number | undefined => {
  const match = /^code-(\d{5})$/.exec(behaviour);
  return match === null ? undefined : Number(match[1]);
};

const credentialsOf = (request: Received): readonly [user: string, password: string] | undefined => {
  const encoded = /^Basic (.+)$/.exec(request.headers['authorization'] ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : [text.slice(0, colon), text.slice(colon + 1)];
};

/** Twilio's Messages resource: forms validated strictly, messages in a ledger, status callbacks signed and sent when asked. */
export const startTwilio = async (options: TwilioOptions): Promise<TwilioSimulator> => {
  const { clock } = options;
  const account: TwilioAccount = {
    accountSid: options.accountSid ?? `AC${'0'.repeat(32)}`,
    authToken: options.authToken ?? 'auth-token',
    apiKeys: options.apiKeys ?? {},
    // Twilio's own number for tests
    numbers: options.numbers ?? ['+15005550006'],
    messagingServices: options.messagingServices ?? [],
    unsubscribed: options.unsubscribed ?? [],
    landlines: options.landlines ?? [],
  };
  const plan = createPlan<TwilioBehaviour>((name) => isFault(name) || codeOf(name) !== undefined);
  const waiting = createWaiting();
  const messages: TwilioMessage[] = [];
  let requests: TwilioRequest[] = [];
  let count = 0;
  const resource = `/2010-04-01/Accounts/${account.accountSid}/Messages.json`;

  const refuse = (code: number, headers: Readonly<Record<string, string>> = {}): Answer => {
    const { status, message } = refusal(code);
    return json(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status }, headers);
  };

  const mayUse = (credentials: readonly [string, string] | undefined): boolean => {
    if (credentials === undefined) return false;
    const [user, password] = credentials;
    return user === account.accountSid ? password === account.authToken : account.apiKeys[user] === password;
  };

  const create = (request: Received): Answer => {
    if (!/^application\/x-www-form-urlencoded\b/.test(request.headers['content-type'] ?? '')) return refuse(21_604);
    const form = new URLSearchParams(request.body);
    const { code } = faultOf(form, account);
    if (code !== undefined) return refuse(code);
    const message = messageOf(form, messages.length + 1, clock.now());
    messages.push(message);
    return json(201, resourceOf(message, account.accountSid));
  };

  const route = (request: Received): Answer => {
    if (!mayUse(credentialsOf(request))) return refuse(20_003);
    if (request.path !== resource) return refuse(20_404);
    if (request.method === 'POST') return create(request);
    const newest = messages.slice(-Number(request.query.get('PageSize') ?? 50)).toReversed();
    return json(200, { messages: newest.map((message) => resourceOf(message, account.accountSid)), page: 0 });
  };

  const serve = async (request: Received, response: ServerResponse) => {
    const form = new URLSearchParams(request.method === 'POST' ? request.body : '');
    const behaviour = plan.take(clock.now(), form.get('To') ?? undefined) ?? 'normal';
    count += 1;
    requests.push({
      at: clock.now(),
      method: request.method,
      path: request.path,
      user: credentialsOf(request)?.[0],
      form: Object.fromEntries(form),
      unknown: faultOf(form, account).unknown,
      behaviour,
    });
    if (requests.length >= keepRequests * 2) requests = requests.slice(-keepRequests);
    waiting.look();
    const code = codeOf(behaviour);
    if (behaviour === 'normal') write(response, route(request));
    else if (code !== undefined) write(response, refuse(code));
    else {
      await play(behaviour as Fault, {
        clock,
        response,
        process: () => route(request),
        rateLimited: (seconds) => refuse(20_429, { 'retry-after': String(seconds) }),
      });
    }
  };

  const server = await startLoopback(serve, options.port);
  return {
    url: server.url,
    account,
    messages,
    get requests() {
      return requests.slice(-keepRequests);
    },
    requested: (wanted, signal) => waiting.until(() => count >= wanted, signal),
    behave: (change) => plan.change(change),
    report(sid, reporting = {}) {
      const message = messages.find((candidate) => candidate.sid === sid);
      if (message === undefined) throw new RangeError(`there is no message ${sid}`);
      return report(clock, account, message, reporting);
    },
    async repeat({ url, headers, body }) {
      const response = await fetch(url, { method: 'POST', headers: { ...headers }, body });
      await response.arrayBuffer();
      return response.status;
    },
    down: () => server.down(),
    up: () => server.up(),
    close: () => server.close(),
  };
};
