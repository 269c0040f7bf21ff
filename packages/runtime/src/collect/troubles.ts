import type { CaudalError } from '@caudal/core';
import type { Services } from '../services.ts';
import type { Paused, Pauses } from './pauses.ts';

/** The fact that holds the newest failure of an instance. */
export const troubleKey = (instance: string): string => `trouble ${instance}`;

/** Kinds that a person has to do something about. */
const forPeople = ['auth', 'config', 'quota'] as const satisfies CaudalError['kind'][];

/** What failures of one way to a vendor lead to: a pause of what they concern, and an alert where a person has to act. */
export interface Troubles {
  /** @param cut it had worked before it failed */
  failed(who: Paused, error: CaudalError, cut?: boolean): Promise<void>;
  worked(who: Paused): Promise<void>;
}

/** @param way what the alerts are called after: reading and streaming fail apart */
export const createTroubles = (services: Services, way: 'collect' | 'subscribe', pauses: Pauses): Troubles => {
  const { store, clock } = services;
  const log = services.log.stream('telemetry', { stage: way });
  return {
    async failed(who, error, cut) {
      const subject = pauses.failed(who, error, cut);
      log.warn(
        { instance: who.provider, device: who.id, kind: error.kind, paused: subject, detail: error.detail },
        error.message,
      );
      const message = services.redact.text(error.message);
      const trouble = { at: clock.now(), device: who.id, kind: error.kind, message };
      await store.write.remember([{ key: troubleKey(who.provider), value: trouble }]);
      if (!forPeople.some((kind) => kind === error.kind)) return;
      await store.write.changeAlerts({
        open: [
          {
            event: 'system',
            rule: `${way}.${error.kind}`,
            subject,
            point: null,
            severity: 'critical',
            openedAt: clock.now(),
            facts: { device: who.id, reason: message },
          },
        ],
        close: [],
      });
      services.wake('notify');
    },
    async worked(who) {
      const subjects = pauses.worked(who);
      if (subjects.length === 0) return;
      log.info({ instance: who.provider, device: who.id, subjects }, 'it works again');
      await store.write.changeAlerts({
        open: [],
        close: subjects.flatMap((subject) =>
          forPeople.map((kind) => ({ rule: `${way}.${kind}`, subject, at: clock.now() })),
        ),
      });
    },
  };
};
