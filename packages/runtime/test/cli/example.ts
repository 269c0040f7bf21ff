const config = `import { dga } from '@caudal/compliance-dga';
import { email } from '@caudal/notifier-email';
import { tago } from '@caudal/provider-tago';
import { defineRuntime } from '@caudal/runtime';

export default defineRuntime({
  providers: {
    // The name is yours, and what the database refers to: renaming it starts anew.
    tago: tago({ region: 'us-e1' }),
  },
  targets: {
    dga: dga({ rutEmpresa: '77555666-8' }),
  },
  notifiers: {
    mail: email({
      host: 'smtp.example.org',
      user: 'caudal',
      password: 'env:SMTP_PASSWORD',
      from: 'caudal@example.org',
    }),
  },
});
`;

const data = `# Points, devices, bindings, meters, obligations, people and subscriptions. All files of this folder are read as one.
points:
  - id: well
    name: Pozo de ejemplo
    kind: well
    code: OB-0101-114
    series:
      total: { intervalMinutes: 60 }
      flow: { intervalMinutes: 60 }
      level: { intervalMinutes: 60 }

meters:
  - id: well-meter
    series: well/total
    step: 0.1
    pulses: { litersPerPulse: 100 }

devices:
  - id: logger
    provider: tago
    externalId: '000000000000000000000001'
    credential: env:TAGO_TOKEN_LOGGER

bindings:
  - { device: logger, variable: pulses, series: well/total, unit: pulses }
  - { device: logger, variable: flow, series: well/flow, unit: L/s }
  - device: logger
    variable: column
    series: well/level
    unit: m
    level: { convention: depth, sensorDepthM: 45 }

obligations:
  - id: dga-well
    target: dga
    work:
      code: OB-0101-114
      settings:
        variant: subterranea
        informant: { rut: 20999888-2, password: 'env:DGA_PASSWORD' }
    standard: MAYOR
    from: 2026-01-01T00:00:00-04:00
    members:
      caudal: { series: well/flow }
      totalizador: { series: well/total }
      nivelFreaticoDelPozo: { series: well/level }

people:
  - id: operator
    name: Operadora de ejemplo
    language: es
    addresses: { mail: { email: operadora@example.org } }

subscriptions:
  - { person: operator, events: ['*'], channels: [mail] }
`;

const environment = `# Copy to .env and fill in. Keep .env out of version control.
TAGO_TOKEN_LOGGER=
DGA_PASSWORD=
SMTP_PASSWORD=
`;

const readme = `# Water telemetry with Caudal

\`\`\`sh
npm init -y && npm pkg set type=module
npm install @caudal/runtime @caudal/core @caudal/provider-tago @caudal/compliance-dga @caudal/notifier-email
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

/** A small project, as `npm create caudal` writes one, by path. */
export const example: Readonly<Record<string, string>> = {
  'caudal.config.ts': config,
  'data/example.yaml': data,
  '.env.example': environment,
  'README.md': readme,
};
