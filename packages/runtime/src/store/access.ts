import type { AuditEntry } from '../evidence/chain.ts';

export type UserState = 'invited' | 'active' | 'disabled';

export interface UserRow {
  readonly id: string;
  /** In lower case. */
  readonly email: string;
  readonly name: string;
  readonly role: string;
  /** Point ids; null for all. */
  readonly points: readonly string[] | null;
  readonly language: string;
  readonly state: UserState;
  readonly createdAt: number;
  readonly lastLoginAt: number | null;
  /** Rises with every change. */
  readonly version: number;
}

export interface SessionRow {
  readonly id: string;
  readonly user: string;
  readonly createdAt: number;
  /** Log-in or last refresh. */
  readonly usedAt: number;
  readonly expiresAt: number;
  readonly endedAt: number | null;
  readonly agent: string;
  readonly address: string;
}

export interface OneTimeRow {
  /** SHA-256 of the token, hex. */
  readonly hash: string;
  readonly kind: 'setup' | 'invitation' | 'reset';
  /** Null for the first administrator's. */
  readonly user: string | null;
  readonly expiresAt: number;
}

export interface ApiKeyRow {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  /** Fewer than the role has; null for all of them. */
  readonly permissions: readonly string[] | null;
  readonly points: readonly string[] | null;
  /** Provider instances that it may send to; null for all. */
  readonly instances: readonly string[] | null;
  /** Actor. */
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly usedAt: number | null;
  readonly revokedAt: number | null;
}

/** An answer to a write that carried an idempotency key; `status` is null while it is under way. */
export interface KeptAnswer {
  readonly request: string;
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type UserChange = Partial<Pick<UserRow, 'name' | 'role' | 'points' | 'language' | 'state'>>;

/** What access writes. Every change of a right has its audit entry in the same transaction. */
export interface AccessWrites {
  /** `taken`: the address is somebody's. `not-first`: `onlyFirst` was asked for and there is a user. */
  addUser(input: {
    readonly user: UserRow;
    readonly password: string | null;
    readonly token?: OneTimeRow;
    /** Of the token that allows it: spent here. */
    readonly onlyFirst?: string;
    readonly audit: readonly AuditEntry[];
  }): Promise<'added' | 'taken' | 'not-first'>;
  /** `stale`: another version, or nobody. `last-admin`: nobody would be left who may change users. A user who may not log in has no session left. */
  changeUser(input: {
    readonly id: string;
    readonly version: number;
    readonly change: UserChange;
    readonly at: number;
    readonly audit: readonly AuditEntry[];
  }): Promise<'changed' | 'stale' | 'last-admin'>;
  /** Replaces the user's other tokens of the kind. */
  putOneTime(token: OneTimeRow, audit: readonly AuditEntry[]): Promise<void>;
  /** Spends the token and sets the password it allows; every session ends. False when the token is spent or too old. */
  redeemOneTime(input: {
    readonly hash: string;
    readonly at: number;
    readonly password: string;
    readonly audit: readonly AuditEntry[];
  }): Promise<boolean>;
  /** A changed password ends every other session. */
  setPassword(input: {
    readonly user: string;
    readonly password: string;
    readonly keep: string | null;
    readonly at: number;
    readonly audit: readonly AuditEntry[];
  }): Promise<void>;
  openSession(session: SessionRow, refresh: string, audit: readonly AuditEntry[]): Promise<void>;
  /** The token that follows. `reused`: the token had been spent, so somebody has a copy, and the session is ended. */
  rotateRefresh(input: {
    readonly session: string;
    readonly refresh: string;
    readonly next: string;
    readonly at: number;
    readonly audit: readonly AuditEntry[];
  }): Promise<'rotated' | 'reused' | 'gone'>;
  /** Ends one session of a user, or all. Answers how many. */
  endSessions(input: {
    readonly user: string;
    readonly session?: string;
    readonly at: number;
    readonly audit: readonly AuditEntry[];
  }): Promise<number>;
  addApiKey(key: ApiKeyRow, hash: string, audit: readonly AuditEntry[]): Promise<void>;
  revokeApiKey(input: {
    readonly id: string;
    readonly at: number;
    readonly audit: readonly AuditEntry[];
  }): Promise<boolean>;
  usedApiKeys(uses: readonly { readonly id: string; readonly at: number }[]): Promise<void>;
  /** One more failed log-in of a name. */
  failLogin(input: { readonly name: string; readonly count: number; readonly until: number }): Promise<void>;
  clearLogin(name: string): Promise<void>;
  /** One more of what may be asked for so often within a time, by a name; with the end of that time, which the first one begins. */
  countAsked(input: {
    readonly name: string;
    readonly at: number;
    readonly withinMs: number;
  }): Promise<{ readonly count: number; readonly until: number }>;
  /** The answer that was given to the key, or null: then it is the caller's to answer. */
  claimAnswer(input: {
    readonly principal: string;
    readonly key: string;
    readonly request: string;
    readonly at: number;
  }): Promise<KeptAnswer | null>;
  /** Null gives the key back: what failed may be tried again. */
  keepAnswer(input: {
    readonly principal: string;
    readonly key: string;
    readonly answer: Omit<KeptAnswer, 'request'> | null;
  }): Promise<void>;
  /** What is over: sessions and tokens that ended before, answers and failures older than a day. Answers how many went. */
  forgetAccess(input: { readonly at: number; readonly limit: number }): Promise<number>;
}

export interface AccessReads {
  user(id: string): Promise<UserRow | null>;
  /** With the password's Argon2id text; null before the invitation is accepted. */
  userByEmail(email: string): Promise<(UserRow & { readonly password: string | null }) | null>;
  /** By address, after the given one. */
  users(input: { readonly after: string; readonly limit: number }): Promise<readonly UserRow[]>;
  session(id: string): Promise<SessionRow | null>;
  /** Those that have not ended, newest use first. */
  sessions(user: string, at: number, limit: number): Promise<readonly SessionRow[]>;
  oneTime(hash: string): Promise<OneTimeRow | null>;
  apiKey(id: string): Promise<ApiKeyRow | null>;
  apiKeyByHash(hash: string): Promise<ApiKeyRow | null>;
  /** By id, after the given one. */
  apiKeys(input: { readonly after: string; readonly limit: number }): Promise<readonly ApiKeyRow[]>;
  loginFailures(name: string): Promise<{ readonly count: number; readonly until: number } | null>;
}
