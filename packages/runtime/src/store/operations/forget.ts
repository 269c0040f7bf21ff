import { write } from './operation.ts';

/** The newest of each schedule stays: it says what was claimed last. */
const oldSlots = `DELETE FROM schedule_slot WHERE (schedule, slot) IN (SELECT s.schedule, s.slot FROM schedule_slot s
  WHERE s.at < ? AND s.slot < (SELECT max(m.slot) FROM schedule_slot m WHERE m.schedule = s.schedule) LIMIT ?)`;

export const forgetSlots = write('forgetSlots', {
  class: 'retention',
  rows: ({ limit }) => limit,
  run: async ({ sql }, { before, limit }) => sql.run(oldSlots, [before, limit]),
});
