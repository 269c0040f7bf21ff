import type { OutgoingAlert } from '../outgoing.ts';
import type { Batch } from '../sql.ts';
import { noteOutgoing, wantedKinds } from './note-outgoing.ts';
import type { WriteContext } from './operation.ts';

/** An alert that was opened, also anew, or closed. */
export interface Turned {
  readonly id: string;
  readonly closedAt: number | null;
}

interface Found extends Pick<OutgoingAlert, 'id' | 'event' | 'rule' | 'subject' | 'point' | 'severity'> {
  readonly opened_at: number;
  readonly facts: string;
}

const find: Batch = {
  columns: { id: 'text' },
  text: (rows) =>
    `SELECT a.id, a.event, a.rule, a.subject, a.point, a.severity, a.opened_at, a.facts FROM ${rows} j JOIN alert a ON a.id = j.id`,
};

/** Notes alerts for the outlets, in the order in which they turned. */
export const noteAlerts = async (
  context: Pick<WriteContext, 'sql' | 'now'>,
  turned: readonly Turned[],
): Promise<void> => {
  if (turned.length === 0 || !(await wantedKinds(context.sql)).has('alert')) return;
  const ids = [...new Set(turned.map(({ id }) => id))];
  const found = new Map(
    (
      await context.sql.eachAll<Found>(
        find,
        ids.map((id) => [id]),
      )
    ).map((row) => [row.id, row]),
  );
  await noteOutgoing(
    context,
    turned.map(({ id, closedAt }) => {
      const { opened_at: openedAt, facts, ...alert } = found.get(id) as Found;
      const content: OutgoingAlert = {
        ...alert,
        openedAt,
        closedAt,
        facts: JSON.parse(facts) as OutgoingAlert['facts'],
      };
      return { kind: 'alert', content };
    }),
  );
};
