import type { DataFile } from '@caudal/core';
import { contentHash } from '../config/domain.ts';
import type { DataSource } from '../config/load-data.ts';
import { listNames } from '../config/read-lists.ts';
import type { KeptRow } from '../store/rows.ts';

/** The lists of data, as files and the API name them. */
export type KeptKind = keyof DataFile;

export const keptKinds: readonly KeptKind[] = listNames;

export const isKeptKind = (kind: string): kind is KeptKind => (keptKinds as readonly string[]).includes(kind);

/** One thing of the data, wherever it stands. */
export interface Entity {
  readonly kind: KeptKind;
  readonly id: string;
  /** As a data file would have it. */
  readonly content: Readonly<Record<string, unknown>>;
  /** Changes with every change of it: `v3` for what is kept, a hash for what is provisioned. */
  readonly etag: string;
  /** Provisioned ones stand in a data file and are read only. */
  readonly origin: 'provisioned' | 'kept';
  /** `file:line` of a provisioned one. */
  readonly place: string | null;
  /** Who kept it last, why and when; null of a provisioned one. */
  readonly author: string | null;
  readonly reason: string | null;
  readonly at: number | null;
}

export const etagOf = ({ version }: Pick<KeptRow, 'version'>): string => `v${version}`;

type Content = Readonly<Record<string, unknown>>;

/** What has no id in a file is known by its content. */
const idOf = (content: Content): string => (typeof content['id'] === 'string' ? content['id'] : contentHash(content));

export const keptEntity = (row: KeptRow): Entity => ({
  kind: row.kind as KeptKind,
  id: row.id,
  content: row.content as Content,
  etag: etagOf(row),
  origin: 'kept',
  place: null,
  author: row.author,
  reason: row.reason,
  at: row.at,
});

/** Everything that data files hold, which have been validated. */
export const provisionedEntities = (sources: readonly DataSource[]): readonly Entity[] =>
  sources.flatMap((source) =>
    keptKinds.flatMap((kind) =>
      ((source.content as Partial<Record<KeptKind, readonly Content[]>>)[kind] ?? []).map((content, index): Entity => {
        const line = source.locate([kind, index])?.line;
        return {
          kind,
          id: idOf(content),
          content,
          etag: contentHash(content),
          origin: 'provisioned',
          place: line === undefined ? source.file : `${source.file}:${line}`,
          author: null,
          reason: null,
          at: null,
        };
      }),
    ),
  );

/** Kept things as one more data file, whose mistakes name the thing: `kept points/pozo-1`. */
export const keptSource = (entities: readonly Entity[]): DataSource => {
  const lists: Partial<Record<KeptKind, Entity[]>> = {};
  for (const entity of entities) (lists[entity.kind] ??= []).push(entity);
  return {
    file: 'kept data',
    content: Object.fromEntries(
      Object.entries(lists).map(([kind, list]) => [kind, list.map(({ content }) => content)]),
    ),
    locate: () => undefined,
    name: ([kind, index, ...steps]) => {
      const entity = lists[kind as KeptKind]?.[Number(index)];
      return entity === undefined
        ? { file: 'kept data', steps: [] }
        : { file: `kept ${entity.kind}/${entity.id}`, steps };
    },
  };
};
