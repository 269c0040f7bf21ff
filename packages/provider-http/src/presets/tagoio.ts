import type { Preset } from './preset.ts';

const item = {
  shape: { type: 'list', variable: 'variable', value: 'value' },
  time: { at: 'time', format: 'iso' },
  device: 'device',
  unit: 'unit',
  id: 'id',
  storedAt: { at: 'created_at', format: 'iso' },
  // Items that only tell a place have no value.
  values: { missing: 'skip' },
} satisfies Preset['answer'];

const refused = { path: 'status', equals: false };

/** Both shapes of a refusal: `message` at the top, or inside `result`. */
const says = (words: string) => [refused, { text: words }];

/**
 * TagoIO with a token for each device, by its API reference. One variable a request: tokens of single variables work, and what
 * `last_item` gives for several variables is not documented.
 */
export const tagoio = {
  auth: [{ type: 'header', name: 'Authorization', use: 'credential' }],
  pull: {
    covers: 'variable',
    latest: { path: '/data', query: { variable: '{variable}', query: 'last_item' } },
    range: {
      path: '/data',
      query: {
        variable: '{variable}',
        start_date: '{from:iso}',
        end_date: '{to:iso}',
        ordination: 'ascending',
        qty: '{limit}',
      },
      end: 'inclusive',
    },
    page: { style: 'time' },
    order: 'ascending',
    maxLimit: 10_000,
  },
  answer: { items: 'result', ...item },
  errors: [
    {
      when: says('data output|quota|plan limit|service limit'),
      means: 'quota',
      says: 'the Data Output of the month is used up',
    },
    {
      when: says('too many requests|rate limit'),
      means: 'rate-limit',
      says: 'too many requests in this minute',
      wait: { text: String.raw`retry-after:?\s*(\d{1,6})`, unit: 's' },
    },
    {
      when: says('authorization denied|invalid token|token (has )?expired|unauthorized|permission'),
      means: 'auth',
      says: 'the token was refused',
    },
    { when: says("not found|does(n't| not) exist"), means: 'config', says: 'there is no such device' },
    { when: [refused], means: 'rejected' },
  ],
  check: { path: '/info' },
  // The free plan.
  limits: [{ requests: 250, perMs: 60_000, per: 'instance', clockAligned: true }],
} satisfies Preset;

/** TagoIO's action "Post data to HTTP endpoint", which signs nothing: a header carries a shared secret. */
export const tagoioPush = {
  webhook: {
    proof: { type: 'header', name: 'x-caudal-secret', use: 'push' },
    answer: item,
    headers: ['tagoio-retries'],
    duplicate: 'tagoio-retries',
  },
} satisfies Preset;
