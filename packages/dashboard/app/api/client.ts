import { ApiProblem, createClient } from '@caudal/client';

/** The page lies beside the API, whatever stands before both. */
const baseUrl = new URL('.', document.baseURI.replace(/#.*$/, '')).href;

/** For who is not logged in, or no longer: its refusals are the answer. */
export const openClient = createClient({ baseUrl });

let accessToken: string | undefined;
let renewing: Promise<boolean> | undefined;
let ended: () => void = () => undefined;

/** The token stays in memory: a reload asks for another with the cookie that no script sees. */
export const hold = (token: string | undefined): void => {
  accessToken = token;
};

export const whenEnded = (listener: () => void): void => {
  ended = listener;
};

/** Asks for a new access token, once however many ask at once. Answers whether there is one. */
export const renew = (): Promise<boolean> => {
  renewing ??= openClient
    .refresh({ body: {} })
    .then(
      (logged) => {
        hold(logged.accessToken);
        return true;
      },
      (thrown: unknown) => {
        if (!(thrown instanceof ApiProblem)) throw thrown;
        hold(undefined);
        return false;
      },
    )
    .finally(() => {
      renewing = undefined;
    });
  return renewing;
};

/**
 * What the generated client leaves to its user: a request goes once more with a new token when the old one is spent, and a change
 * carries a key that makes sure that it happens once, however often it has to be sent.
 */
const send: typeof fetch = async (address, init = {}) => {
  const headers = new Headers(init.headers);
  if (init.method !== 'GET') headers.set('idempotency-key', crypto.randomUUID());
  const answer = await fetch(address, { ...init, headers });
  if (answer.status !== 401) return answer;
  if (!(await renew())) {
    ended();
    return answer;
  }
  headers.set('authorization', `Bearer ${accessToken}`);
  return fetch(address, { ...init, headers });
};

/** Everything that the API offers, for who is logged in. */
export const client = createClient({ baseUrl, token: () => accessToken, fetch: send });
