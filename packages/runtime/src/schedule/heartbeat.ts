import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { CaudalError, toCaudalError } from '@caudal/core';
import { readinessOf } from '../operate/readiness.ts';
import type { Services } from '../services.ts';
import { createInFlight } from './in-flight.ts';

const flightName = 'heartbeat';

/** One request; its answer is read to the end and thrown away. Rejects on anything but 2xx: a redirect is not followed. */
const beat = async (services: Services, url: URL, signal: AbortSignal): Promise<void> => {
  const { network, options } = services;
  const secure = url.protocol === 'https:';
  const { proxy, ca } = network;
  const settings = {
    ...(ca === undefined ? {} : { ca }),
    ...(proxy === undefined ? {} : { proxyEnv: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } }),
  };
  const agent = secure ? new HttpsAgent(settings) : new HttpAgent(settings);
  try {
    const status = await new Promise<number>((done, fail) => {
      const { method } = options.heartbeat;
      const sent = (secure ? httpsRequest : httpRequest)(url, { method, agent, signal }, (response) => {
        response.on('error', fail);
        response.on('end', () => done(response.statusCode ?? 0));
        response.resume();
      });
      sent.on('error', fail);
      sent.end();
    });
    if (status < 200 || status > 299) throw new CaudalError('rejected', `the watchdog answered ${status}`, { status });
  } finally {
    agent.destroy();
  }
};

/** Signs of life for a watchdog outside. */
export interface Heartbeat {
  /** Begins a beat when it is time for one. Waits for nothing. */
  look(now: number): void;
  finish(): Promise<void>;
}

/**
 * Tells a watchdog outside, while work moves, that it does: what stands still, a machine that is off, a network that is cut keep the
 * beat from coming, and the watchdog raises the alarm. A beat that fails is counted and logged once, and is no alert: the one who would
 * tell of it knows already.
 */
export const createHeartbeat = (services: Services): Heartbeat => {
  const { options, metrics, clock } = services;
  const { url: reference, everySeconds, timeoutSeconds } = options.heartbeat;
  const log = services.log.stream('system', { stage: 'maintain' });
  let nextAt = -Infinity;
  let failing = false;

  const told = (error: unknown) => {
    metrics.add('caudal_heartbeats_total', { outcome: 'failed' });
    if (!failing)
      log.warn({ reason: services.redact.text(toCaudalError(error, 'heartbeat').message) }, 'the heartbeat fails');
    failing = true;
  };

  const send = async (signal: AbortSignal) => {
    if (reference === undefined) return;
    try {
      const address = await services.secret(reference);
      if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
        throw new CaudalError('config', 'the address of the heartbeat is none that begins with http: or https:', {
          sent: 'no',
        });
      await beat(services, new URL(address), AbortSignal.any([signal, AbortSignal.timeout(timeoutSeconds * 1000)]));
      metrics.add('caudal_heartbeats_total', { outcome: 'sent' });
      metrics.set('caudal_heartbeat_last_success_seconds', {}, clock.now() / 1000);
      if (failing) log.info({}, 'the heartbeat is answered again');
      failing = false;
    } catch (thrown) {
      if (!signal.aborted) told(thrown);
    }
  };

  const flight = createInFlight(() => undefined, told);
  return {
    look(now) {
      if (reference === undefined || now < nextAt || flight.has(flightName)) return;
      nextAt = now + everySeconds * 1000;
      if (readinessOf(services).ready) flight.start(flightName, [], send);
      else metrics.add('caudal_heartbeats_total', { outcome: 'withheld' });
    },
    finish: () => flight.finish(AbortSignal.abort(new Error('the runtime stops'))),
  };
};
