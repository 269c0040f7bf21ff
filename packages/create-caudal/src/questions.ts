import { basename, resolve } from 'node:path';
import { cancel, isCancel, multiselect, select, text } from '@clack/prompts';
import { type Adapter, notifiers, providers, targets } from './adapters.ts';
import type { Arguments } from './arguments.ts';
import { type Kind, kinds, type PluginKind } from './kinds.ts';
import { wrongName, wrongPackageName } from './names.ts';
import type { PluginAnswers } from './plugin-project.ts';
import type { RuntimeAnswers } from './runtime-project.ts';

/** Everything that must be known before a file is written. */
export type Answers = { readonly folder: string } & (
  | { readonly kind: 'runtime'; readonly runtime: RuntimeAnswers }
  | { readonly kind: PluginKind; readonly plugin: PluginAnswers }
);

/** The person pressed Ctrl-C. */
export class Cancelled extends Error {}

const answered = <T>(answer: T): Exclude<T, symbol> => {
  if (isCancel(answer)) {
    cancel('Nothing was written.');
    throw new Cancelled();
  }
  return answer as Exclude<T, symbol>;
};

const required = (what: string, value: string, wrong: (value: string) => string | undefined): string => {
  const reason = wrong(value);
  if (reason !== undefined) throw new RangeError(`${what} ${JSON.stringify(value)}: ${reason}`);
  return value;
};

const askText = async (message: string, fallback: string, wrong: (value: string) => string | undefined) =>
  answered(
    await text({
      message,
      placeholder: fallback,
      defaultValue: fallback,
      validate: (value) => wrong(value || fallback),
    }),
  );

const askList = async (message: string, table: Readonly<Record<string, Adapter>>) =>
  answered(
    await multiselect({
      message: `${message} (space marks, enter goes on)`,
      options: Object.entries(table).map(([value, { about }]) => ({ value, label: about })),
      required: false,
    }),
  );

/** An npm name out of a folder's. */
const nameFrom = (folder: string): string =>
  basename(resolve(folder))
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '') || 'wells';

const folderFree = (folder: string) => (folder.trim() === '' ? 'name a folder' : undefined);

/**
 * What the command line leaves open is asked, or takes its default where nobody can be asked.
 *
 * @throws RangeError for a name that can not be used, or that is missing; Cancelled when the person gives up
 */
export const askFor = async (given: Arguments, mayAsk: boolean): Promise<Answers> => {
  const asks = mayAsk && !given.yes;
  const kind: Kind =
    given.kind ??
    (asks
      ? answered(
          await select({
            message: 'What shall it be?',
            options: (Object.keys(kinds) as Kind[]).map((value) => ({ value, label: value, hint: kinds[value] })),
          }),
        )
      : 'runtime');
  if (kind === 'runtime') {
    const folder = given.folder ?? (asks ? await askText('In which folder?', 'my-wells', folderFree) : 'my-wells');
    const list = async (
      said: readonly string[] | undefined,
      message: string,
      table: Readonly<Record<string, Adapter>>,
    ) => said ?? (asks ? await askList(message, table) : Object.keys(table).slice(0, 1));
    return {
      folder,
      kind,
      runtime: {
        name: nameFrom(folder),
        providers: await list(given.providers, 'Where do the data come from?', providers),
        targets: await list(given.targets, 'To whom do you report?', targets),
        notifiers: await list(given.notifiers, 'How are people told?', notifiers),
      },
    };
  }
  const named = given.name ?? (asks ? await askText('Name of the plugin?', 'my-vendor', wrongName) : '');
  if (named === '') throw new RangeError('--name is needed: what the plugin is called, such as my-vendor');
  const name = required('--name', named, wrongName);
  const usual = `caudal-${kind}-${name}`;
  const packageName = required(
    '--package',
    given.packageName ?? (asks ? await askText('Name of its npm package?', usual, wrongPackageName) : usual),
    wrongPackageName,
  );
  const folder = given.folder ?? (asks ? await askText('In which folder?', usual, folderFree) : usual);
  return { folder, kind, plugin: { kind, name, packageName } };
};
