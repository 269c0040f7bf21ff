import type { Preset } from './preset.ts';

const login = (path: string, header: string) =>
  ({
    type: 'login',
    path,
    fields: { username: '{secret.user}', password: '{secret.password}' },
    tokenAt: '/token',
    header,
  }) satisfies NonNullable<Preset['auth']>[number];

/** A key that never reported is answered with the server's own time and `null`: nothing was said. */
const values = { null: 'skip' } satisfies NonNullable<Preset['answer']>['values'];

const answer = {
  shape: { type: 'map', value: 'value' },
  time: { at: 'ts', format: 'epoch-ms' },
  values,
} satisfies Preset['answer'];

const pull = (base: string, ascending: Readonly<Record<string, string>>) =>
  ({
    latest: { path: `${base}/telemetry/DEVICE/{device}/values/timeseries`, query: { keys: '{variables}' } },
    range: {
      path: `${base}/telemetry/DEVICE/{device}/values/timeseries`,
      query: {
        keys: '{variables}',
        startTs: '{from:epoch-ms}',
        endTs: '{to:epoch-ms}',
        limit: '{limit}',
        ...ascending,
      },
    },
    page: { style: 'time' },
    order: 'ascending',
    limitPer: 'variable',
    maxLimit: 10_000,
  }) satisfies Preset['pull'];

/** ThingsBoard, by its server's source: a login of the tenant, values as texts, the limit counted for each key. */
export const thingsboard = {
  auth: [login('/api/auth/login', 'X-Authorization')],
  pull: pull('/api/plugins', { orderBy: 'ASC' }),
  answer,
  discover: {
    devices: {
      request: { path: '/api/tenant/devices', query: { pageSize: '{limit}', page: '{page}' } },
      items: 'data',
      id: 'id.id',
      name: 'name',
      page: { style: 'number', first: 0, more: 'hasNext' },
    },
    variables: { request: { path: '/api/plugins/telemetry/DEVICE/{device}/keys/timeseries' } },
  },
} satisfies Preset;

/** The T>Data gateway in front of a ThingsBoard: other paths, `asc` instead of `orderBy`. Its error bodies are not known. */
export const thingsboardGateway = {
  auth: [login('/login', 'Authorization')],
  pull: pull('', { asc: 'true' }),
  answer,
} satisfies Preset;

/** ThingsBoard's WebSocket: the token goes into the first message, updates are pairs by key. */
export const thingsboardStream = {
  subscribe: {
    url: '/api/ws',
    first: [
      {
        authCmd: { cmdId: 0, token: '{login}' },
        cmds: [{ type: 'TIMESERIES', entityType: 'DEVICE', entityId: '{device}', scope: 'LATEST_TELEMETRY', cmdId: 1 }],
      },
    ],
    ready: [{ path: 'subscriptionId', equals: 1 }],
    data: [{ path: 'subscriptionId', equals: 1 }],
    answer: {
      items: 'data',
      shape: { type: 'map', value: '[1]' },
      time: { at: '[0]', format: 'epoch-ms' },
      values,
    },
  },
  errors: [
    {
      when: [
        { path: 'errorCode', matches: '^[1-9]' },
        { path: 'subscriptionId', exists: true },
      ],
      means: 'auth',
    },
  ],
} satisfies Preset;
