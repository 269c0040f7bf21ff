import {
  CaudalError,
  type DeliveryEvent,
  isCaudalError,
  type RawRequest,
  type RawResponse,
  toCaudalError,
} from '@caudal/core';
import type { Services } from '../services.ts';

/** HTTP status of what went wrong, by kind. Anything else is 500: the channel may report again. */
const statusOf: Partial<Record<CaudalError['kind'], number>> = {
  auth: 401,
  'invalid-data': 400,
  unsupported: 404,
  transient: 503,
};

/** What a person has to act on: somebody was not told. */
const failed: ReadonlySet<DeliveryEvent['status']> = new Set(['bounced', 'rejected', 'complaint']);

/** More events in one report are refused. */
const most = 10_000;

/**
 * A channel's report of what became of messages: verified on its raw bytes, recorded, and only then answered. The same report again, or
 * reports in another order, change nothing more; one about a message that is not ours is answered and not kept.
 *
 * @param channel name of the notifier in the configuration
 */
export const receiveDelivery = async (
  services: Services,
  channel: string,
  request: RawRequest,
  signal: AbortSignal,
): Promise<RawResponse> => {
  const log = services.log.stream('notifications', { stage: 'notify', channel });
  try {
    const delivery = services.plugins.notifiers.get(channel)?.instance.delivery;
    if (delivery === undefined)
      throw new CaudalError('unsupported', `no notifier named ${channel} takes delivery events`, { sent: 'no' });
    await delivery.verify(request, { signal });
    const { events, response } = delivery.accept(request);
    if (events.length > most)
      throw new CaudalError('invalid-data', `a report has ${events.length} events`, { scope: 'item' });
    const recorded = events.length === 0 ? [] : await services.store.write.recordDeliveries(channel, events);
    for (const { notice, status, at, externalId, detail } of recorded) {
      services.metrics.add('caudal_deliveries_total', { channel, status });
      const facts = { externalId, status, detail: detail === null ? null : services.redact.text(detail) };
      if (notice === null) {
        log.info(facts, 'a message that is being sent was reported');
        continue;
      }
      services.events.emit('delivery', {
        notice: notice.id,
        person: notice.person,
        channel,
        event: notice.event,
        status,
        at,
      });
      const told = { ...facts, notice: notice.id, person: notice.person };
      if (failed.has(status)) log.error(told, `a notice did not reach ${notice.person}: ${status}`);
      else log.info(told, `notice ${status}`);
    }
    return response;
  } catch (thrown) {
    const error = isCaudalError(thrown) ? thrown : toCaudalError(thrown, 'delivery report');
    services.metrics.add('caudal_deliveries_refused_total', {
      channel: services.plugins.notifiers.has(channel) ? channel : '',
    });
    log.warn({ kind: error.kind }, `delivery report refused: ${services.redact.text(error.message)}`);
    return { status: statusOf[error.kind] ?? 500, body: '' };
  }
};
