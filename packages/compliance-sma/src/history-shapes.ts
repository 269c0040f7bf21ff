import type { ReportSubmission } from '@caudal/core';
import { stampOf } from './stamp.ts';

/** One instant of one device, with what it is written from. */
export interface HistoryEntry {
  readonly ufId: number;
  readonly procesoId: number;
  readonly dispositivoId: unknown;
  /** As they are written. */
  readonly parameters: readonly object[];
  readonly slot: ReportSubmission['slot'];
}

/**
 * How one entry of the history is written. Which structure the SMA wants is an image in its manual: `stored` is how data that it was
 * sent are seen in its own store, `sent` how they are sent.
 */
export const historyShapes = {
  stored: ({ ufId, procesoId, dispositivoId, parameters, slot }: HistoryEntry): object => ({
    UfId: ufId,
    ProcesoId: procesoId,
    data: [{ dispositivoId, Parametros: parameters }],
    timestamp: stampOf(slot),
    timestampUTC: new Date(slot).toISOString(),
  }),
  sent: ({ dispositivoId, parameters }: HistoryEntry): object => ({ dispositivoId, parametros: parameters }),
} as const;

export type HistoryShape = keyof typeof historyShapes;
