import { CaudalError } from '@caudal/core';
import type { Services } from '../services.ts';
import type { OneTimeRow, UserChange, UserRow } from '../store/access.ts';
import { emailOf } from './log-in.ts';
import { roleOf, userRoleNames } from './roles.ts';
import { newId, newToken } from './secret-token.ts';

export interface NewUser {
  readonly email: string;
  readonly name: string;
  readonly role: string;
  /** Point ids; for the role `owner` alone. */
  readonly points?: readonly string[] | null;
  readonly language?: string;
}

/** A token that is shown once, to be handed to the user: over it they set their password. */
export interface HandedOver {
  readonly user: UserRow;
  readonly token: string;
  readonly expiresAt: number;
}

const refuse = (why: string): never => {
  throw new CaudalError('config', why, { sent: 'no', scope: 'item' });
};

const hour = 3_600_000;
const email = /^[^\s@]{1,64}@[^\s@]{1,189}$/;

const checkRights = ({ domain }: Pick<Services, 'domain'>, role: string, points: readonly string[] | null) => {
  if (!userRoleNames.some((name) => name === role)) refuse(`a user is one of ${userRoleNames.join(', ')}`);
  if (roleOf(role).ofPoints !== (points !== null))
    refuse(points === null ? `a user of the role ${role} has a list of points` : `the role ${role} has all points`);
  for (const point of points ?? []) if (!domain.points.has(point)) refuse(`there is no point ${point}`);
};

const tokenFor = (user: string | null, kind: OneTimeRow['kind'], expiresAt: number) => {
  const { token, hash } = newToken(kind);
  return { token, row: { hash, kind, user, expiresAt } satisfies OneTimeRow };
};

type Who = Pick<Services, 'store' | 'clock' | 'options' | 'domain'>;

const newRow = (input: NewUser, now: number, state: UserRow['state']): UserRow => ({
  id: newId(),
  email: emailOf(input.email),
  name: input.name.trim(),
  role: input.role,
  points: input.points ?? null,
  language: input.language ?? 'es',
  state,
  createdAt: now,
  lastLoginAt: null,
  version: 1,
});

/** Adds a user who may log in once the invitation is accepted. Hands the invitation out; it is kept as a hash alone. */
export const inviteUser = async (services: Who, input: NewUser, actor: string): Promise<HandedOver> => {
  const { store, clock, options } = services;
  checkRights(services, input.role, input.points ?? null);
  if (!email.test(input.email.trim())) refuse('this is no mail address');
  if (input.name.trim() === '') refuse('a user has a name');
  const now = clock.now();
  const user = newRow(input, now, 'invited');
  const { token, row } = tokenFor(user.id, 'invitation', now + options.access.invitationHours * hour);
  const detail = { role: user.role, points: user.points };
  const outcome = await store.write.addUser({
    user,
    password: null,
    token: row,
    audit: [{ at: now, actor, act: 'user invited', subject: `user:${user.id}`, hash: null, detail }],
  });
  if (outcome === 'taken') refuse('there is a user with this address');
  return { user, token, expiresAt: row.expiresAt };
};

const handOut = async (
  { store, clock }: Who,
  user: UserRow,
  { kind, forMs, actor, act }: Pick<OneTimeRow, 'kind'> & Record<'actor' | 'act', string> & { readonly forMs: number },
): Promise<HandedOver> => {
  const now = clock.now();
  const { token, row } = tokenFor(user.id, kind, now + forMs);
  await store.write.putOneTime(row, [{ at: now, actor, act, subject: `user:${user.id}`, hash: null }]);
  return { user, token, expiresAt: row.expiresAt };
};

/** A token with which a user sets a new password. The old one works until then. */
export const resetUser = async (services: Who, id: string, actor: string): Promise<HandedOver> => {
  const { store, options } = services;
  const user = (await store.read.user(id)) ?? refuse('there is no such user');
  if (user.state === 'disabled') refuse('the user is disabled');
  const kind = user.state === 'invited' ? 'invitation' : 'reset';
  const hours = kind === 'invitation' ? options.access.invitationHours : options.access.resetHours;
  return handOut(services, user, { kind, forMs: hours * hour, actor, act: `${kind} handed out` });
};

/** The same for somebody who said that they forgot it. Null where there is nobody to mail it to: who asks is not told. */
export const resetForgotten = async (services: Who, address: string): Promise<HandedOver | null> => {
  const { store, options } = services;
  const found = await store.read.userByEmail(emailOf(address));
  if (found === null || found.state !== 'active') return null;
  const { password: _password, ...user } = found;
  const forMs = options.access.mailedResetMinutes * 60_000;
  return handOut(services, user, { kind: 'reset', forMs, actor: 'runtime', act: 'reset asked for by mail' });
};

/** @throws CaudalError `config` for rights that do not go together; answers how it went */
export const changeUser = async (
  services: Who,
  input: { readonly id: string; readonly version: number; readonly change: UserChange },
  actor: string,
): Promise<'changed' | 'stale' | 'last-admin' | 'nobody'> => {
  const { store, clock } = services;
  const { id, version, change } = input;
  const user = await store.read.user(id);
  if (user === null) return 'nobody';
  const next = { ...user, ...change };
  if (change.role !== undefined || change.points !== undefined) checkRights(services, next.role, next.points);
  if (change.state === 'active' && user.state === 'invited') refuse('the user has not accepted the invitation');
  const now = clock.now();
  return store.write.changeUser({
    id,
    version,
    change,
    at: now,
    audit: [
      {
        at: now,
        actor,
        act: 'user changed',
        subject: `user:${id}`,
        hash: null,
        detail: { role: next.role, points: next.points, state: next.state },
      },
    ],
  });
};

const setupHours = 24;

/** While there is no user: a token with which somebody at this machine becomes the first administrator. The one before is void. */
export const firstAdminToken = async ({ store, clock }: Pick<Services, 'store' | 'clock'>): Promise<string | null> => {
  if ((await store.read.users({ after: '', limit: 1 })).length > 0) return null;
  const { token, row } = tokenFor(null, 'setup', clock.now() + setupHours * hour);
  await store.write.putOneTime(row, []);
  return token;
};

export const firstAdmin = (now: number, input: Pick<NewUser, 'email' | 'name' | 'language'>): UserRow =>
  newRow({ ...input, role: 'admin' }, now, 'active');
