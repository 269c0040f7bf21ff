import type { RuntimeOptions } from '../config/options.ts';
import type { StageName } from '../services.ts';

/** Everything that happens by the clock, by name: what it does, and which stage does it. When is in the configuration. */
export const scheduleTable = {
  'sync-telemetry-sources': {
    does: 'Reads the vendors. A device with a pollMinutes of its own keeps to that.',
    stage: 'collect',
  },
  'reread-telemetry': {
    does: 'Reads the last days again, for what loggers uploaded late.',
    stage: 'collect',
  },
  'health-check': {
    does: 'Notes how the whole stands: stages, disk, silent devices, open alerts, late works. The looks behind it go on at maintain.tickMs.',
    stage: 'maintain',
  },
  'cleanup-old-data': {
    does: 'Takes what may go by age. Switched off, nothing goes.',
    stage: 'maintain',
  },
  'daily-compliance-report': {
    does: 'Tells subscribers what was owed yesterday of each work: confirmed, unknown, missing.',
    stage: 'maintain',
  },
  'sync-compliance-sources': {
    does: 'Asks for receipts that are not read back yet and counts anew what is owed. Never sends.',
    stage: 'comply',
  },
  'send-daily-summary': {
    does: 'Tells subscribers how their points stand, at its hour in the zone of the points’ owner.',
    stage: 'maintain',
  },
} as const satisfies Readonly<Record<keyof RuntimeOptions['schedules'], { does: string; stage: StageName }>>;

export type ScheduleName = keyof typeof scheduleTable;

export const scheduleNames = Object.keys(scheduleTable) as readonly ScheduleName[];
