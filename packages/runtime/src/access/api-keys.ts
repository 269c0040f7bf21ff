import { CaudalError } from '@caudal/core';
import type { Services } from '../services.ts';
import type { ApiKeyRow } from '../store/access.ts';
import { keyPrefix } from './authenticate.ts';
import { type Permission, roleOf, roleNames } from './roles.ts';
import { newId, newToken } from './secret-token.ts';

export interface NewKey {
  readonly name: string;
  readonly role: string;
  readonly permissions?: readonly Permission[];
  readonly points?: readonly string[];
  readonly instances?: readonly string[];
  readonly expiresAt?: number;
}

const refuse = (why: string): never => {
  throw new CaudalError('config', why, { sent: 'no', scope: 'item' });
};

/** A key for a program. It is shown once and kept as a hash. */
export const addKey = async (
  { store, clock, domain, plugins }: Services,
  input: NewKey,
  actor: string,
): Promise<{ key: ApiKeyRow; token: string }> => {
  const now = clock.now();
  if (!roleNames.some((name) => name === input.role)) refuse(`a key is one of ${roleNames.join(', ')}`);
  const role = roleOf(input.role);
  const beyond = (input.permissions ?? []).filter((permission) => !role.may.includes(permission));
  if (beyond.length > 0) refuse(`the role ${input.role} may not ${beyond.join(', ')}`);
  if (role.ofPoints && input.points === undefined) refuse(`a key of the role ${input.role} has a list of points`);
  if (!role.ofPoints && input.points !== undefined) refuse(`a key of given points has the role owner`);
  for (const point of input.points ?? []) if (!domain.points.has(point)) refuse(`there is no point ${point}`);
  if (input.instances !== undefined && input.role !== 'ingest') refuse('instances are for the role ingest');
  for (const one of input.instances ?? []) if (!plugins.providers.has(one)) refuse(`there is no provider ${one}`);
  if (input.expiresAt !== undefined && input.expiresAt <= now) refuse('the key would have expired already');
  const { token, hash } = newToken(keyPrefix);
  const key: ApiKeyRow = {
    id: newId(),
    name: input.name.trim(),
    role: input.role,
    permissions: input.permissions ?? null,
    points: input.points ?? null,
    instances: input.instances ?? null,
    createdBy: actor,
    createdAt: now,
    expiresAt: input.expiresAt ?? null,
    usedAt: null,
    revokedAt: null,
  };
  const { name, role: ofRole, permissions, points, instances } = key;
  const detail = { name, role: ofRole, permissions, points, instances };
  await store.write.addApiKey(key, hash, [
    { at: now, actor, act: 'key added', subject: `key:${key.id}`, hash: null, detail },
  ]);
  return { key, token };
};
