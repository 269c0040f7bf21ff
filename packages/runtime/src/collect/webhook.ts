import { randomUUID } from 'node:crypto';
import { CaudalError, isCaudalError, type RawRequest, type RawResponse, toCaudalError } from '@caudal/core';
import type { Services } from '../services.ts';
import { keepRaw } from './read.ts';

/** HTTP status of what went wrong, by kind. Anything else is 500: the vendor will send it again. */
const statusOf: Partial<Record<CaudalError['kind'], number>> = {
  auth: 401,
  'invalid-data': 400,
  unsupported: 404,
  transient: 503,
};

/** A vendor's call: verified on its raw bytes, stored, and only then answered. */
export const receiveWebhook = async (
  services: Services,
  instance: string,
  request: RawRequest,
  signal: AbortSignal,
): Promise<RawResponse> => {
  const log = services.log.stream('telemetry', { stage: 'collect', instance });
  try {
    const webhook = services.plugins.providers.get(instance)?.instance.webhook;
    if (webhook === undefined)
      throw new CaudalError('unsupported', `no provider named ${instance} takes webhooks`, { sent: 'no' });
    if (services.domain.switches.get(instance)?.mode === 'off')
      throw new CaudalError('transient', `${instance} is switched off`, { sent: 'no', scope: 'instance' });
    await webhook.verify(request, { signal });
    const { records, response } = webhook.accept(request);
    await keepRaw(
      services,
      records.map((record) => ({
        id: randomUUID(),
        instance,
        lane: 'live' as const,
        receivedAt: request.receivedAt,
        envelope: record.envelope,
        body: record.body,
      })),
    );
    return response;
  } catch (thrown) {
    const error = isCaudalError(thrown) ? thrown : toCaudalError(thrown, 'webhook');
    services.metrics.add('caudal_raw_refused_total', {
      instance: services.plugins.providers.has(instance) ? instance : '',
    });
    log.warn({ kind: error.kind }, `webhook refused: ${error.message}`);
    return { status: statusOf[error.kind] ?? 500, body: '' };
  }
};
