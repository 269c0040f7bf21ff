import type { Me, Tokens } from '@caudal/client';
import { useEffect, useState } from 'preact/hooks';
import { client, hold, openClient, renew, whenEnded } from './client.ts';

type State = { readonly kind: 'asking' } | { readonly kind: 'out' } | { readonly kind: 'in'; readonly me: Me };

let state: State = { kind: 'asking' };
const listeners = new Set<(now: State) => void>();

const become = (next: State) => {
  state = next;
  for (const listener of listeners) listener(next);
};

whenEnded(() => become({ kind: 'out' }));

const enter = async (logged: Tokens) => {
  hold(logged.accessToken);
  become({ kind: 'in', me: await client.me() });
};

/** Goes on with the log-in that the browser's cookie stands for, if there is one. */
export const resume = async (): Promise<void> => {
  try {
    become((await renew()) ? { kind: 'in', me: await client.me() } : { kind: 'out' });
  } catch {
    become({ kind: 'out' });
  }
};

export const logIn = async (email: string, password: string): Promise<void> =>
  enter(await openClient.logIn({ body: { email, password, refresh: 'cookie' } }));

/** The first administrator, with the token of the first start. */
export const setUp = async (input: {
  readonly token: string;
  readonly email: string;
  readonly name: string;
  readonly password: string;
}): Promise<void> => enter(await openClient.setUp({ body: { ...input, refresh: 'cookie' } }));

/** An invitation, or a reset: sets the password. */
export const redeem = (token: string, password: string): Promise<void> =>
  openClient.redeem({ body: { token, password } });

/** Asks for a mail with a reset. Nobody is told whether the address is a user's. */
export const forgot = (email: string): Promise<void> => openClient.forgotPassword({ body: { email } });

const leave = async (): Promise<void> => {
  try {
    await client.logOut();
  } finally {
    hold(undefined);
    become({ kind: 'out' });
  }
};

export const useSession = () => {
  const [now, set] = useState(state);
  useEffect(() => {
    listeners.add(set);
    set(state);
    return () => void listeners.delete(set);
  }, []);
  const me = now.kind === 'in' ? now.me : undefined;
  return { kind: now.kind, me, leave, may: (permission: string) => me?.permissions.includes(permission) === true };
};
