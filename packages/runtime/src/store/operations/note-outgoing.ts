import type { OutgoingAlert, OutgoingKind, OutgoingSubmission, OutgoingValue } from '../outgoing.ts';
import type { Batch, Sql } from '../sql.ts';
import type { WriteContext } from './operation.ts';

const insert: Batch = {
  columns: { place: 'integer', at: 'integer', kind: 'text', outlet: 'text', content: 'text' },
  text: (rows) =>
    `INSERT INTO outgoing (at, kind, outlet, content) SELECT at, kind, outlet, content FROM ${rows} j ORDER BY j.place`,
};

/** Kinds that some outlet wants: none while there is no outlet. */
export const wantedKinds = async (sql: Sql): Promise<ReadonlySet<OutgoingKind>> =>
  new Set(
    (await sql.all<{ wants: string }>('SELECT wants FROM outlet')).flatMap(
      ({ wants }) => JSON.parse(wants) as OutgoingKind[],
    ),
  );

interface Change {
  readonly kind: OutgoingKind;
  readonly content: OutgoingValue | OutgoingAlert | OutgoingSubmission;
}

/** Notes changes in their order, in the transaction that makes them. */
export const noteOutgoing = async (
  { sql, now }: Pick<WriteContext, 'sql' | 'now'>,
  changes: readonly Change[],
  outlet: string | null = null,
): Promise<void> => {
  await sql.each(
    insert,
    changes.map(({ kind, content }, place) => [place, now, kind, outlet, JSON.stringify(content)]),
  );
};
