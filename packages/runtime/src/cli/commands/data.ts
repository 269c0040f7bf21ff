import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { CaudalError } from '@caudal/core';
import { parse, stringify } from 'yaml';
import type { Named } from '../../access/author-names.ts';
import { mistakeText } from '../../config/mistake.ts';
import { templateCsv } from '../../import/columns.ts';
import type { CellMistake, ImportPreview } from '../../import/import-points.ts';
import type { EntityPage, KeptPut, Preview, Version } from '../../kept/index.ts';
import type { ShownEntity } from '../../operate/operations.ts';
import { ask } from '../ask.ts';
import { exitCodes, type Invocation } from '../command.ts';
import { requiredOption } from '../instant.ts';

const text = (value: string | boolean | undefined) => (typeof value === 'string' ? value : undefined);

const askOf = <T>({ values }: Invocation, name: string, input: unknown) =>
  ask<T>(values['config'] as string, name, input);

const because = ({ values }: Invocation) => requiredOption('because', values['because']);

const readInput = (path: string | undefined): Buffer => {
  try {
    return readFileSync(path === undefined || path === '-' ? 0 : path);
  } catch {
    throw new CaudalError('config', `${path ?? 'standard input'} can not be read`, { sent: 'no' });
  }
};

const everything = async (invocation: Invocation, kind: string): Promise<ShownEntity[]> => {
  const all: ShownEntity[] = [];
  for (let after: string | null = ''; after !== null;) {
    const page: EntityPage<ShownEntity> = await askOf(invocation, 'dataList', {
      kind,
      limit: 1000,
      ...(after === '' ? {} : { after }),
    });
    all.push(...page.items);
    after = page.next;
  }
  return all;
};

const list = async (invocation: Invocation): Promise<number> => {
  const { values, words, out } = invocation;
  const all = await everything(invocation, words[1] ?? '');
  if (values['json'] === true) out(JSON.stringify(all));
  else
    out(
      all
        .map(({ id, etag, origin, place, by, content }) => {
          const name = typeof content['name'] === 'string' ? `  ${content['name']}` : '';
          return `${id}${name}  ${origin === 'kept' ? `kept by ${by ?? ''}, ${etag}` : `in ${place ?? ''}`}`;
        })
        .join('\n') || 'none',
    );
  return exitCodes.ok;
};

const keyOf = (word: string | undefined): { kind: string; id: string } => {
  const [kind = '', ...id] = (word ?? '').split('/');
  return { kind, id: id.join('/') };
};

const get = async (invocation: Invocation): Promise<number> => {
  const { values, words, out, err } = invocation;
  const entity = await askOf<ShownEntity | null>(invocation, 'dataGet', keyOf(words[1]));
  if (entity === null) {
    err(`caudal data: there is no ${words[1] ?? ''}`);
    return exitCodes.failed;
  }
  out(values['json'] === true ? JSON.stringify(entity) : stringify(entity.content).trimEnd());
  return exitCodes.ok;
};

const history = async (invocation: Invocation): Promise<number> => {
  const versions = await askOf<readonly Named<Version>[]>(invocation, 'dataHistory', keyOf(invocation.words[1]));
  invocation.out(
    versions
      .map(
        ({ etag, by, at, reason, content }) =>
          `${etag}  ${new Date(at).toISOString()}  ${by}: ${reason}${content === null ? '  (removed)' : ''}`,
      )
      .join('\n') || 'none',
  );
  return exitCodes.ok;
};

const change = async (invocation: Invocation, changes: readonly KeptPut[]): Promise<number> => {
  const entities = await askOf<readonly ShownEntity[]>(invocation, 'dataChange', {
    changes,
    because: because(invocation),
  });
  invocation.out(entities.map(({ kind, id, etag }) => `${kind}/${id} ${etag}`).join('\n') || 'removed');
  return exitCodes.ok;
};

const put = async (invocation: Invocation): Promise<number> => {
  const { values, words } = invocation;
  const content = parse(readInput(text(values['file'])).toString('utf8')) as KeptPut['content'];
  const expected = text(values['expected']);
  return change(invocation, [
    { ...keyOf(words[1]), content, ...(expected === undefined ? {} : { expected }) } as KeptPut,
  ]);
};

const remove = (invocation: Invocation): Promise<number> =>
  change(invocation, [{ ...keyOf(invocation.words[1]), content: null } as KeptPut]);

const cell = ({ row, column, message, severity }: CellMistake) =>
  `row ${row}${column === '' ? '' : `, ${column}`}: ${severity === 'warning' ? 'warning: ' : ''}${message}`;

const importCsv = async (invocation: Invocation, path: string): Promise<number> => {
  const { values, out } = invocation;
  const encoding = text(values['encoding']);
  const input = { base64: readInput(path).toString('base64'), ...(encoding === undefined ? {} : { encoding }) };
  const preview = await askOf<ImportPreview>(invocation, 'importPreview', input);
  for (const mistake of preview.mistakes) out(cell(mistake));
  const sum = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([kind, count]) => `${count} ${kind}`)
      .join(', ') || 'nothing';
  out(`adds ${sum(preview.adds)}; changes ${sum(preview.changes)}`);
  if (preview.mistakes.some(({ severity }) => severity === 'error')) return exitCodes.failed;
  if (values['apply'] !== true) {
    out('nothing was written; --apply writes it');
    return exitCodes.ok;
  }
  await askOf(invocation, 'importPoints', { ...input, because: because(invocation) });
  out('imported');
  return exitCodes.ok;
};

const importYaml = async (invocation: Invocation, path: string): Promise<number> => {
  const lists = (parse(readInput(path).toString('utf8')) ?? {}) as Record<string, readonly Record<string, unknown>[]>;
  const changes = Object.entries(lists).flatMap(([kind, items]) =>
    items.map((content, index) => {
      const { id } = content;
      if (typeof id !== 'string')
        throw new CaudalError('config', `${kind}[${index}] needs an id: what is kept is known by it`, { sent: 'no' });
      return { kind, id, content } as KeptPut;
    }),
  );
  const preview = await askOf<Preview>(invocation, 'dataPreview', { changes });
  for (const mistake of preview.mistakes) invocation.out(mistakeText(mistake));
  if (preview.mistakes.some(({ severity }) => severity === 'error')) return exitCodes.failed;
  if (invocation.values['apply'] !== true) {
    invocation.out(`${changes.length} things; nothing was written; --apply writes it`);
    return exitCodes.ok;
  }
  return change(invocation, changes);
};

const importFile = (invocation: Invocation): Promise<number> => {
  const path = invocation.words[1] ?? '';
  return extname(path).toLowerCase() === '.csv' ? importCsv(invocation, path) : importYaml(invocation, path);
};

/** YAML that can be provisioned elsewhere: what is kept, or with `--all` everything. */
const exportFile = async (invocation: Invocation): Promise<number> => {
  const { values, out } = invocation;
  const kinds = await askOf<readonly string[]>(invocation, 'dataKinds', null);
  const file: Record<string, unknown[]> = {};
  for (const kind of kinds) {
    const all = await everything(invocation, kind);
    const wanted = all.filter(({ origin }) => values['all'] === true || origin === 'kept');
    if (wanted.length > 0) file[kind] = wanted.map(({ content }) => content);
  }
  out(stringify(file).trimEnd());
  return exitCodes.ok;
};

const template = (invocation: Invocation): Promise<number> => {
  invocation.out(templateCsv().trimEnd());
  return Promise.resolve(exitCodes.ok);
};

const acts: Readonly<Record<string, { readonly words: number; readonly run: (of: Invocation) => Promise<number> }>> = {
  list: { words: 2, run: list },
  get: { words: 2, run: get },
  history: { words: 2, run: history },
  put: { words: 2, run: put },
  remove: { words: 2, run: remove },
  import: { words: 2, run: importFile },
  export: { words: 1, run: exportFile },
  template: { words: 1, run: template },
};

export const run = async (invocation: Invocation): Promise<number> => {
  const [name = ''] = invocation.words;
  const act = Object.hasOwn(acts, name) ? acts[name] : undefined;
  if (act === undefined || act.words !== invocation.words.length) {
    invocation.err(
      'caudal data: list <kind>, get|history|put|remove <kind>/<id>, import <file.csv|file.yaml>, export or template.',
    );
    return exitCodes.usage;
  }
  return act.run(invocation);
};
