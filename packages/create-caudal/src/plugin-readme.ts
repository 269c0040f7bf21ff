import type { PluginKind } from './kinds.ts';

interface Words {
  readonly what: string;
  readonly use: string;
  /** Schemas beside the configuration, with a heading for their table. */
  readonly tables: Readonly<Record<string, string>>;
}

const caudal = '[Caudal](https://www.npmjs.com/package/@caudal/runtime)';

const words: Readonly<Record<PluginKind, Words>> = {
  provider: {
    what: `Readings of Acme loggers for ${caudal}.`,
    use: `providers: { 'acme-id': acme({ baseUrl: 'https://api.acme.example', token: 'env:ACME_TOKEN' }) },`,
    tables: { device: 'Settings of a device', variable: 'Settings of a variable' },
  },
  rule: {
    what: `A rule for ${caudal}: values above a limit, and values that stand still.`,
    use: `rules: [{ rule: acme(), params: { most: 100 }, roles: { value: 'level' } }],`,
    tables: { params: 'Parameters' },
  },
  compliance: {
    what: `Reports to the Acme authority with ${caudal}.`,
    use: `targets: { 'acme-id': acme({ baseUrl: 'https://api.acme.example' }) },`,
    tables: { work: 'Settings of a work', member: 'Settings of a member' },
  },
  notifier: {
    what: `Messages of ${caudal} through Acme.`,
    use: `notifiers: { 'acme-id': acme({ baseUrl: 'https://api.acme.example', token: 'env:ACME_TOKEN' }) },`,
    tables: { address: 'Address of a person' },
  },
};

const table = (schema: string) => `<!-- caudal:${schema} -->\n\n<!-- /caudal -->`;

/** The README of a new plugin. Its tables are written from the schemas, by the conformance test in update mode. */
export const readmeOf = (kind: PluginKind): string => {
  const { what, use, tables } = words[kind];
  const more = Object.entries(tables).map(([schema, heading]) => `\n### ${heading}\n\n${table(schema)}\n`);
  return `# acme-package

${what}

\`\`\`sh
npm install acme-package @caudal/core
\`\`\`

\`\`\`ts
// caudal.config.ts
import { acme } from 'acme-package';
import { defineRuntime } from '@caudal/runtime';

export default defineRuntime({
  ${use}
});
\`\`\`

## Configuration

${table('config')}
${more.join('')}
## Development

\`\`\`sh
npm install
npm test                # conformance: no credentials, no network but loopback
npm run check           # types
npm run build
\`\`\`

\`CAUDAL_CASES=update npm test\` writes the tables above, \`test/schema.json\` and the expected results of new case folders. Look at what
changed before you commit it.

What goes wrong in the field becomes a folder under \`test/cases\`: configuration, recorded bytes, expected result.
`;
};
