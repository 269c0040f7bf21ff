import { CaudalError, type Clock, type Json } from '@caudal/core';
import { authorNames } from '../access/author-names.ts';
import type { RuntimeConfig } from '../config/define.ts';
import { canonicalJson, type Domain } from '../config/domain.ts';
import type { DataSource, LoadedData } from '../config/load-data.ts';
import { isError, type Mistake, mistakeText } from '../config/mistake.ts';
import type { SecretUse } from '../config/report.ts';
import { refused, type Resolution, resolveData } from '../config/resolve.ts';
import { sha256 } from '../evidence/chain.ts';
import type { KeptRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { type Effects, effectsOf } from './effects.ts';
import {
  type Entity,
  etagOf,
  isKeptKind,
  keptEntity,
  type KeptKind,
  keptKinds,
  keptSource,
  provisionedEntities,
} from './entity.ts';
import { type EntityPage, type EntityQuery, queryEntities } from './query.ts';
import { KeptRefusal } from './refusal.ts';
import { shareUnchanged } from './share.ts';
import { assertFree } from './used.ts';

/** Who does something, and why: both are kept. */
export interface By {
  readonly author: string;
  readonly reason: string;
}

export interface KeptPut {
  readonly kind: KeptKind;
  readonly id: string;
  /** As a data file would have it; the id may be left out. Null removes it. */
  readonly content: Readonly<Record<string, unknown>> | null;
  /** The etag it must have now; null: it must not be there. Absent: whatever stands there. */
  readonly expected?: string | null;
}

/** What a change would do. Nothing is written. */
export interface Preview extends Effects {
  /** Errors and warnings that the change brings; an error refuses it. */
  readonly mistakes: readonly Mistake[];
}

/** A version of one thing. */
export interface Version extends By {
  readonly etag: string;
  /** Null: removed. */
  readonly content: Readonly<Record<string, unknown>> | null;
  readonly at: number;
}

export interface KeptEvent {
  readonly serial: number;
  readonly changed: readonly { readonly kind: KeptKind; readonly id: string }[];
}

/**
 * All data of a runtime: what is provisioned in files, and what is kept in the database beside it. Files stand on their own and are read
 * only here; what is kept may refer to them. A change is judged with everything else, kept and audited in one transaction with what has
 * to be done again because of it, and in force for every stage when it resolves.
 */
export interface Kept {
  /** As it is now. Immutable; parts that a change did not touch stay the same objects. */
  readonly domain: Domain;
  /** Rises with every act. */
  readonly serial: number;
  /** Every reference to a secret in the configuration and the data. */
  readonly secretUses: readonly SecretUse[];
  list(query: EntityQuery): EntityPage;
  get(kind: KeptKind, id: string): Entity | null;
  /** Newest first; empty for what is provisioned. */
  history(
    kind: KeptKind,
    id: string,
    page?: { readonly before?: number; readonly limit?: number },
  ): Promise<readonly Version[]>;
  preview(changes: readonly KeptPut[]): Preview;
  /** All of them or none. @throws KeptRefusal */
  change(changes: readonly KeptPut[], by: By): Promise<readonly Entity[]>;
  /** @throws KeptRefusal */
  put(put: KeptPut & { readonly content: Readonly<Record<string, unknown>> }, by: By): Promise<Entity>;
  /** @throws KeptRefusal */
  remove(what: Omit<KeptPut, 'content'>, by: By): Promise<void>;
  /** Takes in what another process has kept. */
  refresh(): Promise<void>;
  /** Told after a change is in force. Answers how to stop. */
  onChange(listener: (event: KeptEvent) => void): () => void;
}

export interface KeptInput {
  readonly config: RuntimeConfig;
  /** The data files, validated. */
  readonly data: LoadedData;
  /** What they give. */
  readonly domain: Domain;
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  /** Go on with the data files alone when what is kept has mistakes, so that it can be mended. */
  readonly tolerant?: boolean;
}

const pageRows = 1000;
const tries = 5;
/** One act is a form or an import, not a migration. */
const changesAtOnce = 20_000;

const key = ({ kind, id }: { readonly kind: string; readonly id: string }) => `${kind}/${id}`;

const loadRows = async (store: KeptInput['store']): Promise<{ serial: number; rows: readonly KeptRow[] }> => {
  for (let tried = 0; tried < tries; tried += 1) {
    const rows: KeptRow[] = [];
    const serials = new Set<number>();
    for (let after = { kind: '', id: '' }; ;) {
      const page = await store.read.keptPage({ after, limit: pageRows });
      serials.add(page.serial);
      rows.push(...page.rows.filter(({ kind }) => isKeptKind(kind)));
      const last = page.rows.at(-1);
      if (last === undefined || page.rows.length < pageRows) break;
      after = { kind: last.kind, id: last.id };
    }
    const [serial] = serials;
    if (serials.size === 1 && serial !== undefined) return { serial, rows };
  }
  throw new CaudalError('transient', 'kept data changes faster than it can be read', { sent: 'no' });
};

const contentOf = ({ kind, id, content }: KeptPut): Readonly<Record<string, unknown>> | null => {
  if (content === null) return null;
  if (typeof content !== 'object' || Array.isArray(content))
    throw new KeptRefusal('invalid', `${kind}/${id} must be an object, as a data file has it`);
  if (content['id'] !== undefined && content['id'] !== id)
    throw new KeptRefusal('invalid', `${kind}/${id} names itself otherwise inside; an id never changes`);
  return { id, ...content };
};

/**
 * Reads what is kept and joins it with the data files.
 *
 * @throws CaudalError kind `config` that lists every mistake of what is kept, unless `tolerant`
 */
export const openKept = async (input: KeptInput): Promise<Kept> => {
  const { config, data, store, clock } = input;
  const provisioned = new Map(provisionedEntities(data.sources).map((entity) => [key(entity), entity]));
  const listeners = new Set<(event: KeptEvent) => void>();
  let serial = 0;
  let secretUses: readonly SecretUse[] = [];
  let entities: ReadonlyMap<string, Entity> = new Map();
  let domain = input.domain;
  /** What is wrong, or worth a look, as things stand: only what a change brings is said of it, and refuses it. */
  let standing: ReadonlySet<string> = new Set();

  const judge = (kept: ReadonlyMap<string, Entity>) => {
    const own: readonly DataSource[] = kept.size === 0 ? [] : [keptSource([...kept.values()])];
    return resolveData(config, { sources: [...data.sources, ...own], mistakes: data.mistakes });
  };

  const install = (
    next: ReadonlyMap<string, Entity>,
    at: number,
    judgement: Pick<Resolution, 'domain' | 'secrets' | 'mistakes'>,
  ) => {
    const { domain: resolved } = judgement;
    entities = next;
    secretUses = judgement.secrets;
    standing = new Set(judgement.mistakes.map((mistake) => mistakeText(mistake)));
    serial = at;
    if (resolved !== undefined) domain = shareUnchanged(domain, resolved);
  };

  const load = async () => {
    const found = await loadRows(store);
    const next = new Map(found.rows.map((row) => [key(row), keptEntity(row)]));
    const judgement = judge(next);
    const { mistakes } = judgement;
    if (judgement.domain === undefined && input.tolerant !== true) throw refused(mistakes);
    install(next, found.serial, judgement);
  };

  const told = (changed: KeptEvent['changed']) => {
    for (const listener of listeners) listener({ serial, changed });
  };

  /** One change after the other: each is judged with what the one before made. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };

  const get = (kind: KeptKind, id: string) => entities.get(`${kind}/${id}`) ?? provisioned.get(`${kind}/${id}`) ?? null;

  const assertExpected = (put: KeptPut, nameOf: (author: string) => string) => {
    const { kind, id, content, expected } = put;
    if (!isKeptKind(kind))
      throw new KeptRefusal(
        'not-found',
        `there is no kind of data "${String(kind)}"; there are ${keptKinds.join(', ')}`,
      );
    const now = get(kind, id);
    if (now?.origin === 'provisioned')
      throw new KeptRefusal('read-only', `${kind}/${id} stands in ${now.place ?? 'a data file'} and is changed there`);
    if (expected !== undefined && (now?.etag ?? null) !== expected)
      throw new KeptRefusal(
        'conflict',
        now === null
          ? `${kind}/${id} is not there any more`
          : `${kind}/${id} ${expected === null ? 'is there already' : 'was changed meanwhile'}${now.author === null ? '' : ` by ${nameOf(now.author)}`}; look at it again`,
        { etag: now?.etag ?? null },
      );
    if (content === null && now === null) throw new KeptRefusal('not-found', `there is no ${kind}/${id}`);
  };

  const applied = (changes: readonly KeptPut[]): Map<string, Entity> => {
    const next = new Map(entities);
    for (const put of changes) {
      const { kind, id } = put;
      const content = contentOf(put);
      if (content === null) next.delete(key(put));
      else
        next.set(key(put), {
          kind,
          id,
          content,
          etag: '',
          origin: 'kept',
          place: null,
          author: null,
          reason: null,
          at: null,
        });
    }
    return next;
  };

  const judged = (changes: readonly KeptPut[], why: string, nameOf = (author: string) => author) => {
    if (changes.length > changesAtOnce)
      throw new KeptRefusal('invalid', `more than ${changesAtOnce} things in one act; write fewer at once`);
    const seen = new Set<string>();
    for (const put of changes) {
      if (seen.has(key(put))) throw new KeptRefusal('invalid', `${key(put)} is there twice in one act`);
      seen.add(key(put));
    }
    for (const put of changes) assertExpected(put, nameOf);
    const next = applied(changes);
    const judgement = judge(next);
    const { domain: resolved, mistakes } = judgement;
    const fresh = mistakes.filter((mistake) => !standing.has(mistakeText(mistake)));
    const effects = resolved === undefined ? { reopened: [], redecode: [] } : effectsOf(domain, resolved, why);
    return { next, judgement, mistakes: fresh, effects };
  };

  const assertSound = (changes: readonly KeptPut[], mistakes: readonly Mistake[]) => {
    const errors = mistakes.filter(isError);
    if (errors.length === 0) return;
    const removal = changes.every(({ content }) => content === null);
    const listed = errors.slice(0, 20).map((mistake) => `\n  ${mistakeText(mistake)}`);
    const more = errors.length > listed.length ? `\n  and ${errors.length - listed.length} more` : '';
    throw new KeptRefusal(
      removal ? 'referred' : 'invalid',
      `${removal ? `${changes.map(key).join(', ')} is still needed` : 'the data would have mistakes'}:${listed.join('')}${more}`,
      { mistakes: errors },
    );
  };

  const write = async (changes: readonly KeptPut[], { author, reason }: By): Promise<readonly Entity[]> => {
    if (reason.trim() === '') throw new KeptRefusal('invalid', 'say why: the reason is kept with the change');
    for (let tried = 0; tried < tries; tried += 1) {
      const authors = changes.flatMap(({ kind, id }) => get(kind, id)?.author ?? []);
      const { next, judgement, mistakes, effects } = judged(changes, reason, await authorNames(store, authors));
      assertSound(changes, mistakes);
      if (judgement.domain !== undefined) await assertFree(store, domain, judgement.domain);
      const at = clock.now();
      const kept = await store.write.keep({
        basis: serial,
        changes: changes.map((put) => ({ kind: put.kind, id: put.id, content: contentOf(put) as Json })),
        author,
        reason,
        at,
        ...effects,
        audit: changes.map((put) => {
          const content = contentOf(put);
          return {
            at,
            actor: author,
            act: content === null ? 'data removed' : get(put.kind, put.id) === null ? 'data added' : 'data changed',
            subject: key(put),
            hash: content === null ? null : sha256(canonicalJson(content)),
            detail: { reason, before: get(put.kind, put.id)?.etag ?? null },
          };
        }),
      });
      if ('stale' in kept) {
        await load();
        continue;
      }
      const written = changes.flatMap((put, index): Entity[] => {
        const entity = next.get(key(put));
        if (entity === undefined) return [];
        const whole = { ...entity, etag: etagOf({ version: kept.versions[index] as number }), author, reason, at };
        next.set(key(put), whole);
        return [whole];
      });
      install(next, kept.serial, judgement);
      told(changes.map(({ kind, id }) => ({ kind, id })));
      return written;
    }
    throw new CaudalError('transient', 'others change data all the time; try again', { sent: 'no' });
  };

  const change = (changes: readonly KeptPut[], by: By) =>
    inTurn(async () => {
      try {
        return await write(changes, by);
      } catch (thrown) {
        // Whether it was kept is not known when the store failed: what it says now is.
        if (!(thrown instanceof KeptRefusal)) await load().catch(() => undefined);
        throw thrown;
      }
    });

  await load();
  return {
    get domain() {
      return domain;
    },
    get serial() {
      return serial;
    },
    get secretUses() {
      return secretUses;
    },
    list: (query) => queryEntities([...provisioned.values(), ...entities.values()], query),
    get,
    async history(kind, id, { before, limit = 100 } = {}) {
      const rows = await store.read.keptHistory({ kind, id, ...(before === undefined ? {} : { before }), limit });
      return rows.map(({ content, author, reason, at, version }) => ({
        etag: etagOf({ version }),
        content: content as Version['content'],
        author,
        reason,
        at,
      }));
    },
    preview(changes) {
      const { mistakes, effects } = judged(changes, 'preview');
      return { mistakes, ...effects };
    },
    change,
    async put(put, by) {
      return (await change([put], by))[0] as Entity;
    },
    async remove(what, by) {
      await change([{ ...what, content: null }], by);
    },
    refresh: () =>
      inTurn(async () => {
        if ((await store.read.keptSerial()) === serial) return;
        await load();
        told([]);
      }),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
