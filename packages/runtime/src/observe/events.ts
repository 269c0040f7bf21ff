import type { AlertRow, NoticeDelivery, NoticeRow, SubmissionState, ValueRow } from '../store/rows.ts';

/** What an embedding program can listen to. Sent after it is on disk. A listener that throws is logged and goes on being called. */
export interface RuntimeEvents {
  raw: { readonly instance: string; readonly stored: number; readonly repeated: number };
  values: readonly ValueRow[];
  findings: readonly {
    readonly series: string;
    readonly code: string;
    readonly flag: number;
    readonly from: number;
    readonly to: number;
  }[];
  submission: {
    readonly id: string;
    readonly obligation: string;
    readonly slot: number;
    readonly state: SubmissionState;
    readonly receipt: string | null;
    readonly reason: string | null;
  };
  alert: Pick<AlertRow, 'event' | 'rule' | 'subject' | 'severity' | 'facts'> & { readonly open: boolean };
  notice: Pick<NoticeRow, 'id' | 'person' | 'channel' | 'event' | 'state'>;
  /** What became of a notice, as its channel reports it. */
  delivery: Pick<NoticeRow, 'person' | 'channel' | 'event'> & Pick<NoticeDelivery, 'notice' | 'status' | 'at'>;
}

export interface Events {
  on<K extends keyof RuntimeEvents>(name: K, listener: (event: RuntimeEvents[K]) => void): () => void;
  emit<K extends keyof RuntimeEvents>(name: K, event: RuntimeEvents[K]): void;
}

/** @param onError gets what a listener threw */
export const createEvents = (onError: (thrown: unknown) => void): Events => {
  const listeners = new Map<string, Set<(event: never) => void>>();
  return {
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener));
      return () => void set.delete(listener);
    },
    emit(name, event) {
      for (const listener of listeners.get(name) ?? []) {
        try {
          listener(event as never);
        } catch (thrown) {
          onError(thrown);
        }
      }
    },
  };
};
