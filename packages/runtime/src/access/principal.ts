import type { ApiKeyRow, UserRow } from '../store/access.ts';
import { type Permission, roleOf } from './roles.ts';

/** Who asks, and how far they may. */
export interface Principal {
  /** `user:…` or `key:…`: what the audit names. */
  readonly actor: string;
  readonly kind: 'user' | 'key';
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly may: ReadonlySet<Permission>;
  /** Null for all. */
  readonly points: readonly string[] | null;
  /** Provider instances that it may send to; null for all. */
  readonly instances: readonly string[] | null;
  /** Of a user that logged in. */
  readonly session: string | null;
}

/** A role of points without a list sees nothing, never everything. */
const pointsOf = (role: string, points: readonly string[] | null) =>
  points === null && roleOf(role).ofPoints ? [] : points;

export const principalOfUser = (user: UserRow, session: string): Principal => ({
  actor: `user:${user.id}`,
  kind: 'user',
  id: user.id,
  name: user.name,
  role: user.role,
  may: new Set(roleOf(user.role).may),
  points: pointsOf(user.role, user.points),
  instances: null,
  session,
});

export const principalOfKey = (key: ApiKeyRow): Principal => ({
  actor: `key:${key.id}`,
  kind: 'key',
  id: key.id,
  name: key.name,
  role: key.role,
  may: new Set(
    roleOf(key.role).may.filter(
      (permission) => permission !== 'account' && (key.permissions === null || key.permissions.includes(permission)),
    ),
  ),
  points: pointsOf(key.role, key.points),
  instances: key.instances,
  session: null,
});
