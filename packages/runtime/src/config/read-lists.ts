import { DataFile, type JsonSchema } from '@caudal/core';
import type { DataSource } from './load-data.ts';
import { say } from './mistake-words.ts';
import type { Report } from './report.ts';
import { schemaIssues } from './schema-issues.ts';
import { checkSecrets, type Item, type Known, type ListName, type Lists } from './world.ts';

/** Every list that a data file may hold. */
export const listNames = Object.keys(DataFile.properties) as readonly ListName[];

const schema = DataFile as unknown as JsonSchema;

interface Read {
  readonly lists: Lists;
  /** By list: every id that is written somewhere, with its item where the shape is right. */
  readonly ids: { readonly [K in ListName]: Known<Lists[K][number]> };
}

const idOf = (value: unknown): string | undefined => {
  const id = typeof value === 'object' && value !== null ? (value as { id?: unknown }).id : undefined;
  return typeof id === 'string' ? id : undefined;
};

/** Reports what is wrong with the shape of a file. @returns the entries that are wrong, as `list/index` */
const checkShape = (report: Report, environment: NodeJS.ProcessEnv, source: DataSource): ReadonlySet<string> => {
  const place = { source, steps: [] };
  const issues = schemaIssues(schema, source.content);
  for (const { steps, said } of issues) report.error(place, steps, said);
  checkSecrets({ report, environment }, schema, source.content, place, []);
  return new Set(issues.map(({ steps: [list, index] }) => `${list}/${index}`));
};

/** Reads the lists of all files as one, reports wrong shapes and ids that are there twice. Wrong entries are known by their id alone. */
export const readLists = (report: Report, environment: NodeJS.ProcessEnv, sources: readonly DataSource[]): Read => {
  const lists = Object.fromEntries(listNames.map((name) => [name, [] as Item<unknown>[]])) as Record<
    ListName,
    Item<unknown>[]
  >;
  const ids = Object.fromEntries(
    listNames.map((name) => [name, new Map<string, Item<unknown> | undefined>()]),
  ) as Record<ListName, Map<string, Item<unknown> | undefined>>;
  const first = new Map<string, Item<unknown>>();
  for (const source of sources) {
    const wrong = checkShape(report, environment, source);
    for (const name of listNames) {
      const list = (source.content as Partial<Record<ListName, unknown>> | null)?.[name];
      if (!Array.isArray(list)) continue;
      for (const [index, value] of (list as unknown[]).entries()) {
        const item: Item<unknown> = { value, source, steps: [name, index] };
        const good = !wrong.has(`${name}/${index}`);
        const id = idOf(value);
        if (id !== undefined) {
          const before = first.get(`${name} ${id}`);
          if (before !== undefined) {
            report.error(item, ['id'], say('id-twice', { id, where: report.where(before) }));
            continue;
          }
          first.set(`${name} ${id}`, item);
          ids[name].set(id, good ? item : undefined);
        }
        if (good) lists[name].push(item);
      }
    }
  }
  return { lists: lists as unknown as Lists, ids: ids as unknown as Read['ids'] };
};
