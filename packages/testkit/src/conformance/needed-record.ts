import type { RawRecord } from '@caudal/core';

/** The record that a record says it needs: the newest of its key that arrived before it. */
export const neededBy = (record: RawRecord, records: readonly RawRecord[]): RawRecord | undefined => {
  const { needs } = record.envelope;
  if (needs === undefined) return undefined;
  return records
    .filter(
      ({ envelope, receivedAt, id }) => envelope.key === needs && id !== record.id && receivedAt <= record.receivedAt,
    )
    .toSorted((one, other) => other.receivedAt - one.receivedAt)[0];
};
