import { createHash } from 'node:crypto';
import type { RawRequest, RawResponse } from '@caudal/core';
import { within } from '../collect/deadline.ts';
import { booksOf } from '../operate/books.ts';
import type { Services } from '../services.ts';

const empty = (status: number): RawResponse => ({ status, body: '' });

const sha256 = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

/** Answers a regulator that asks us, through the target that knows how; what it was shown is in the audit. */
export const createRegulatorDesk = (services: Services) => {
  const { clock, options, store, plugins } = services;
  const underWay = new Map<string, number>();

  /** Who was refused learns nothing, and must not be able to fill the audit. */
  const note = async (instance: string, request: RawRequest, response: RawResponse) => {
    if (response.status >= 400) return;
    const at = clock.now();
    const actor = `regulator:${instance}`;
    const subject = `target:${instance}`;
    const what = `${request.method} ${services.redact.text(request.path).slice(0, 200)}`;
    await store.write.audit([
      { at, actor, act: `asked ${what}`, subject, hash: sha256(what, '?', request.query, '\n', request.body) },
      { at, actor, act: `was answered ${response.status} to ${what}`, subject, hash: sha256(response.body ?? '') },
    ]);
  };

  return async (instance: string, request: RawRequest, signal: AbortSignal): Promise<RawResponse> => {
    const target = plugins.targets.get(instance);
    const serve = target?.instance.serve?.bind(target.instance);
    if (target === undefined || serve === undefined) return empty(404);
    const log = services.log.stream('compliance', { instance });
    const busy = underWay.get(instance) ?? 0;
    if (busy >= options.http.regulatorRequests) return { ...empty(503), headers: { 'retry-after': '10' } };
    underWay.set(instance, busy + 1);
    let response: RawResponse;
    try {
      response = await within(
        clock,
        options.http.regulatorTimeoutMs,
        `${instance} answering`,
        signal,
        async (limited) => serve(request, { ...booksOf(services, instance), signal: limited }),
      );
      await note(instance, request, response);
    } catch (thrown) {
      log.error({ error: thrown }, 'a request of the regulator could not be answered');
      response = empty(500);
    } finally {
      underWay.set(instance, (underWay.get(instance) ?? 1) - 1);
    }
    services.metrics.add('caudal_regulator_requests_total', {
      target: instance,
      class: `${Math.floor(response.status / 100)}xx`,
    });
    return response;
  };
};
