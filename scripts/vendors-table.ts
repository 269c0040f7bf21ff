import type { Limit, ProviderCapabilities } from '../packages/core/src/index.ts';
import { httpDefinition, presets } from '../packages/provider-http/src/index.ts';
import { manualDefinition } from '../packages/provider-manual/src/index.ts';
import { mqttDefinition } from '../packages/provider-mqtt/src/index.ts';
import { nettraDefinition as nettraThethings } from '../packages/provider-nettra/src/thethings.ts';
import { nettraDefinition as nettraThingsboard } from '../packages/provider-nettra/src/thingsboard.ts';
import { novusDefinition } from '../packages/provider-novus/src/index.ts';
import { tagoDefinition } from '../packages/provider-tago/src/index.ts';
import { tdataDefinition } from '../packages/provider-tdata/src/index.ts';
import { thethingsDefinition } from '../packages/provider-thethings/src/index.ts';
import { thingsboardDefinition } from '../packages/provider-thingsboard/src/index.ts';
import { thingsioDefinition } from '../packages/provider-thingsio/src/index.ts';
import { twinDefinition } from '../packages/provider-twin/src/index.ts';

/** With everything switched on that a configuration can switch on. */
const stream = { subscribe: {} };

/** Vendor as people know it, its package, and its definition. */
const vendors: readonly (readonly [
  name: string,
  entry: string,
  definition: { readonly capabilities: ProviderCapabilities },
])[] = [
  ['TagoIO', 'provider-tago', tagoDefinition()],
  ['NOVUS', 'provider-novus', novusDefinition()],
  ['ThingsBoard', 'provider-thingsboard', thingsboardDefinition(stream)],
  ['T>Data', 'provider-tdata', tdataDefinition(stream)],
  ['Twin Dimension', 'provider-twin', twinDefinition(stream)],
  ['thethings.iO', 'provider-thethings', thethingsDefinition()],
  ['ThingsIO', 'provider-thingsio', thingsioDefinition()],
  ['Nettra over thethings.iO', 'provider-nettra/thethings', nettraThethings()],
  ['Nettra’s own cloud', 'provider-nettra/thingsboard', nettraThingsboard(stream)],
  [
    'by configuration, here TagoIO’s preset',
    'provider-http',
    httpDefinition({
      ...presets.tagoio,
      ...presets.tagoioPush,
      baseUrl: 'https://api.example.com',
      secrets: { push: 'env:PUSH_SECRET' },
    }),
  ],
  ['MQTT devices and brokers', 'provider-mqtt', mqttDefinition],
  ['people, CSV files', 'provider-manual', manualDefinition],
];

const none = '–';
const yes = (is: unknown, text = 'yes') => (is === undefined || is === false ? none : text);

const limitText = ({ requests, perMs, per, clockAligned = false }: Limit) =>
  `${requests} requests / ${perMs / 1000} s per ${per}${clockAligned ? ', clock-aligned' : ''}`;

const discovered = ({ discover }: ProviderCapabilities) =>
  discover === undefined
    ? none
    : (['devices', 'variables'] as const).filter((kind) => discover[kind]).join(', ') || none;

const cells = ({ pull, subscribe, webhook, manual, limits, ...rest }: ProviderCapabilities): readonly string[] => [
  yes(pull),
  yes(pull?.range === true && pull.by === 'time'),
  yes(subscribe, `one per ${subscribe?.per}`),
  yes(webhook),
  yes(manual),
  discovered({ limits, ...rest }),
  pull === undefined
    ? none
    : `one ${pull.scope}${(pull.maxVariables ?? 1) > 1 ? `, ${pull.maxVariables} variables` : ''}, ${pull.maxLimit} readings`,
  pull === undefined ? none : limits.length === 0 ? 'none known' : limits.map(limitText).join('; '),
];

const header = [
  'vendor',
  'package',
  'latest',
  'range',
  'stream',
  'webhook',
  'by hand',
  'discovers',
  'one request',
  'limits',
];

/** The capabilities that the definitions state, as a Markdown table. */
const vendorsTable = (): string => {
  const rows = vendors.map(([name, entry, { capabilities }]) => [
    name,
    `[\`${entry}\`](../packages/${entry.split('/')[0]})`,
    ...cells(capabilities),
  ]);
  const widths = header.map((title, column) =>
    Math.max(...[header, ...rows].map((row) => row[column]?.length ?? title.length)),
  );
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(header), line(widths.map((length) => '-'.repeat(length))), ...rows.map(line)].join('\n');
};

const marked = /<!-- caudal:vendors -->[\s\S]*?<!-- \/caudal -->/;

/** The page with its table written anew; everything else stays. */
export const withVendorsTable = (page: string): string =>
  page.replace(marked, () => `<!-- caudal:vendors -->\n\n${vendorsTable()}\n\n<!-- /caudal -->`);
