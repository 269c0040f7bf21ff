import type { ServerResponse } from 'node:http';
import type { Clock } from '@caudal/core';
import { type Fault, isFault, play } from '../faults.ts';
import { type Answer, json, type Received, startLoopback, write } from '../loopback.ts';
import { createPlan, type PlanChange } from '../plan.ts';
import { createWaiting } from '../waiting.ts';
import { verifyWebhook, type WebhookVerdict } from './verify.ts';

export interface WebhookReceiverOptions {
  readonly clock: Clock;
  /** Signing secrets, `whsec_` and base64. Any of them may have signed. */
  readonly secrets: readonly string[];
  /** Default 0, a free one. */
  readonly port?: number;
  /** Default `/hooks/caudal`. Any other path is answered 404. */
  readonly path?: string;
  /** How far the time of a request may be from the clock's. Default five minutes, as the specification's libraries have it. */
  readonly toleranceMs?: number;
}

/** A request as it came. */
export interface WebhookDelivery {
  readonly at: number;
  readonly id: string;
  /** UTC milliseconds of `webhook-timestamp`. */
  readonly sentAt: number;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly verdict: WebhookVerdict;
  /** The same id was taken before: `same` with the same body, `other` with another, which no sender may do. */
  readonly repeats: 'no' | 'same' | 'other';
  /** Whether it was taken, whatever the client saw. */
  readonly taken: boolean;
  readonly behaviour: Fault | 'normal';
}

export interface WebhookReceiver {
  /** Where to post, with its path. */
  readonly url: string;
  /** The newest 10 000. */
  readonly deliveries: readonly WebhookDelivery[];
  /** What was taken, once per id, as parsed JSON. */
  readonly messages: readonly unknown[];
  /** Resolves as soon as so many requests have come; rejects with the signal's reason. */
  received(count: number, signal?: AbortSignal): Promise<void>;
  /** Replaces the secrets. */
  rotate(secrets: readonly string[]): void;
  /** A target is a path; `status-410` is a receiver that is gone. @throws RangeError for an unknown fault */
  behave(change: PlanChange<Fault>): void;
  /** Refuses connections, keeping everything. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

const keepDeliveries = 10_000;

const parsed = (body: string): { readonly value: unknown } | undefined => {
  try {
    return { value: JSON.parse(body) };
  } catch {
    return undefined;
  }
};

/** A receiver of Standard Webhooks: verifies by itself, takes each id once and keeps a ledger. */
export const startWebhookReceiver = async (options: WebhookReceiverOptions): Promise<WebhookReceiver> => {
  const { clock, path = '/hooks/caudal', toleranceMs = 300_000 } = options;
  const plan = createPlan<Fault>(isFault);
  const waiting = createWaiting();
  const taken = new Map<string, string>();
  const messages: unknown[] = [];
  let { secrets } = options;
  let deliveries: WebhookDelivery[] = [];
  let count = 0;

  const receive = (request: Received, behaviour: Fault | 'normal', processed: boolean): Answer => {
    const { headers, body, query } = request;
    const id = headers['webhook-id'] ?? '';
    const verdict = verifyWebhook(headers, body, secrets, clock.now(), toleranceMs);
    const content = parsed(body);
    const known = taken.get(id);
    const repeats = known === undefined ? 'no' : known === body ? 'same' : 'other';
    const answer =
      request.path !== path
        ? json(404, { error: 'not found' })
        : request.method !== 'POST'
          ? json(405, { error: 'method not allowed' })
          : !/^application\/json\b/.test(headers['content-type'] ?? '')
            ? json(415, { error: 'unsupported media type' })
            : verdict !== 'verified'
              ? json(401, { error: verdict })
              : content === undefined
                ? json(400, { error: 'not JSON' })
                : repeats === 'other'
                  ? json(409, { error: 'this id had another body' })
                  : { status: 204, headers: {}, body: '' };
    const takes = processed && answer.status === 204;
    if (takes && repeats === 'no') {
      taken.set(id, body);
      messages.push(content?.value);
    }
    const sentAt = Number(headers['webhook-timestamp'] ?? Number.NaN) * 1000;
    count += 1;
    deliveries.push({
      at: clock.now(),
      id,
      sentAt,
      path: request.path,
      query: query.toString(),
      headers,
      body,
      verdict,
      repeats,
      taken: takes,
      behaviour,
    });
    if (deliveries.length >= keepDeliveries * 2) deliveries = deliveries.slice(-keepDeliveries);
    waiting.look();
    return answer;
  };

  const rateLimited = (seconds: number): Answer =>
    json(429, { error: 'too many requests' }, { 'retry-after': String(seconds) });

  const serve = async (request: Received, response: ServerResponse) => {
    const behaviour = plan.take(clock.now(), request.path) ?? 'normal';
    if (behaviour === 'normal') {
      write(response, receive(request, behaviour, true));
      return;
    }
    let processed: Answer | undefined;
    await play(behaviour, {
      clock,
      response,
      process: () => (processed ??= receive(request, behaviour, true)),
      rateLimited,
    });
    if (processed === undefined) receive(request, behaviour, false);
  };

  const server = await startLoopback(serve, options.port);
  return {
    url: server.url + path,
    get deliveries() {
      return deliveries.slice(-keepDeliveries);
    },
    messages,
    received: (wanted, signal) => waiting.until(() => count >= wanted, signal),
    rotate(next) {
      secrets = next;
    },
    behave: (change) => plan.change(change),
    down: () => server.down(),
    up: () => server.up(),
    close: () => server.close(),
  };
};
