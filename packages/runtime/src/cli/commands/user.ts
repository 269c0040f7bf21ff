import type { HandedOver } from '../../access/users.ts';
import type { UserRow } from '../../store/access.ts';
import { ask } from '../ask.ts';
import { exitCodes, type Invocation } from '../command.ts';
import { requiredOption } from '../instant.ts';

const time = (at: number | null) => (at === null ? 'never' : new Date(at).toISOString());

const handOver = ({ user, token, expiresAt }: HandedOver) =>
  [
    `user ${user.email} (${user.role}, ${user.state})`,
    `hand over, once: /#/redeem/${token}`,
    `good until ${time(expiresAt)}`,
  ].join('\n');

const line = ({ email, name, role, points, state, lastLoginAt }: UserRow) =>
  `${email}  ${name}  ${role}${points === null ? '' : ` of ${points.join(', ')}`}  ${state}  last log-in ${time(lastLoginAt)}`;

/** What each word asks the runtime, and how the answer reads. */
const acts: Readonly<Record<string, (invocation: Invocation) => Promise<{ result: unknown; text: string }>>> = {
  async create({ values }) {
    const { points, language } = values as Readonly<Record<string, string | undefined>>;
    const result = await ask<HandedOver>(values['config'] as string, 'createUser', {
      email: requiredOption('email', values['email']),
      name: requiredOption('name', values['name']),
      role: requiredOption('role', values['role']),
      ...(points === undefined ? {} : { points: points.split(',').map((point) => point.trim()) }),
      ...(language === undefined ? {} : { language }),
    });
    return { result, text: handOver(result) };
  },
  async 'reset-password'({ values }) {
    const result = await ask<HandedOver>(values['config'] as string, 'resetPassword', {
      email: requiredOption('email', values['email']),
    });
    return { result, text: handOver(result) };
  },
  async list({ values }) {
    const result = await ask<readonly UserRow[]>(values['config'] as string, 'listUsers', null);
    return { result, text: result.length === 0 ? 'nobody yet' : result.map(line).join('\n') };
  },
};

export const run = async (invocation: Invocation): Promise<number> => {
  const [name = ''] = invocation.words;
  const act = Object.hasOwn(acts, name) ? acts[name] : undefined;
  if (act === undefined || invocation.words.length !== 1) {
    invocation.err('caudal user: create, reset-password or list.');
    return exitCodes.usage;
  }
  const { result, text } = await act(invocation);
  invocation.out(invocation.values['json'] === true ? JSON.stringify(result) : text);
  return exitCodes.ok;
};
