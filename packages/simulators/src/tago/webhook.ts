import type { Clock } from '@caudal/core';
import type { TagoItem, TagoWireItem } from './item.ts';
import type { HeldDevice } from './device.ts';

export interface TagoWebhookOptions {
  readonly url: string;
  /** Sent with every request; the real service signs nothing, so a secret travels in a header of one's own. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How often a delivery without a 2xx is repeated. Default 10, as documented. */
  readonly retries?: number;
  /** Time of the clock between tries; the real one is not documented. Default 1000 ms. */
  readonly retryMs?: number;
}

export interface TagoDelivery {
  readonly delivered: boolean;
  readonly attempts: number;
  /** HTTP status of the last answer, undefined when there was none. */
  readonly status: number | undefined;
}

/** The action "Post data to HTTP End-Point". */
export interface TagoWebhook {
  /** Stores the items at the device and delivers them as one batch. */
  send(deviceId: string, items: readonly TagoItem[], signal?: AbortSignal): Promise<TagoDelivery>;
  /** Delivers what a device already holds, again or out of order: the newest `count` items. */
  redeliver(deviceId: string, count: number, signal?: AbortSignal): Promise<TagoDelivery>;
}

const newest = ({ columns }: HeldDevice, count: number): number[] => {
  const length = Math.min(count, columns.size);
  return Array.from({ length }, (_, n) => columns.size - length + n);
};

export const createWebhook = (
  clock: Clock,
  find: (id: string) => HeldDevice,
  options: TagoWebhookOptions,
): TagoWebhook => {
  const once = async (body: string, retry: number, signal: AbortSignal | undefined): Promise<number | undefined> => {
    const headers = { 'content-type': 'application/json', ...options.headers };
    try {
      const response = await fetch(options.url, {
        method: 'POST',
        headers: retry === 0 ? headers : { ...headers, 'TagoIO-Retries': String(retry) },
        body,
        ...(signal === undefined ? {} : { signal }),
      });
      await response.arrayBuffer();
      return response.status;
    } catch {
      signal?.throwIfAborted();
      return undefined;
    }
  };

  const deliver = async (items: readonly TagoWireItem[], signal: AbortSignal | undefined): Promise<TagoDelivery> => {
    const body = JSON.stringify(items);
    const retries = options.retries ?? 10;
    for (let retry = 0; ; retry += 1) {
      const status = await once(body, retry, signal);
      const delivered = status !== undefined && status >= 200 && status < 300;
      if (delivered || retry >= retries) return { delivered, attempts: retry + 1, status };
      await clock.sleep(options.retryMs ?? 1000, signal);
    }
  };

  const redeliver = (deviceId: string, count: number, signal?: AbortSignal) => {
    const device = find(deviceId);
    return deliver(
      newest(device, count).map((row) => device.columns.wire(row, true)),
      signal,
    );
  };

  return {
    send(deviceId, items, signal) {
      find(deviceId).add(items);
      return redeliver(deviceId, items.length, signal);
    },
    redeliver,
  };
};
