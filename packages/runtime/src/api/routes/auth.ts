import { closedObject, Type } from '@caudal/core';
import { emailOf, type LoggedIn } from '../../access/log-in.ts';
import { hashOf } from '../../access/secret-token.ts';
import { firstAdmin } from '../../access/users.ts';
import { cookieOf, giveCookie, takeCookie } from '../cookie.ts';
import { notFound, Refusal } from '../refusal.ts';
import { type Route, route } from '../route.ts';
import {
  Email,
  Language,
  Me,
  meView,
  NewPassword,
  Password,
  PersonName,
  Session,
  sessionView,
  Tokens,
  userView,
} from '../schemas/access.ts';
import { iso, StoredId } from '../schemas/parts.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Services } from '../../services.ts';

const tag = 'Log in';

const Refresh = Type.Enum(['body', 'cookie'], {
  default: 'body',
  description: 'Where the refresh token goes: into the answer, or into an httpOnly cookie for a page.',
});

const OneTime = Type.String({
  minLength: 20,
  maxLength: 100,
  description: 'From the invitation, reset or first start.',
});

const callerOf = ({ headers, ip }: FastifyRequest) => ({ agent: headers['user-agent'] ?? '', address: ip });

const tokensOf = (
  reply: FastifyReply,
  { options, clock }: Pick<Services, 'options' | 'clock'>,
  logged: LoggedIn,
  refresh: 'body' | 'cookie',
) => {
  if (refresh === 'cookie') giveCookie(reply, options.http, logged.refreshToken, logged.refreshExpiresAt - clock.now());
  return {
    accessToken: logged.accessToken,
    accessExpiresAt: iso(logged.accessExpiresAt),
    ...(refresh === 'body' ? { refreshToken: logged.refreshToken } : {}),
    refreshExpiresAt: iso(logged.refreshExpiresAt),
    user: userView(logged.user),
  };
};

const spent = () => new Refusal('refused', 'this token is spent, too old or was never given');

const setUp = route({
  id: 'setUp',
  method: 'POST',
  path: '/auth/setup',
  tag,
  summary: 'Become the first administrator',
  description: 'With the one-time token that the runtime prints at its first start. Works while there is no user.',
  needs: 'open',
  once: true,
  guessable: true,
  body: closedObject({
    token: OneTime,
    email: Email,
    name: PersonName,
    password: NewPassword,
    language: Type.Optional(Language),
    refresh: Refresh,
  }),
  answer: Tokens,
  async run({ body, services, gate, request, reply }) {
    const { store, clock } = services;
    const token = await store.read.oneTime(hashOf(body.token));
    if (token === null || token.kind !== 'setup' || token.expiresAt <= clock.now()) throw spent();
    const user = firstAdmin(clock.now(), body);
    const outcome = await store.write.addUser({
      user,
      password: await gate.passwords.hash(body.password),
      onlyFirst: token.hash,
      audit: [
        {
          at: user.createdAt,
          actor: `user:${user.id}`,
          act: 'first administrator',
          subject: `user:${user.id}`,
          hash: null,
        },
      ],
    });
    if (outcome !== 'added') throw spent();
    return tokensOf(reply, services, await gate.logIn.open(user, callerOf(request)), body.refresh);
  },
});

const logIn = route({
  id: 'logIn',
  method: 'POST',
  path: '/auth/login',
  tag,
  summary: 'Log in with a password',
  description:
    'One answer for whatever is wrong. After some failures in a row the address has to wait, longer each time.',
  needs: 'open',
  once: true,
  guessable: true,
  body: closedObject({ email: Email, password: Password, refresh: Refresh }),
  answer: Tokens,
  run: async ({ body, services, gate, request, reply }) =>
    tokensOf(
      reply,
      services,
      await gate.logIn.withPassword(body.email, body.password, callerOf(request)),
      body.refresh,
    ),
});

const refresh = route({
  id: 'refresh',
  method: 'POST',
  path: '/auth/refresh',
  tag,
  summary: 'A new access token',
  description:
    'Spends the refresh token, of the body or else of the cookie, and gives the next one the same way. A token that was spent ends the log-in.',
  needs: 'open',
  once: true,
  body: closedObject({
    refreshToken: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'Absent: the cookie.' })),
  }),
  answer: Tokens,
  async run({ body, services, gate, request, reply }) {
    const { http } = services.options;
    const token = body.refreshToken ?? cookieOf(request);
    if (token === undefined) throw new Refusal('unauthenticated', 'log in');
    try {
      const logged = await gate.logIn.refresh(token);
      return tokensOf(reply, services, logged, body.refreshToken === undefined ? 'cookie' : 'body');
    } catch (thrown) {
      if (body.refreshToken === undefined) takeCookie(reply, http);
      throw thrown;
    }
  },
});

const redeem = route({
  id: 'redeem',
  method: 'POST',
  path: '/auth/redeem',
  tag,
  summary: 'Accept an invitation, or set a new password with a reset',
  description: 'Every session of the user ends. Log in afterwards.',
  needs: 'open',
  once: true,
  guessable: true,
  body: closedObject({ token: OneTime, password: NewPassword }),
  async run({ body, services, gate }) {
    const { store, clock } = services;
    const token = await store.read.oneTime(hashOf(body.token));
    if (token === null || token.user === null || token.expiresAt <= clock.now()) throw spent();
    const at = clock.now();
    const user = `user:${token.user}`;
    const done = await store.write.redeemOneTime({
      hash: token.hash,
      at,
      password: await gate.passwords.hash(body.password),
      audit: [{ at, actor: user, act: `${token.kind} redeemed`, subject: user, hash: null }],
    });
    if (!done) throw spent();
    gate.forget();
    return undefined;
  },
});

const offers = route({
  id: 'logInOffers',
  method: 'GET',
  path: '/auth/offers',
  tag,
  summary: 'What a page for logging in can offer',
  needs: 'open',
  answer: closedObject(
    { mailedReset: Type.Boolean({ description: 'Whether a reset of the password is mailed to who asks for it.' }) },
    { title: 'LogInOffers' },
  ),
  run: async ({ gate }) => ({ mailedReset: gate.resetMails.missing === undefined }),
});

const hour = 3_600_000;

const forgot = route({
  id: 'forgotPassword',
  method: 'POST',
  path: '/auth/forgot',
  tag,
  summary: 'Ask for a reset of the password by mail',
  description:
    'One answer, whether the address is a user’s or not. The link of the mail leads to the page that redeems its token, which works once and for a while; asking again voids the one before. Refused where no mail is sent or no public address is configured.',
  needs: 'open',
  once: true,
  guessable: true,
  status: 202,
  body: closedObject({ email: Email }),
  async run({ body, services: { store, clock, options }, gate }) {
    const { missing } = gate.resetMails;
    if (missing !== undefined)
      throw new Refusal('refused', `resets are not mailed here, as ${missing}: an administrator can hand one out`);
    const at = clock.now();
    const name = hashOf(`forgot ${emailOf(body.email)}`);
    const { count, until } = await store.write.countAsked({ name, at, withinMs: hour });
    if (count > options.access.mailedResetsPerHour)
      throw new Refusal('rate-limit', 'a reset was asked for this address often enough: look at the mails, or wait', {
        headers: { 'retry-after': String(Math.max(1, Math.ceil((until - at) / 1000))) },
      });
    gate.resetMails.ask(body.email);
    return undefined;
  },
});

const logOut = route({
  id: 'logOut',
  method: 'POST',
  path: '/auth/logout',
  tag,
  summary: 'End the log-in that asks',
  needs: 'account',
  async run({ services, gate, principal, reply }) {
    const { store, clock, options } = services;
    const at = clock.now();
    await store.write.endSessions({
      user: principal.id,
      ...(principal.session === null ? {} : { session: principal.session }),
      at,
      audit: [{ at, actor: principal.actor, act: 'logged out', subject: principal.actor, hash: null }],
    });
    gate.forget();
    takeCookie(reply, options.http);
    return undefined;
  },
});

const me = route({
  id: 'me',
  method: 'GET',
  path: '/me',
  tag,
  summary: 'Who asks, and what they may',
  needs: 'points:read',
  answer: Me,
  run: async ({ services, principal }) =>
    meView(principal, principal.kind === 'user' ? await services.store.read.user(principal.id) : null),
});

const password = route({
  id: 'changePassword',
  method: 'POST',
  path: '/me/password',
  tag,
  summary: 'Change the own password',
  description: 'Every other session ends.',
  needs: 'account',
  once: true,
  guessable: true,
  body: closedObject({ current: Password, password: NewPassword }),
  async run({ body, services, gate, principal }) {
    const { store, clock } = services;
    const user = await store.read.user(principal.id);
    if (user === null || !(await gate.logIn.checkPassword(user, body.current)))
      throw new Refusal('refused', 'the current password is wrong');
    const at = clock.now();
    await store.write.setPassword({
      user: user.id,
      password: await gate.passwords.hash(body.password),
      keep: principal.session,
      at,
      audit: [{ at, actor: principal.actor, act: 'password changed', subject: principal.actor, hash: null }],
    });
    gate.forget();
    return undefined;
  },
});

const sessions = route({
  id: 'listSessions',
  method: 'GET',
  path: '/me/sessions',
  tag,
  summary: 'Where the user is logged in',
  needs: 'account',
  answer: closedObject({ items: Type.Array(Session) }, { title: 'Sessions' }),
  run: async ({ services: { store, clock }, principal }) => ({
    items: (await store.read.sessions(principal.id, clock.now(), 200)).map((row) =>
      sessionView(row, principal.session),
    ),
  }),
});

const endSession = route({
  id: 'endSession',
  method: 'DELETE',
  path: '/me/sessions/{session}',
  tag,
  summary: 'End one of the own sessions',
  needs: 'account',
  params: closedObject({ session: StoredId }),
  async run({ params, services: { store, clock }, gate, principal }) {
    const at = clock.now();
    const ended = await store.write.endSessions({
      user: principal.id,
      session: params.session,
      at,
      audit: [{ at, actor: principal.actor, act: 'session ended', subject: principal.actor, hash: null }],
    });
    if (ended === 0) throw notFound('such session');
    gate.forget();
    return undefined;
  },
});

export const authRoutes: readonly Route[] = [
  setUp,
  logIn,
  refresh,
  offers,
  forgot,
  redeem,
  logOut,
  me,
  password,
  sessions,
  endSession,
];
