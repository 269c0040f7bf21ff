import { closedObject, Type } from '@caudal/core';
import type { Named } from '../../access/author-names.ts';
import type { Principal } from '../../access/principal.ts';
import { permissions, roleNames, userRoleNames } from '../../access/roles.ts';
import type { ApiKeyRow, SessionRow, UserRow } from '../../store/access.ts';
import { At, IdText, iso, isoOrNull, MaybeAt, By } from './parts.ts';

export const Email = Type.String({
  minLength: 3,
  maxLength: 254,
  pattern: '^\\s*[^\\s@]{1,64}@[^\\s@]{1,189}\\s*$',
  description: 'Mail address; capitals do not matter.',
  examples: ['ana@example.org'],
});

export const Password = Type.String({
  minLength: 1,
  maxLength: 256,
  description: 'A password.',
});

export const NewPassword = Type.String({
  minLength: 12,
  maxLength: 256,
  description: 'At least 12 characters; a few words are easy to keep.',
});

export const PersonName = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S', description: 'For people.' });
export const Language = Type.Enum(['es', 'en'], { description: 'Language of the page.' });
export const UserRole = Type.Enum([...userRoleNames], { description: 'What they may; see docs/access.md.' });
export const KeyRole = Type.Enum([...roleNames], { description: 'What it may at most.' });
export const PermissionName = Type.Enum(Object.keys(permissions) as (keyof typeof permissions)[]);
export const PointList = Type.Array(IdText('A point.'), { maxItems: 1_000, uniqueItems: true });

export const User = closedObject(
  {
    id: Type.String(),
    email: Type.String(),
    name: Type.String(),
    role: Type.String(),
    points: Type.Union([Type.Array(Type.String()), Type.Null()], { description: 'Null for all.' }),
    language: Type.String(),
    state: Type.Enum(['invited', 'active', 'disabled']),
    createdAt: At,
    lastLoginAt: MaybeAt,
  },
  { title: 'User' },
);

export const userView = ({ id, email, name, role, points, language, state, createdAt, lastLoginAt }: UserRow) => ({
  id,
  email,
  name,
  role,
  points,
  language,
  state,
  createdAt: iso(createdAt),
  lastLoginAt: isoOrNull(lastLoginAt),
});

export const Session = closedObject(
  {
    id: Type.String(),
    createdAt: At,
    usedAt: At,
    expiresAt: At,
    agent: Type.String({ description: 'User-Agent at log-in.' }),
    address: Type.String({ description: 'Where it came from.' }),
    current: Type.Boolean({ description: 'The one that asks.' }),
  },
  { title: 'Session' },
);

export const sessionView = (row: SessionRow, current: string | null) => ({
  id: row.id,
  createdAt: iso(row.createdAt),
  usedAt: iso(row.usedAt),
  expiresAt: iso(row.expiresAt),
  agent: row.agent,
  address: row.address,
  current: row.id === current,
});

export const Me = closedObject(
  {
    kind: Type.Enum(['user', 'key']),
    id: Type.String(),
    name: Type.String(),
    role: Type.String(),
    permissions: Type.Array(Type.String()),
    points: Type.Union([Type.Array(Type.String()), Type.Null()], { description: 'Null for all.' }),
    email: Type.Union([Type.String(), Type.Null()]),
    language: Type.Union([Type.String(), Type.Null()]),
  },
  { title: 'Me' },
);

export const meView = (principal: Principal, user: UserRow | null) => ({
  kind: principal.kind,
  id: principal.id,
  name: principal.name,
  role: principal.role,
  permissions: [...principal.may],
  points: principal.points,
  email: user?.email ?? null,
  language: user?.language ?? null,
});

export const Tokens = closedObject(
  {
    accessToken: Type.String({ description: 'Send as Authorization: Bearer.' }),
    accessExpiresAt: At,
    refreshToken: Type.Optional(Type.String({ description: 'Absent when it is in the cookie. Good once.' })),
    refreshExpiresAt: At,
    user: User,
  },
  { title: 'Tokens' },
);

export const HandedOut = closedObject(
  {
    user: User,
    token: Type.String({ description: 'Shown this once: hand it to the user.' }),
    link: Type.String({ description: 'The page that takes it.' }),
    expiresAt: At,
  },
  { title: 'HandedOut' },
);

export const ApiKey = closedObject(
  {
    id: Type.String(),
    name: Type.String(),
    role: Type.String(),
    permissions: Type.Union([Type.Array(Type.String()), Type.Null()], { description: 'Null for all of the role.' }),
    points: Type.Union([Type.Array(Type.String()), Type.Null()]),
    instances: Type.Union([Type.Array(Type.String()), Type.Null()]),
    createdBy: Type.String(),
    by: By,
    createdAt: At,
    expiresAt: MaybeAt,
    usedAt: MaybeAt,
    revokedAt: MaybeAt,
  },
  { title: 'ApiKey' },
);

export const keyView = (row: Named<ApiKeyRow>) => ({
  ...row,
  createdAt: iso(row.createdAt),
  expiresAt: isoOrNull(row.expiresAt),
  usedAt: isoOrNull(row.usedAt),
  revokedAt: isoOrNull(row.revokedAt),
});
