import { CaudalError } from '@caudal/core';
import { type HandedOver, resetUser } from '../access/users.ts';
import { emailOf } from '../access/log-in.ts';
import type { Services } from '../services.ts';
import type { UserRow } from '../store/access.ts';

const atMost = 1_000;

/** Of the user with that address. The token is shown once. */
export const resetPassword = async (
  services: Services,
  { email }: { readonly email: string },
  actor: string,
): Promise<HandedOver> => {
  const found = await services.store.read.userByEmail(emailOf(email));
  if (found === null) throw new CaudalError('config', `there is no user ${email}`, { sent: 'no', scope: 'item' });
  return resetUser(services, found.id, actor);
};

/** By address; at most a thousand. */
export const listUsers = ({ store }: Services): Promise<readonly UserRow[]> =>
  store.read.users({ after: '', limit: atMost });
