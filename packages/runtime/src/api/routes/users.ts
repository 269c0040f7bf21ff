import { closedObject, Type } from '@caudal/core';
import { addKey } from '../../access/api-keys.ts';
import { named } from '../../access/author-names.ts';
import { changeUser, type HandedOver, inviteUser, resetUser } from '../../access/users.ts';
import type { RuntimeOptions } from '../../config/options.ts';
import { instantOf } from '../instant.ts';
import { page, pageOf, paging, readCursor } from '../page.ts';
import { redeemLink } from '../redeem-link.ts';
import { notFound, Refusal } from '../refusal.ts';
import { type Route, route } from '../route.ts';
import {
  ApiKey,
  Email,
  HandedOut,
  KeyRole,
  keyView,
  Language,
  PermissionName,
  PersonName,
  PointList,
  Session,
  sessionView,
  User,
  UserRole,
  userView,
} from '../schemas/access.ts';
import { IdText, Instant, iso, StoredId } from '../schemas/parts.ts';
import { giveVersion, staleVersion, wantedVersion } from '../version.ts';

const tag = 'Users and keys';
const needs = 'users:write' as const;
const one = closedObject({ user: StoredId });

const handedOut = (http: RuntimeOptions['http'], { user, token, expiresAt }: HandedOver) => ({
  user: userView(user),
  token,
  link: redeemLink(http, token),
  expiresAt: iso(expiresAt),
});

const list = route({
  id: 'listUsers',
  method: 'GET',
  path: '/users',
  tag,
  summary: 'Users, by address',
  needs,
  query: closedObject({ ...paging }),
  answer: pageOf(User, 'Users'),
  async run({ query, services }) {
    const [after] = readCursor('users', query.cursor, ['string']) ?? [''];
    const rows = await services.store.read.users({ after, limit: query.limit + 1 });
    return page(rows, query.limit, userView, 'users', ({ email }) => [email]);
  },
});

const get = route({
  id: 'getUser',
  method: 'GET',
  path: '/users/{user}',
  tag,
  summary: 'One user',
  needs,
  versioned: true,
  params: one,
  answer: User,
  async run({ params, services, reply }) {
    const user = await services.store.read.user(params.user);
    if (user === null) throw notFound('such user');
    giveVersion(reply, `v${user.version}`);
    return userView(user);
  },
});

const invite = route({
  id: 'inviteUser',
  method: 'POST',
  path: '/users',
  tag,
  summary: 'Invite a user',
  description: 'The invitation is answered once, to be handed over; only its hash is kept.',
  needs,
  once: true,
  status: 201,
  body: closedObject({
    email: Email,
    name: PersonName,
    role: UserRole,
    points: Type.Optional(PointList),
    language: Type.Optional(Language),
  }),
  answer: HandedOut,
  run: async ({ body, services, principal }) =>
    handedOut(services.options.http, await inviteUser(services, body, principal.actor)),
});

const change = route({
  id: 'changeUser',
  method: 'PATCH',
  path: '/users/{user}',
  tag,
  summary: 'Change a user: rights, name, whether they may log in',
  description: 'Holds at once. The last administrator stays one.',
  needs,
  versioned: true,
  params: one,
  body: closedObject({
    name: Type.Optional(PersonName),
    role: Type.Optional(UserRole),
    points: Type.Optional(Type.Union([PointList, Type.Null()])),
    language: Type.Optional(Language),
    state: Type.Optional(Type.Enum(['active', 'disabled'])),
  }),
  answer: User,
  async run({ params, body, services, gate, principal, request, reply }) {
    const version = Number(wantedVersion(request).slice(1));
    const outcome = await changeUser(services, { id: params.user, version, change: body }, principal.actor);
    gate.forget();
    if (outcome === 'nobody') throw notFound('such user');
    if (outcome === 'stale') throw staleVersion();
    if (outcome === 'last-admin') throw new Refusal('refused', 'nobody would be left who may change users');
    const user = await services.store.read.user(params.user);
    if (user === null) throw notFound('such user');
    giveVersion(reply, `v${user.version}`);
    return userView(user);
  },
});

const reset = route({
  id: 'resetUser',
  method: 'POST',
  path: '/users/{user}/reset',
  tag,
  summary: 'Hand out a reset of the password, or a new invitation',
  needs,
  once: true,
  params: one,
  answer: HandedOut,
  async run({ params, services, principal }) {
    if ((await services.store.read.user(params.user)) === null) throw notFound('such user');
    return handedOut(services.options.http, await resetUser(services, params.user, principal.actor));
  },
});

const sessions = route({
  id: 'listUserSessions',
  method: 'GET',
  path: '/users/{user}/sessions',
  tag,
  summary: 'Where a user is logged in',
  needs,
  params: one,
  answer: closedObject({ items: Type.Array(Session) }, { title: 'Sessions' }),
  async run({ params, services: { store, clock }, principal }) {
    if ((await store.read.user(params.user)) === null) throw notFound('such user');
    const rows = await store.read.sessions(params.user, clock.now(), 200);
    return { items: rows.map((row) => sessionView(row, principal.session)) };
  },
});

const endSessions = route({
  id: 'endUserSessions',
  method: 'DELETE',
  path: '/users/{user}/sessions',
  tag,
  summary: 'End every session of a user',
  needs,
  params: one,
  async run({ params, services: { store, clock }, gate, principal }) {
    if ((await store.read.user(params.user)) === null) throw notFound('such user');
    const at = clock.now();
    const subject = `user:${params.user}`;
    await store.write.endSessions({
      user: params.user,
      at,
      audit: [{ at, actor: principal.actor, act: 'sessions ended', subject, hash: null }],
    });
    gate.forget();
    return undefined;
  },
});

const keys = route({
  id: 'listKeys',
  method: 'GET',
  path: '/keys',
  tag,
  summary: 'API keys, also those that are over',
  needs,
  query: closedObject({ ...paging }),
  answer: pageOf(ApiKey, 'ApiKeys'),
  async run({ query, services }) {
    const [after] = readCursor('keys', query.cursor, ['string']) ?? [''];
    const { store } = services;
    const rows = await store.read.apiKeys({ after, limit: query.limit + 1 });
    return page(await named(store, rows, ({ createdBy }) => createdBy), query.limit, keyView, 'keys', ({ id }) => [id]);
  },
});

const newKey = route({
  id: 'addKey',
  method: 'POST',
  path: '/keys',
  tag,
  summary: 'Add an API key',
  description: 'The key is answered once; only its hash is kept.',
  needs,
  once: true,
  status: 201,
  body: closedObject({
    name: PersonName,
    role: KeyRole,
    permissions: Type.Optional(
      Type.Array(PermissionName, { uniqueItems: true, maxItems: 50, description: 'Fewer than the role has.' }),
    ),
    points: Type.Optional(PointList),
    instances: Type.Optional(
      Type.Array(IdText('A provider instance.'), { uniqueItems: true, maxItems: 100, description: 'For ingest.' }),
    ),
    expiresAt: Type.Optional(Instant('When it stops working.')),
  }),
  answer: closedObject(
    { key: ApiKey, token: Type.String({ description: 'Shown this once.' }) },
    { title: 'NewApiKey' },
  ),
  async run({ body, services, principal }) {
    const { expiresAt, ...rest } = body;
    const { key, token } = await addKey(
      services,
      { ...rest, ...(expiresAt === undefined ? {} : { expiresAt: instantOf(expiresAt, '/body/expiresAt') }) },
      principal.actor,
    );
    return { key: keyView({ ...key, by: principal.name }), token };
  },
});

const revoke = route({
  id: 'revokeKey',
  method: 'DELETE',
  path: '/keys/{key}',
  tag,
  summary: 'Revoke an API key, at once and for good',
  needs,
  params: closedObject({ key: StoredId }),
  async run({ params, services: { store, clock }, gate, principal }) {
    const at = clock.now();
    const detail = { name: (await store.read.apiKey(params.key))?.name ?? '' };
    const revoked = await store.write.revokeApiKey({
      id: params.key,
      at,
      audit: [{ at, actor: principal.actor, act: 'key revoked', subject: `key:${params.key}`, hash: null, detail }],
    });
    if (!revoked) throw notFound('such key that works');
    gate.forget();
    return undefined;
  },
});

export const userRoutes: readonly Route[] = [
  list,
  get,
  invite,
  change,
  reset,
  sessions,
  endSessions,
  keys,
  newKey,
  revoke,
];
