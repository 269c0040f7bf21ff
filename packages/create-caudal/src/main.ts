import { join, relative, resolve } from 'node:path';
import { type Arguments, readArguments, usage } from './arguments.ts';
import { alreadyThere, writeFiles } from './files.ts';
import { pluginProject } from './plugin-project.ts';
import { type Answers, askFor, Cancelled } from './questions.ts';
import { runtimeProject } from './runtime-project.ts';
import { version } from './versions.ts';

/** Where output goes, and whether a person can be asked. */
export interface Terminal {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  readonly interactive: boolean;
}

export const exitCodes = { ok: 0, failed: 1, usage: 2, cancelled: 130 } as const;

const next = ({ kind }: Answers): readonly string[] =>
  kind === 'runtime'
    ? ['npm install', 'cp .env.example .env', 'npx caudal validate', 'npx caudal run']
    : ['npm install', 'npm test', 'npm run build'];

/** Runs one command line. What goes wrong is one sentence on standard error and an exit code. */
export const main = async (args: readonly string[], { out, err, interactive }: Terminal): Promise<number> => {
  let given: Arguments;
  let answers: Answers;
  try {
    given = readArguments(args);
    if (given.help) out(usage);
    if (given.version) out(version);
    if (given.help || given.version) return exitCodes.ok;
    answers = await askFor(given, interactive);
  } catch (thrown) {
    if (thrown instanceof Cancelled) return exitCodes.cancelled;
    err(`create-caudal: ${(thrown as Error).message}`);
    return exitCodes.usage;
  }
  const folder = resolve(answers.folder);
  const files = answers.kind === 'runtime' ? runtimeProject(answers.runtime) : pluginProject(answers.plugin);
  const there = alreadyThere(folder, files);
  const shown = relative(process.cwd(), folder) || '.';
  if (there.length > 0) {
    err(
      `create-caudal: nothing was written, because there is already ${there.map((path) => join(shown, path)).join(', ')}.`,
    );
    return exitCodes.failed;
  }
  try {
    writeFiles(folder, files);
  } catch (thrown) {
    err(`create-caudal: ${folder} can not be written to: ${(thrown as Error).message}`);
    return exitCodes.failed;
  }
  for (const path of files.keys()) out(join(shown, path));
  out(
    ['', 'Next:', ...(shown === '.' ? [] : [`  cd ${shown}`]), ...next(answers).map((line) => `  ${line}`)].join('\n'),
  );
  return exitCodes.ok;
};
