import type { FastifyRequest } from 'fastify';
import { createAccessTokens } from '../access/access-tokens.ts';
import { createAuthenticator } from '../access/authenticate.ts';
import { createLogIn, type LogIn } from '../access/log-in.ts';
import { createPasswords, type Passwords } from '../access/passwords.ts';
import type { Principal } from '../access/principal.ts';
import type { Services } from '../services.ts';
import { Refusal } from './refusal.ts';
import { createResetMails, type ResetMails } from './reset-mails.ts';

/** Who may come in, and how they log in. One for the running runtime. */
export interface Gate {
  readonly passwords: Passwords;
  readonly logIn: LogIn;
  readonly resetMails: ResetMails;
  /** Null without a credential. @throws Refusal for one that opens nothing */
  whoIs(request: FastifyRequest): Promise<{ readonly principal: Principal; readonly until: number } | null>;
  /** Rights changed. */
  forget(): void;
  close(): Promise<void>;
}

/** RFC 6750: one scheme for tokens of users and keys of programs; X-Api-Key for senders that can set no other. */
const credentialOf = ({ headers }: FastifyRequest): string | null => {
  const own = headers['x-api-key'];
  if (typeof own === 'string' && own !== '') return own;
  const given = headers.authorization;
  if (given === undefined) return null;
  const bearer = /^bearer +([^\s]{1,4096})$/i.exec(given.trim());
  if (bearer === null) throw unknown();
  return bearer[1] as string;
};

const unknown = () =>
  new Refusal('unauthenticated', 'this token or key opens nothing: it is wrong, expired or was revoked', {
    headers: { 'www-authenticate': 'Bearer realm="caudal", error="invalid_token"' },
  });

export const createGate = (services: Services, database: string): Gate => {
  const tokens = createAccessTokens(services, database);
  const passwords = createPasswords(services.options.access.passwordMemoryKiB);
  const authenticator = createAuthenticator(services, tokens);
  const resetMails = createResetMails(services);
  return {
    passwords,
    resetMails,
    logIn: createLogIn(services, passwords, tokens, () => authenticator.forget()),
    async whoIs(request) {
      const credential = credentialOf(request);
      if (credential === null) return null;
      const found = await authenticator.whoIs(credential);
      if (found === null) throw unknown();
      return found;
    },
    forget: () => authenticator.forget(),
    async close() {
      await Promise.all([passwords.close(), resetMails.close()]);
    },
  };
};
