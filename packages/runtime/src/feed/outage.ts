import type { CaudalError, Clock, ErrorKind, Logger } from '@caudal/core';

/** Kinds that do not pass by waiting: somebody has to change something. */
const lasting: ReadonlySet<ErrorKind> = new Set(['config', 'auth', 'unsupported', 'rejected']);

/** That Kafka takes nothing: told when it begins and when it ends, however often it is tried meanwhile. */
export interface Outage {
  /** Why nothing can be published; null while it can. */
  readonly reason: string | null;
  /** @param refused records that were not taken, and whose senders were told so */
  failed(error: CaudalError, refused: number): void;
  worked(): void;
}

export const createOutage = (clock: Clock, log: Logger): Outage => {
  let open: { readonly since: number; reason: string; tries: number; refused: number } | undefined;
  return {
    get reason() {
      return open?.reason ?? null;
    },
    failed({ message, kind }, refused) {
      // What is wrong may change while it lasts: a broker that is back can still lack the topic.
      const isNew = open === undefined || (lasting.has(kind) && open.reason !== message);
      open = {
        since: open?.since ?? clock.now(),
        reason: message,
        tries: (open?.tries ?? 0) + 1,
        refused: (open?.refused ?? 0) + refused,
      };
      if (!isNew) return;
      const level = lasting.has(kind) ? 'error' : 'warn';
      log[level](
        { kind },
        `Kafka takes no records: reads pause, streams are held, webhooks are answered 503 (${message})`,
      );
    },
    worked() {
      if (open === undefined) return;
      const { since, tries, refused } = open;
      open = undefined;
      const seconds = Math.round((clock.now() - since) / 1000);
      log.info({ seconds, tries, refused }, 'Kafka takes records again');
    },
  };
};
