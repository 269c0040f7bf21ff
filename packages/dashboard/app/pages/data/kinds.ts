import type { DataSchemas } from '@caudal/client';
import { matches, type Schema, type Value } from '../../schema-form/schema.ts';
import type { Path } from '../../schema-form/path.ts';

/** Kinds of data that people keep, in the order in which they are begun. */
export const kinds = [
  'points',
  'devices',
  'bindings',
  'meters',
  'owners',
  'sources',
  'obligations',
  'people',
  'subscriptions',
  'maintenance',
  'schemas',
  'corrections',
] as const;
export type Kind = (typeof kinds)[number];

export const isKind = (name: string | undefined): name is Kind => (kinds as readonly string[]).includes(name ?? '');

/** Names that help to fill in a field. */
export type Names = Readonly<
  Record<'points' | 'series' | 'devices' | 'owners' | 'sources' | 'people', readonly string[]>
>;

type Lookup = (names: Names, plugins: DataSchemas['plugins'], content: Value) => readonly string[];

const targetOf = ({ plugins }: Pick<DataSchemas, 'plugins'>, content: Value) =>
  plugins.targets[String(content['target'])];
const variableNames = [
  'level',
  'flow',
  'averageFlow',
  'total',
  'volume',
  'temperature',
  'pressure',
  'ph',
  'conductivity',
  'turbidity',
];

/** Where which names are known; `*` is any key or index. */
const lookups: readonly (readonly [kind: Kind, place: string, Lookup])[] = [
  ['points', 'owner', ({ owners }) => owners],
  ['points', 'series.*', () => variableNames],
  ['points', 'rules.*', (_, { rules }) => Object.keys(rules)],
  ['devices', 'provider', (_, { providers }) => Object.keys(providers)],
  ['bindings', 'device', ({ devices }) => devices],
  ['bindings', 'series', ({ series }) => series],
  ['meters', 'series', ({ series }) => series],
  ['corrections', 'series', ({ series }) => series],
  ['sources', 'target', (_, { targets }) => Object.keys(targets)],
  ['sources', 'owner', ({ owners }) => owners],
  ['obligations', 'source', ({ sources }) => sources],
  ['obligations', 'target', (_, { targets }) => Object.keys(targets)],
  ['obligations', 'standard', (_, plugins, content) => targetOf({ plugins }, content)?.standards ?? []],
  ['obligations', 'members.*', (_, plugins, content) => targetOf({ plugins }, content)?.parameters ?? []],
  ['obligations', 'members.*.series', ({ series }) => series],
  ['subscriptions', 'person', ({ people }) => people],
  ['subscriptions', 'points.*', ({ points }) => points],
  ['subscriptions', 'owners.*', ({ owners }) => owners],
  ['subscriptions', 'channels.*', (_, { notifiers }) => Object.keys(notifiers)],
  ['people', 'addresses.*', (_, { notifiers }) => Object.keys(notifiers)],
  ['maintenance', 'scope.point', ({ points }) => points],
  ['maintenance', 'scope.device', ({ devices }) => devices],
  ['maintenance', 'scope.provider', (_, { providers }) => Object.keys(providers)],
  ['maintenance', 'scope.target', (_, { targets }) => Object.keys(targets)],
  ['schemas', 'points.*', ({ points }) => points],
];

export const choicesOf =
  (kind: Kind, names: Names, plugins: DataSchemas['plugins'], content: Value) =>
  (path: Path): readonly string[] | undefined =>
    lookups.find(([own, place]) => own === kind && matches(place, path))?.[2](names, plugins, content);

const withProperties = (schema: Schema, change: Readonly<Record<string, Schema | undefined>>): Schema => ({
  ...schema,
  properties: {
    ...schema.properties,
    ...Object.fromEntries(Object.entries(change).flatMap(([key, one]) => (one === undefined ? [] : [[key, one]]))),
  },
});

const mapOf = (schema: Schema | undefined, additionalProperties: Schema): Schema => ({
  type: 'object',
  ...(schema?.description === undefined ? {} : { description: schema.description }),
  additionalProperties,
});

/** The schema of a kind with what the plugin that the content names wants in it. */
export const schemaFor = (kind: Kind, { kinds: all, plugins }: DataSchemas, content: Value): Schema => {
  const schema = (all[kind] ?? {}) as Schema;
  const { properties = {} } = schema;
  if (kind === 'devices') {
    const provider = plugins.providers[String(content['provider'])];
    if (provider === undefined) return schema;
    return withProperties(schema, {
      settings: provider.device,
      variables: mapOf(properties['variables'], provider.variable),
    });
  }
  if (kind === 'obligations') {
    const target = targetOf({ plugins }, content);
    const member = Object.values(properties['members']?.patternProperties ?? {})[0];
    if (target === undefined || member === undefined) return schema;
    return withProperties(schema, {
      work: withProperties(properties['work'] ?? {}, { settings: target.work }),
      members: mapOf(properties['members'], withProperties(member, { settings: target.member })),
    });
  }
  if (kind === 'people')
    return withProperties(schema, {
      addresses: {
        ...(properties['addresses']?.description === undefined
          ? {}
          : { description: properties['addresses'].description }),
        type: 'object',
        properties: Object.fromEntries(
          Object.entries(plugins.notifiers).map(([name, { address }]) => [name, address as Schema]),
        ),
      },
    });
  if (kind === 'points')
    return withProperties(schema, {
      rules: {
        type: 'object',
        ...(properties['rules']?.description === undefined ? {} : { description: properties['rules'].description }),
        properties: Object.fromEntries(
          Object.entries(plugins.rules).map(([name, { params }]) => [
            name,
            { anyOf: [{ const: false }, { type: 'object', ...(params as Schema) }] },
          ]),
        ),
      },
    });
  return schema;
};
