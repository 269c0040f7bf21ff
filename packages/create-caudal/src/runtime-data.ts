import type { NotifierAdapter, ProviderAdapter, TargetAdapter } from './adapters.ts';

type Named<A> = readonly (readonly [name: string, adapter: A])[];

const indented = (lines: readonly string[], by: number): string[] => lines.map((line) => ' '.repeat(by) + line);

/** One entry of a YAML list; the first line carries the dash. */
const entry = (first: string, rest: readonly string[]): string[] => [`  - ${first}`, ...indented(rest, 4)];

const section = (name: string, entries: readonly string[][]): string[] =>
  entries.length === 0 ? [] : [`${name}:`, ...entries.flat(), ''];

const point = (id: string) =>
  entry(`id: ${id}`, [
    `name: Pozo de ejemplo (${id})`,
    'kind: well',
    'series:',
    '  total: { intervalMinutes: 60 }',
    '  flow: { intervalMinutes: 60 }',
    '  level: { intervalMinutes: 60 }',
  ]);

const meter = (id: string) =>
  entry(`id: ${id}-meter`, [`series: ${id}/total`, 'step: 0.1', 'pulses: { litersPerPulse: 100 }']);

const bindings = (id: string, { variables }: ProviderAdapter): string[][] => {
  const logger = `${id}-logger`;
  const name = (text: string) => (/^[a-z][a-z0-9_-]*$/i.test(text) ? text : `'${text}'`);
  return [
    [`  - { device: ${logger}, variable: ${name(variables.total)}, series: ${id}/total, unit: pulses }`],
    [`  - { device: ${logger}, variable: ${name(variables.flow)}, series: ${id}/flow, unit: L/s }`],
    entry(`device: ${logger}`, [
      `variable: ${name(variables.level)}`,
      `series: ${id}/level`,
      'unit: m',
      'level: { convention: depth, sensorDepthM: 45 }',
    ]),
  ];
};

/** Everything about the water and the people: one invented point, meter and device for each vendor, and who is told. */
export const dataFile = (
  vendors: Named<ProviderAdapter>,
  regulators: Named<TargetAdapter>,
  channels: Named<NotifierAdapter>,
): string => {
  const wells = vendors.map(([name, adapter], index) => ({ id: index === 0 ? 'well' : `well-${name}`, name, adapter }));
  const addresses = channels.map(([name, { address }]) => `${name}: ${address}`).join(', ');
  const people =
    channels.length === 0
      ? []
      : [entry('id: operator', ['name: Operadora de ejemplo', 'language: es', `addresses: { ${addresses} }`])];
  const names = channels.map(([name]) => name).join(', ');
  return [
    '# Points, devices, bindings, meters, obligations, people and subscriptions. All files of this folder are read as one.',
    ...section(
      'points',
      wells.map(({ id }) => point(id)),
    ),
    ...section(
      'meters',
      wells.map(({ id }) => meter(id)),
    ),
    ...section(
      'devices',
      wells.map(({ id, name, adapter }) => entry(`id: ${id}-logger`, [`provider: ${name}`, ...adapter.device])),
    ),
    ...section(
      'bindings',
      wells.flatMap(({ id, adapter }) => bindings(id, adapter)),
    ),
    ...section(
      'obligations',
      wells.length === 0
        ? []
        : regulators.map(([name, { obligation }]) =>
            entry(`id: ${name}-well`, [
              `target: ${name}`,
              ...obligation.map((line) => line.replaceAll('{point}', 'well')),
            ]),
          ),
    ),
    ...section('people', people),
    ...section(
      'subscriptions',
      people.length === 0 ? [] : [[`  - { person: operator, events: ['*'], channels: [${names}] }`]],
    ),
  ].join('\n');
};
