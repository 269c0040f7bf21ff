import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const node = join(root, 'node_modules', '.bin', 'node');
const bin = join(root, 'packages', 'runtime', 'src', 'bin.ts');

const installed = [
  'core',
  'http',
  'runtime',
  'testkit',
  'provider-manual',
  'provider-tago',
  'compliance-dga',
  'notifier-email',
];

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A folder as a user has it: the packages are installed, nothing else is there. */
export const createProject = (files: Readonly<Record<string, string>> = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'caudal-cli-'));
  mkdirSync(join(folder, 'node_modules', '@caudal'), { recursive: true });
  for (const name of installed) {
    symlinkSync(join(root, 'packages', name), join(folder, 'node_modules', '@caudal', name));
  }
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  write('package.json', '{ "type": "module", "private": true }');
  for (const [path, content] of Object.entries(files)) write(path, content);
  return {
    folder,
    write,
    /** Runs the command line as its own process, with nothing of this one's environment but where programs are. */
    caudal: (
      args: readonly string[],
      options: {
        env?: NodeJS.ProcessEnv;
        cwd?: string;
        input?: string;
        /** A program and its arguments that starts it. */
        through?: readonly string[];
      } = {},
    ) =>
      new Promise<Ended>((resolve) => {
        const [program, ...rest] = [...(options.through ?? []), node, '--conditions=@caudal/source', bin, ...args];
        const child = execFile(
          program as string,
          rest,
          { cwd: options.cwd ?? folder, env: { PATH: process.env['PATH'], ...options.env } },
          (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code), out, err }),
        );
        child.stdin?.end(options.input ?? '');
      }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};

export type Project = ReturnType<typeof createProject>;
