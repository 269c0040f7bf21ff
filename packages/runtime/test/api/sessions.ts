import { join } from 'node:path';
import { createAccessTokens } from '../../src/access/access-tokens.ts';
import { hashOf, newId } from '../../src/access/secret-token.ts';
import { roleOf } from '../../src/access/roles.ts';
import type { TestServed } from './served.ts';

/** Users of each role, logged in as often as a test likes, without hashing passwords. */
export const openSessions = async ({ services, folder, clock }: TestServed) => {
  const tokens = createAccessTokens(services, join(folder, 'caudal.db'));
  const users = new Map<string, string>();
  return {
    async token(role: string, points: readonly string[] = ['well-north']): Promise<string> {
      const now = clock.now();
      const id = users.get(role) ?? newId();
      if (!users.has(role)) {
        users.set(role, id);
        await services.store.write.addUser({
          user: {
            id,
            email: `${id}@example.org`,
            name: role,
            role,
            points: roleOf(role).ofPoints ? points : null,
            language: 'es',
            state: 'active',
            createdAt: now,
            lastLoginAt: null,
            version: 1,
          },
          password: null,
          audit: [],
        });
      }
      const session = newId();
      await services.store.write.openSession(
        {
          id: session,
          user: id,
          createdAt: now,
          usedAt: now,
          expiresAt: now + 86_400_000,
          endedAt: null,
          agent: 'test',
          address: '127.0.0.1',
        },
        hashOf(session),
        [],
      );
      return (await tokens.sign({ user: id, session })).token;
    },
  };
};
