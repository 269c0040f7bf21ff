import { parseArgs } from 'node:util';
import { notifiers, providers, targets } from './adapters.ts';
import { type Kind, kinds } from './kinds.ts';

/** What the command line said; whatever is missing is asked, or takes its default under `--yes`. */
export interface Arguments {
  readonly folder?: string;
  readonly kind?: Kind;
  readonly name?: string;
  readonly packageName?: string;
  readonly providers?: readonly string[];
  readonly targets?: readonly string[];
  readonly notifiers?: readonly string[];
  readonly yes: boolean;
  readonly help: boolean;
  readonly version: boolean;
}

export const usage = `npm create caudal: a runtime project, or a plugin with its conformance test.

usage: npm create caudal@latest [folder] -- [options]

  --kind <kind>        ${Object.keys(kinds).join(', ')}
  --yes                ask nothing; what is not said takes its default

a runtime project
  --providers <list>   ${Object.keys(providers).join(', ')}
  --targets <list>     ${Object.keys(targets).join(', ')}
  --notifiers <list>   ${Object.keys(notifiers).join(', ')}

a plugin
  --name <name>        of the plugin, such as my-vendor
  --package <name>     of its npm package; default caudal-<kind>-<name>

Lists are separated by commas; an empty one is none.`;

const lists = { providers, targets, notifiers } as const;

const listOf = (option: keyof typeof lists, text: string): string[] => {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const unknown = names.filter((name) => !Object.hasOwn(lists[option], name));
  if (unknown.length > 0)
    throw new RangeError(
      `--${option}: there is no ${unknown.join(', ')}; there are ${Object.keys(lists[option]).join(', ')}`,
    );
  return [...new Set(names)];
};

/** @throws RangeError or TypeError whose message is fit for the person at the terminal */
export const readArguments = (args: readonly string[]): Arguments => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      kind: { type: 'string' },
      name: { type: 'string' },
      package: { type: 'string' },
      providers: { type: 'string' },
      targets: { type: 'string' },
      notifiers: { type: 'string' },
      yes: { type: 'boolean', short: 'y', default: false },
      help: { type: 'boolean', short: 'h', default: false },
      version: { type: 'boolean', short: 'v', default: false },
    },
  });
  if (positionals.length > 1) throw new RangeError(`name one folder, not ${positionals.join(' and ')}`);
  const { kind, yes, help, version } = values;
  if (kind !== undefined && !Object.hasOwn(kinds, kind))
    throw new RangeError(`--kind: there is no ${kind}; there are ${Object.keys(kinds).join(', ')}`);
  const chosen = Object.fromEntries(
    (Object.keys(lists) as (keyof typeof lists)[]).flatMap((option) => {
      const text = values[option];
      return text === undefined ? [] : [[option, listOf(option, text)]];
    }),
  );
  return {
    ...(positionals[0] !== undefined && { folder: positionals[0] }),
    ...(kind !== undefined && { kind: kind as Kind }),
    ...(values.name !== undefined && { name: values.name }),
    ...(values.package !== undefined && { packageName: values.package }),
    ...chosen,
    yes,
    help,
    version,
  };
};
