import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RuntimeConfig } from '@caudal/runtime';
import { parseHeads } from '../../src/evidence/heads.ts';
import { createSigningKey } from '../../src/evidence/keys.ts';
import { openReadOnly } from '../../src/store/open-read-only.ts';
import type { StoreReads } from '../../src/store/index.ts';
import { openWorld, type TestWorld, type WorldOptions } from './world.ts';

/** A world whose audit is signed; the key is made at the first start, as `audit init-key` makes one. */
export const openSigned = (options: WorldOptions = {}): Promise<TestWorld> =>
  openWorld({
    ...options,
    config: (config): RuntimeConfig => {
      const folder = join(config.database ?? '', '..');
      const file = join(folder, 'audit-key.pem');
      if (!existsSync(file)) {
        const made = createSigningKey();
        writeFileSync(file, made.privatePem, { mode: 0o600 });
        writeFileSync(`${file}.pub`, made.publicPem);
      }
      const signed: RuntimeConfig = {
        ...config,
        audit: {
          key: `file:${file}`,
          headMinutes: 10,
          headsFile: join(folder, 'heads.jsonl'),
          tell: [{ person: 'ana', channel: 'mail' }],
        },
      };
      return options.config?.(signed) ?? signed;
    },
  });

/** Reads the world's database beside the runtime that runs on it. */
export const look = async <T>({ folder }: TestWorld, into: (read: StoreReads) => Promise<T>): Promise<T> => {
  const { read, close } = await openReadOnly(join(folder, 'caudal.db'));
  try {
    return await into(read);
  } finally {
    await close();
  }
};

export const headsOf = ({ folder }: TestWorld) => parseHeads(readFileSync(join(folder, 'heads.jsonl'), 'utf8'));
