import { CaudalError, type Clock, type SecretReference, type SecretResolver } from '@caudal/core';
import type { SealedSecret } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { readSealKey, seal, type SealKey, unseal } from './seal.ts';

/** A secret as people may see it: never its value. */
export interface SecretNote {
  readonly name: string;
  readonly version: number;
  /** Which key encrypts it. */
  readonly keyId: string;
  readonly author: string;
  readonly at: number;
}

/** Secrets kept encrypted in the database, as `store:NAME`. */
export interface StoredSecrets {
  /** For the resolver: asked at the socket, each time, so that a changed secret is used at once. */
  resolve(name: string): Promise<string>;
  list(): Promise<readonly SecretNote[]>;
  put(input: { readonly name: string; readonly value: string }, author: string): Promise<void>;
  /** @throws CaudalError kind `config` when there is none, or `uses` are left */
  remove(name: string, author: string): Promise<void>;
  /** Encrypts what is under former keys with the present one. */
  rotate(author: string): Promise<{ readonly keyId: string; readonly secrets: number }>;
}

export interface StoredSecretsInput {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  /** Of `env:` and `file:`. */
  readonly secret: SecretResolver;
  readonly key: SecretReference | undefined;
  readonly formerKeys: readonly SecretReference[];
  /** Places of the data that name a secret. */
  uses(name: string): readonly string[];
}

const nameForm = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
const longest = 16_384;
const pageRows = 500;

const refuse = (message: string, name?: string): never => {
  throw new CaudalError('config', message, {
    sent: 'no',
    scope: 'credential',
    ...(name === undefined ? {} : { credential: `store:${name}` }),
  });
};

const note = ({ name, version, keyId, author, at }: SealedSecret): SecretNote => ({ name, version, keyId, author, at });

export const openStoredSecrets = (input: StoredSecretsInput): StoredSecrets => {
  const { store, clock, secret } = input;

  const readKey = async (reference: SecretReference): Promise<SealKey> => {
    if (reference.startsWith('store:'))
      refuse('the key of stored secrets can not be one of them; write env:NAME or file:/path');
    return readSealKey(await secret(reference), reference);
  };
  const present = (): Promise<SealKey> =>
    readKey(input.key ?? refuse('secrets can not be stored without a key: set secrets.key to env:NAME or file:/path'));

  /** The key that a secret is under; the present one is tried first. */
  const keyOf = async ({ name, keyId }: Pick<SealedSecret, 'name' | 'keyId'>): Promise<SealKey> => {
    const references = [...(input.key === undefined ? [] : [input.key]), ...input.formerKeys];
    for (const reference of references) {
      const key = await readKey(reference);
      if (key.id === keyId) return key;
    }
    return refuse(
      `secret store:${name} is encrypted with key ${keyId}, which is none of secrets.key and secrets.formerKeys; bring that key back, or set the secret again`,
      name,
    );
  };

  const all = async (): Promise<readonly SealedSecret[]> => {
    const rows: SealedSecret[] = [];
    for (let after = ''; ;) {
      const page = await store.read.secrets({ after, limit: pageRows });
      rows.push(...page);
      if (page.length < pageRows) return rows;
      after = page.at(-1)?.name ?? '';
    }
  };

  const entry = (
    author: string,
    act: string,
    subject: string,
    detail?: { readonly [key: string]: string | number },
  ) => ({
    at: clock.now(),
    actor: author,
    act,
    subject,
    hash: null,
    ...(detail === undefined ? {} : { detail }),
  });

  return {
    async resolve(name) {
      const found =
        (await store.read.secret(name)) ?? refuse(`there is no secret store:${name}; caudal secret set ${name}`, name);
      return unseal(await keyOf(found), name, found.sealed);
    },
    list: async () => (await all()).map(note),
    async put({ name, value }, author) {
      if (!nameForm.test(name))
        refuse('a name takes letters, digits, dot, dash and underscore, at most 64, and begins with a letter or digit');
      if (value === '') refuse('the value is empty');
      if (value.length > longest) refuse(`the value has more than ${longest} characters`);
      const key = await present();
      await store.write.putSecret(
        { name, keyId: key.id, sealed: seal(key, name, value), at: clock.now(), author },
        entry(author, 'secret set', `secret:${name}`, { key: key.id }),
      );
    },
    async remove(name, author) {
      const uses = input.uses(name);
      if (uses.length > 0) refuse(`secret store:${name} is used at ${uses.slice(0, 10).join(', ')}`, name);
      if (!(await store.write.removeSecret(name, entry(author, 'secret removed', `secret:${name}`))))
        refuse(`there is no secret store:${name}`, name);
    },
    async rotate(author) {
      const key = await present();
      const former = (await all()).filter(({ keyId }) => keyId !== key.id);
      const again = [];
      for (const one of former) {
        const value = unseal(await keyOf(one), one.name, one.sealed);
        again.push({ name: one.name, version: one.version, keyId: key.id, sealed: seal(key, one.name, value) });
      }
      const secrets =
        again.length === 0
          ? 0
          : await store.write.resealSecrets(
              again,
              entry(author, 'secrets under another key', 'secrets', { key: key.id, secrets: again.length }),
            );
      return { keyId: key.id, secrets };
    },
  };
};
