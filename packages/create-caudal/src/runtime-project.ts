import { type Adapter, notifiers, providers, targets } from './adapters.ts';
import { dataFile } from './runtime-data.ts';
import type { Files } from './files.ts';
import { rangeOf } from './versions.ts';

export interface RuntimeAnswers {
  /** Of the npm package that the project is. */
  readonly name: string;
  /** Names of {@link providers}, {@link targets} and {@link notifiers}. */
  readonly providers: readonly string[];
  readonly targets: readonly string[];
  readonly notifiers: readonly string[];
}

type Chosen = readonly (readonly [name: string, adapter: Adapter])[];

const chosen = <A extends Adapter>(table: Readonly<Record<string, A>>, names: readonly string[]) =>
  names.flatMap((name): (readonly [string, A])[] => {
    const adapter = table[name];
    return adapter === undefined ? [] : [[name, adapter]];
  });

const section = (name: string, entries: Chosen, comment?: string): string[] =>
  entries.length === 0
    ? []
    : [
        `  ${name}: {`,
        ...(comment === undefined ? [] : [`    // ${comment}`]),
        ...entries.map(([key, { factory, as = factory, config }]) => `    ${key}: ${as}(${config}),`),
        '  },',
      ];

const configFile = (vendors: Chosen, regulators: Chosen, channels: Chosen): string => {
  const imports = [...vendors, ...regulators, ...channels].map(
    ([, { factory, as, also = [], from }]) =>
      `import { ${[as === undefined ? factory : `${factory} as ${as}`, ...also].join(', ')} } from '${from}';`,
  );
  return [
    ...[...new Set([...imports, `import { defineRuntime } from '@caudal/runtime';`])].toSorted(),
    '',
    'export default defineRuntime({',
    ...section('providers', vendors, 'The names are yours, and what the database refers to: renaming one starts anew.'),
    ...section('targets', regulators),
    ...section('notifiers', channels),
    '});',
    '',
  ].join('\n');
};

const packageOf = (from: string) => from.split('/', 2).join('/');

const manifestFile = (name: string, adapters: Chosen): string => {
  const packages = [
    '@caudal/core',
    '@caudal/dashboard',
    '@caudal/runtime',
    ...adapters.map(([, { from }]) => packageOf(from)),
  ];
  const dependencies = Object.fromEntries([...new Set(packages)].toSorted().map((one) => [one, rangeOf(one)]));
  const scripts = { validate: 'caudal validate', check: 'caudal check', start: 'caudal run', status: 'caudal status' };
  const engines = { node: '>=22.23 <23 || >=24.15' };
  return `${JSON.stringify({ name, private: true, type: 'module', scripts, dependencies, engines }, null, 2)}\n`;
};

const environmentFile = (adapters: Chosen): string =>
  [
    '# Copy to .env and fill in. Keep .env out of version control.',
    ...new Set(adapters.flatMap(([, { environment = [] }]) => environment.map((name) => `${name}=`))),
    '',
  ].join('\n');

const readmeFile = `# Water telemetry with Caudal

\`\`\`sh
npm install
cp .env.example .env    # and fill it in
npx caudal validate     # names every mistake, with its line
npx caudal check        # tries the credentials; sends nothing
npx caudal run
\`\`\`

- \`caudal.config.ts\`: vendors, regulators and channels, as plugins under names of your own.
- \`data/\`: points, devices, bindings, meters, obligations and people, as YAML. Everything in the example is invented.
- \`.env\`: the secrets that the two refer to as \`env:NAME\`.

\`npx caudal --help\` lists all commands.
`;

/** The files of a runtime project with the chosen adapters and an example point for each vendor. */
export const runtimeProject = (answers: RuntimeAnswers): Files => {
  const vendors = chosen(providers, answers.providers);
  const regulators = chosen(targets, answers.targets);
  const channels = chosen(notifiers, answers.notifiers);
  const all: Chosen = [...vendors, ...regulators, ...channels];
  return new Map([
    ['package.json', manifestFile(answers.name, all)],
    ['caudal.config.ts', configFile(vendors, regulators, channels)],
    ['data/example.yaml', dataFile(vendors, regulators, channels)],
    ['.env.example', environmentFile(all)],
    ['.gitignore', 'node_modules\n.env\ncaudal.db*\ncaudal*.log*\n'],
    ['README.md', readmeFile],
  ]);
};
