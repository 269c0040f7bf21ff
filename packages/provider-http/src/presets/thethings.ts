import type { Preset } from './preset.ts';

/** thethings.iO v2, by its documentation: the thing's token is part of the path, one key a request, newest first, times in UTC. */
export const thethings = {
  auth: [{ type: 'path', use: 'credential' }],
  pull: {
    covers: 'variable',
    latest: { path: '/things/{token}/resources/{variable}', query: { limit: '1' } },
    range: {
      path: '/things/{token}/resources/{variable}',
      // Neither which bounds belong to the range nor whether milliseconds count is documented.
      widenMs: 1000,
      query: { limit: '{limit}', startDate: '{from:iso}', endDate: '{to:iso}' },
    },
    page: { style: 'time' },
    order: 'descending',
    maxLimit: 100,
  },
  answer: {
    shape: { type: 'list', variable: 'key', value: 'value' },
    time: { at: 'datetime', format: 'iso', zone: 'UTC' },
    // Items that only tell a place have no value.
    values: { missing: 'skip' },
  },
  errors: [
    { status: [404], means: 'no-data', says: 'this key was never written' },
    {
      status: [403],
      when: [{ text: 'limit|exceed|quota|plan' }],
      means: 'rate-limit',
      says: 'the plan allows no more requests for now',
    },
  ],
} satisfies Preset;
