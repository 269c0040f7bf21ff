import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const folder = fileURLToPath(new URL('../../../../examples/docker', import.meta.url));
export const text = (path: string) => readFileSync(join(folder, path), 'utf8');

export interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly secrets?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly networks?: readonly string[];
  readonly stop_grace_period?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
}

export interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, { readonly file: string }>>;
  readonly networks?: Readonly<Record<string, { readonly ipam?: { readonly config: readonly { subnet: string }[] } }>>;
}

export const composeFiles = ['compose.yaml', 'compose.production.yaml'] as const;
export const compose = (file: string) => parse(text(file)) as Compose;

export interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** The instructions of the Dockerfile, lines that go on joined. */
export const instructions: readonly Instruction[] = text('app/Dockerfile')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => {
    const space = line.indexOf(' ');
    return { name: line.slice(0, space), rest: line.slice(space + 1) };
  });

const lastOf = (name: string): string => instructions.findLast((one) => one.name === name)?.rest ?? '';

/** A command in the exec form: a list of its words. */
const wordsOf = (rest: string): readonly string[] => JSON.parse(rest.slice(rest.indexOf('['))) as string[];

/** What the image says itself. */
export const image = {
  command: wordsOf(lastOf('CMD')),
  healthcheck: wordsOf(lastOf('HEALTHCHECK')),
  user: lastOf('USER'),
  environment: Object.fromEntries(
    instructions
      .filter(({ name }) => name === 'ENV')
      .flatMap(({ rest }) => rest.split(' '))
      .map((pair) => pair.split('=', 2) as [string, string]),
  ),
};
