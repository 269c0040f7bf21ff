import { readFileSync } from 'node:fs';
import type { Named } from '../../access/author-names.ts';
import type { SecretNote } from '../../secrets/stored-secrets.ts';
import { ask } from '../ask.ts';
import { exitCodes, type Invocation } from '../command.ts';

/** The value comes on standard input alone: arguments stand in the list of processes and in the shell's history. */
const set = async ({ values, words, out }: Invocation): Promise<number> => {
  const value = readFileSync(0, 'utf8').replace(/\r?\n$/, '');
  const { name } = await ask<{ name: string }>(values['config'] as string, 'secretPut', { name: words[1], value });
  out(`store:${name} is kept, encrypted`);
  return exitCodes.ok;
};

const list = async ({ values, out }: Invocation): Promise<number> => {
  const notes = await ask<readonly Named<SecretNote>[]>(values['config'] as string, 'secretList', null);
  if (values['json'] === true) out(JSON.stringify(notes));
  else
    out(
      notes
        .map(
          ({ name, version, keyId, by, at }) =>
            `store:${name}  v${version}  key ${keyId}  ${new Date(at).toISOString()} by ${by}`,
        )
        .join('\n') || 'none',
    );
  return exitCodes.ok;
};

const remove = async ({ values, words, out }: Invocation): Promise<number> => {
  const { name } = await ask<{ name: string }>(values['config'] as string, 'secretRemove', { name: words[1] });
  out(`store:${name} is removed`);
  return exitCodes.ok;
};

const rotate = async ({ values, out }: Invocation): Promise<number> => {
  const { keyId, secrets } = await ask<{ keyId: string; secrets: number }>(
    values['config'] as string,
    'secretRotate',
    null,
  );
  out(
    secrets === 0
      ? `every secret is under key ${keyId} already`
      : `${secrets} secrets are under key ${keyId} now; secrets.formerKeys may be emptied, once no backup is under them`,
  );
  return exitCodes.ok;
};

const acts: Readonly<Record<string, { readonly words: number; readonly run: (of: Invocation) => Promise<number> }>> = {
  set: { words: 2, run: set },
  list: { words: 1, run: list },
  remove: { words: 2, run: remove },
  'rotate-key': { words: 1, run: rotate },
};

export const run = async (invocation: Invocation): Promise<number> => {
  const [name = ''] = invocation.words;
  const act = Object.hasOwn(acts, name) ? acts[name] : undefined;
  if (act === undefined || act.words !== invocation.words.length) {
    invocation.err('caudal secret: set <name> (value on standard input), list, remove <name> or rotate-key.');
    return exitCodes.usage;
  }
  return act.run(invocation);
};
