import { CaudalError } from '@caudal/core';
import type { FeedAdvance, FeedPosition } from '../rows.ts';
import { read, type WriteContext } from './operation.ts';

/**
 * Moves the position of a partition from where its reader found it. First in the transaction: whoever else has read the same waits here, and finds
 * it moved.
 *
 * @throws CaudalError kind `transient` when it stands elsewhere by now
 */
export const advanceFeed = async ({ sql, now }: Pick<WriteContext, 'sql' | 'now'>, advance: FeedAdvance) => {
  const { topic, partition, from, to, holder } = advance;
  const moved = await sql.all<{ next: number }>(
    `INSERT INTO feed_position (topic, part, next, holder, at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (topic, part) DO UPDATE SET next = excluded.next, holder = excluded.holder, at = excluded.at
       WHERE feed_position.next = ?
     RETURNING next`,
    // No offset is below 0: what was not there when it was looked at has to be inserted.
    [topic, partition, to, holder, now, from ?? -1],
  );
  if (moved.length === 1) return;
  throw new CaudalError(
    'transient',
    `partition ${partition} of ${topic} stands elsewhere by now: nothing of it was stored`,
    { scope: 'item', sent: 'no' },
  );
};

export const feedPositions = read('feedPositions', async (sql, topic) =>
  sql.all<FeedPosition>('SELECT part AS partition, next, holder, at FROM feed_position WHERE topic = ? ORDER BY part', [
    topic,
  ]),
);
