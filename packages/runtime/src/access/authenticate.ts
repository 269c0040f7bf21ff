import type { Services } from '../services.ts';
import type { AccessTokens } from './access-tokens.ts';
import { type Principal, principalOfKey, principalOfUser } from './principal.ts';
import { hashOf } from './secret-token.ts';

/** Who a credential belongs to. */
export interface Authenticator {
  /** Null for a credential that opens nothing, whatever the reason. */
  whoIs(credential: string): Promise<{ readonly principal: Principal; readonly until: number } | null>;
  /** Rights changed: what was remembered is not true any more. */
  forget(): void;
}

export const keyPrefix = 'ck';

/** A change made by another process holds after so long; one made here holds at once. */
const rememberedMs = 5_000;
const rememberedAtMost = 10_000;
const usedEveryMs = 60_000;

interface Remembered {
  readonly principal: Principal;
  readonly until: number;
  readonly at: number;
}

export const createAuthenticator = (
  { store, clock, log }: Pick<Services, 'store' | 'clock' | 'log'>,
  tokens: AccessTokens,
): Authenticator => {
  let remembered = new Map<string, Remembered>();
  const noted = new Map<string, number>();

  const noteUse = (id: string, at: number) => {
    if (at - (noted.get(id) ?? -Infinity) < usedEveryMs) return;
    if (noted.size > rememberedAtMost) noted.clear();
    noted.set(id, at);
    void store.write
      .usedApiKeys([{ id, at }])
      .catch((error: unknown) =>
        log.stream('system', { stage: 'api' }).warn({ error }, 'the last use of a key was not noted'),
      );
  };

  const ofKey = async (credential: string, now: number) => {
    const key = await store.read.apiKeyByHash(hashOf(credential));
    if (key === null || key.revokedAt !== null || (key.expiresAt !== null && key.expiresAt <= now)) return null;
    return { principal: principalOfKey(key), until: key.expiresAt ?? Infinity };
  };

  const ofToken = async (credential: string, now: number) => {
    const claims = await tokens.verify(credential);
    if (claims === null) return null;
    const [session, user] = await Promise.all([store.read.session(claims.session), store.read.user(claims.user)]);
    if (session === null || session.user !== claims.user || session.endedAt !== null || session.expiresAt <= now)
      return null;
    if (user === null || user.state !== 'active') return null;
    return { principal: principalOfUser(user, session.id), until: claims.expiresAt };
  };

  return {
    async whoIs(credential) {
      const now = clock.now();
      const mark = hashOf(credential);
      const isKey = credential.startsWith(`${keyPrefix}_`);
      const known = remembered.get(mark);
      if (known !== undefined && now - known.at < rememberedMs && known.until > now) {
        if (isKey) noteUse(known.principal.id, now);
        return known;
      }
      const into = remembered;
      const found = await (isKey ? ofKey(credential, now) : ofToken(credential, now));
      if (found === null) {
        remembered.delete(mark);
        return null;
      }
      if (isKey) noteUse(found.principal.id, now);
      if (into.size >= rememberedAtMost) into.clear();
      // Into the one that was there when it was looked up: a change meanwhile has put another in its place.
      into.set(mark, { ...found, at: now });
      return found;
    },
    forget() {
      remembered = new Map();
    },
  };
};
