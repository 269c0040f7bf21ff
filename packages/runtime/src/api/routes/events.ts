import { Readable } from 'node:stream';
import { closedObject, Type } from '@caudal/core';
import type { Gate } from '../gate.ts';
import type { LiveEvent } from '../live.ts';
import { Refusal } from '../refusal.ts';
import { type Call, type Route, route } from '../route.ts';
import { type Sight, sightOf } from '../sight.ts';

const beatMs = 15_000;
/** Who reads slower than this is let go, and comes again with the last id. */
const waitingAtMost = 1_048_576;

const text = (run: string, { serial, type, data }: LiveEvent) =>
  `id: ${run}-${serial}\nevent: ${type}\ndata: ${data}\n\n`;

/** What may be missed is said: then lists are to be read again. */
const reset = (run: string, serial: number) => `id: ${run}-${serial}\nevent: reset\ndata: {}\n\n`;

const stillIn = async (gate: Gate, call: Pick<Call<undefined, undefined, undefined>, 'request' | 'services'>) => {
  const found = await gate.whoIs(call.request).catch(() => null);
  return found !== null && found.until > call.services.clock.now() && found.principal.may.has('values:read');
};

const permissionOf = { values: 'values:read', alert: 'alerts:read', submission: 'compliance:read' } as const;

const streamOf = (call: Call<undefined, undefined, undefined>, wanted: readonly string[]): Readable => {
  const { services, live, gate, principal, request } = call;
  const ended = new AbortController();
  let domain = services.domain;
  let sight: Sight = sightOf(domain, principal);
  const stream = new Readable({ read: () => undefined, highWaterMark: waitingAtMost });
  const end = () => stream.push(null);
  const sees = (event: LiveEvent): boolean => {
    if (services.domain !== domain) {
      domain = services.domain;
      sight = sightOf(domain, principal);
    }
    return wanted.includes(event.type) && principal.may.has(permissionOf[event.type]) && event.sees(sight);
  };
  const push = (event: LiveEvent) => {
    if (sees(event) && !stream.push(text(live.run, event))) stream.destroy();
  };
  const stop = live.listen(push);
  if (stop === undefined)
    throw new Refusal('unavailable', 'too many look already', { headers: { 'retry-after': '30' } });
  stream.once('close', () => {
    ended.abort();
    stop();
  });

  const last = /^([0-9a-f]{12})-(\d{1,15})$/.exec(String(request.headers['last-event-id'] ?? ''));
  const missed = last === null || last[1] !== live.run ? undefined : live.after(Number(last[2]));
  stream.push('retry: 3000\n\n');
  if (missed === undefined) stream.push(reset(live.run, live.newest));
  else for (const event of missed) push(event);

  const beat = async () => {
    while (!ended.signal.aborted) {
      await services.clock.sleep(beatMs, ended.signal).catch(() => undefined);
      if (ended.signal.aborted) return;
      if (!(await stillIn(gate, call))) return end();
      stream.push(': still here\n\n');
    }
  };
  void beat();
  return stream;
};

const kinds = ['values', 'alert', 'submission'] as const;

const events = route({
  id: 'events',
  method: 'GET',
  path: '/events',
  tag: 'Live',
  summary: 'What happens now, as server-sent events: values, alerts, submissions in sight',
  description:
    'Each event has an id: with Last-Event-ID what was missed comes first, and where that is not kept any more an event `reset` says that lists are to be read again. Ends with the access token.',
  needs: 'values:read',
  query: closedObject({
    kind: Type.Array(Type.Enum([...kinds]), { default: [...kinds], maxItems: 3, description: 'Which of them.' }),
  }),
  content: ['text/event-stream'],
  run: async (call) => ({
    contentType: 'text/event-stream; charset=utf-8',
    // A proxy that gathers answers would hold events back.
    headers: { 'x-accel-buffering': 'no' },
    body: streamOf(call as never, call.query.kind),
  }),
});

export const eventRoutes: readonly Route[] = [events];
