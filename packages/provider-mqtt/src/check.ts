import { type Call, type CheckResult, type DeviceRef, isCaudalError } from '@caudal/core';
import { openLine } from './line.ts';
import { subscribeAll } from './session.ts';
import type { Parts } from './subscribe.ts';
import { subscriptionsOf } from './subscriptions.ts';

/**
 * Connects under a client id of its own, so that the live session stays where it is, subscribes as the instance would and leaves nothing
 * behind. Topics with a credential are tried for the device that is asked about.
 */
export const check = async (
  { config, routes, host }: Parts,
  { signal, device }: Call & { readonly device?: DeviceRef },
): Promise<CheckResult> => {
  try {
    signal.throwIfAborted();
    const { all } = await subscriptionsOf(routes, device === undefined ? [] : [device], host);
    const suffix = Math.floor(host.random() * 0x1_0000_0000).toString(36);
    const line = await openLine({
      config,
      host,
      clientId: `${config.clientId}-check-${suffix}`,
      clean: true,
      signal,
      message: (_packet, next) => next(),
    });
    try {
      if (
        !(await subscribeAll(
          line.client,
          all.map((one) => ({ ...one, qos: 0 as const })),
          host,
        ))
      ) {
        signal.throwIfAborted();
        throw await line.over;
      }
    } finally {
      line.end();
    }
    return { ok: true, message: `the broker takes the connection and ${all.length} subscriptions` };
  } catch (error) {
    if (!isCaudalError(error) || error.kind === 'bug' || signal.aborted) throw error;
    return { ok: false, message: error.message };
  }
};
