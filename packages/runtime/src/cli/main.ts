import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadEnvFile } from 'node:process';
import { parseArgs } from 'node:util';
import { isCaudalError } from '@caudal/core';
import manifest from '../../package.json' with { type: 'json' };
import { didYouMean } from '../config/closest.ts';
import { isNewer } from '../store/schema/newer.ts';
import { isDamage } from '../store/sqlite/damaged.ts';
import { type CommandRow, exitCodes, type Invocation } from './command.ts';
import { commands } from './commands.ts';

const width = 11;

const usage = (): string =>
  [
    'caudal: carries water telemetry from the vendor to the regulator’s receipt.',
    '',
    'usage: caudal <command> [options]',
    '',
    ...Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)} ${summary}`),
    '',
    '  --config <file>  configuration; default ./caudal.config.ts',
    '  --help           this, or the help of a command',
    '  --version        the version of caudal',
    '',
    'A file .env beside the configuration is read first; variables that are set already win.',
    '',
    `exit codes: ${exitCodes.ok} done, ${exitCodes.failed} something failed, ${exitCodes.usage} wrong usage, ${exitCodes.locked} another process holds the database, ${exitCodes.damaged} the database or its log is damaged, ${exitCodes.newer} a newer Caudal wrote the database`,
  ].join('\n');

const usageOf = (name: string, { summary, words, options, help }: CommandRow): string =>
  [
    `caudal ${name}: ${summary}.`,
    '',
    `usage: caudal ${name}${words === undefined ? '' : ` ${words}`}${options === undefined ? '' : ' [options]'}`,
    '',
    ...Object.entries(options ?? {}).map(
      ([option, { type }]) =>
        `  ${`--${option}${type === 'string' ? ' <value>' : ''}`.padEnd(24)} ${help?.[option] ?? ''}`,
    ),
    `  ${'--config <file>'.padEnd(24)} configuration; default ./caudal.config.ts`,
  ].join('\n');

/** What may stand in place of a command. */
const asked = (name: string | undefined, of: string | undefined): { text: string; code: number } | undefined => {
  if (name === undefined) return { text: usage(), code: exitCodes.usage };
  if (name === '--version' || name === '-v') return { text: manifest.version, code: exitCodes.ok };
  if (!['--help', '-h', 'help'].includes(name)) return undefined;
  const row = of === undefined ? undefined : rowOf(of);
  return { text: of === undefined || row === undefined ? usage() : usageOf(of, row), code: exitCodes.ok };
};

const rowOf = (name: string): CommandRow | undefined => (Object.hasOwn(commands, name) ? commands[name] : undefined);

/** The first sentence of what `parseArgs` has to say, and the option that was probably meant. */
const whyNot = (thrown: Error, options: readonly string[]): string => {
  const [sentence = ''] = thrown.message.split(/\. |\n/);
  const [, name] = /^Unknown option '--([^']+)'/.exec(sentence) ?? [];
  const meant = name === undefined ? '' : didYouMean(name, options).replace(/"(.+)"/, '--$1');
  return `${sentence.replace(/\.$/, '')}${meant === '' ? '.' : meant}`;
};

/** Secrets and addresses of a `.env` beside the configuration; what the environment has already stays. */
const readEnvironment = (config: string) => {
  const path = join(dirname(config), '.env');
  if (existsSync(path)) loadEnvFile(path);
};

/** Runs one command line. What goes wrong is one sentence on standard error and an exit code; only a bug is thrown. */
export const main = async (args: readonly string[], streams: Pick<Invocation, 'out' | 'err'>): Promise<number> => {
  const [name = '', ...rest] = args;
  const answer = asked(args[0], rest[0]);
  if (answer !== undefined) {
    streams.out(answer.text);
    return answer.code;
  }
  const row = rowOf(name);
  if (row === undefined) {
    const what = name.startsWith('-')
      ? `the command comes first, before ${name}`
      : `there is no command "${name}"${didYouMean(name, Object.keys(commands))}`;
    streams.err(`caudal: ${what}${what.endsWith('?') ? '' : ';'} "caudal --help" lists them.`);
    return exitCodes.usage;
  }
  const options = {
    ...row.options,
    config: { type: 'string', default: './caudal.config.ts' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  let parsed;
  try {
    parsed = parseArgs({ args: rest, options, allowPositionals: row.words !== undefined });
  } catch (thrown) {
    streams.err(`caudal ${name}: ${whyNot(thrown as Error, Object.keys(options))}`);
    return exitCodes.usage;
  }
  const values = parsed.values as Invocation['values'];
  if (values['help'] === true) {
    streams.out(usageOf(name, row));
    return exitCodes.ok;
  }
  try {
    readEnvironment(values['config'] as string);
    const command = await row.load();
    return await command.run({ values, words: parsed.positionals, ...streams });
  } catch (thrown) {
    if (!isCaudalError(thrown)) throw thrown;
    streams.err(`caudal ${name}: ${thrown.message}`);
    if (isDamage(thrown)) return exitCodes.damaged;
    if (isNewer(thrown)) return exitCodes.newer;
    return / is in use by /.test(thrown.message) ? exitCodes.locked : exitCodes.failed;
  }
};
