/** What became of each slot of a schedule, who asked for one, and how many before it nobody took. */
export const scheduleSlots = `
-- Who took it is expected to be done until then; after that somebody else may.
ALTER TABLE schedule_slot ADD COLUMN until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE schedule_slot ADD COLUMN attempts INTEGER NOT NULL DEFAULT 1;
ALTER TABLE schedule_slot ADD COLUMN missed INTEGER NOT NULL DEFAULT 0;
-- NULL for a slot of the calendar.
ALTER TABLE schedule_slot ADD COLUMN asked_by TEXT;
ALTER TABLE schedule_slot ADD COLUMN ended_at INTEGER;
ALTER TABLE schedule_slot ADD COLUMN error TEXT;
ALTER TABLE schedule_slot ADD COLUMN result TEXT;
UPDATE schedule_slot SET ended_at = at;
CREATE INDEX schedule_slot_open ON schedule_slot (until) WHERE ended_at IS NULL;
`;
