import { parseArgs } from 'node:util';
import { isCaudalError } from '@caudal/core';
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
    '',
    `exit codes: ${exitCodes.ok} done, ${exitCodes.failed} something failed, ${exitCodes.usage} wrong usage, ${exitCodes.locked} another process holds the database`,
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

/** Runs one command line. Never throws: what goes wrong is one sentence on standard error and an exit code. */
export const main = async (args: readonly string[], streams: Pick<Invocation, 'out' | 'err'>): Promise<number> => {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === 'help' || name === '-h') {
    streams.out(usage());
    return name === undefined ? exitCodes.usage : exitCodes.ok;
  }
  const row = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (row === undefined) {
    streams.err(`caudal: there is no command "${name}"; "caudal --help" lists them.`);
    return exitCodes.usage;
  }
  let parsed;
  try {
    parsed = parseArgs({
      args: [...rest],
      options: { ...row.options, config: { type: 'string', default: './caudal.config.ts' }, help: { type: 'boolean' } },
      allowPositionals: row.words !== undefined,
    });
  } catch (thrown) {
    streams.err(`caudal ${name}: ${(thrown as Error).message.split('. ')[0]}.`);
    return exitCodes.usage;
  }
  const values = parsed.values as Invocation['values'];
  if (values['help'] === true) {
    streams.out(usageOf(name, row));
    return exitCodes.ok;
  }
  try {
    const command = await row.load();
    return await command.run({ values, words: parsed.positionals, ...streams });
  } catch (thrown) {
    if (!isCaudalError(thrown)) throw thrown;
    streams.err(`caudal ${name}: ${thrown.message}`);
    return /another process|already held|holds the database/i.test(thrown.message)
      ? exitCodes.locked
      : exitCodes.failed;
  }
};
