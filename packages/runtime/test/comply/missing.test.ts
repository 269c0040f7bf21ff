import { expect, test } from 'vitest';
import { hour, start, withOutbox } from './outbox.ts';

const minute = 60_000;

test('a slot that is missing for hours is looked for ever more rarely, at any millisecond, and holds nobody up', () =>
  withOutbox(
    { works: ['A', 'B'], obligation: () => ({ to: new Date(start + minute).toISOString(), toleranceMinutes: 10 }) },
    async (outbox) => {
      // A twentieth of this age is no whole number of milliseconds.
      outbox.clock.at = start + 3 * hour + 7;
      await outbox.put('B', start, '1.5');
      await outbox.step();
      expect(await outbox.of('A', start)).toMatchObject({
        state: 'missing',
        nextAt: outbox.clock.at + 9 * minute + 1,
      });
      await outbox.until(outbox.clock.at + 10 * minute);
      expect((await outbox.of('B', start))?.state).toBe('confirmed');
    },
  ));
