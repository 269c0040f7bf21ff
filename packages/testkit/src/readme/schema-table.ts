import type { JsonSchema } from '@caudal/core';

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A constant as a reader writes it in a configuration. */
const literal = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

const bounds: Readonly<Record<string, string>> = {
  minimum: '≥',
  maximum: '≤',
  exclusiveMinimum: '>',
  exclusiveMaximum: '<',
};

const boundsOf = (schema: JsonSchema): string =>
  Object.entries(bounds)
    .filter(([keyword]) => typeof schema[keyword] === 'number')
    .map(([keyword, sign]) => ` ${sign} ${String(schema[keyword])}`)
    .join(',');

/** What a value of the schema looks like, in a few words. */
const kindOf = (schema: JsonSchema): string => {
  if (schema['secret'] === true) return 'secret';
  if ('const' in schema) return literal(schema['const']);
  if (Array.isArray(schema['enum'])) return schema['enum'].map(literal).join(', ');
  for (const keyword of ['anyOf', 'oneOf']) {
    const choices = schema[keyword];
    if (Array.isArray(choices)) return [...new Set(choices.filter(isSchema).map(kindOf))].join(', ');
  }
  if (isSchema(schema['items'])) return `list of ${kindOf(schema['items'])}`;
  if (isSchema(schema['additionalProperties'])) return `map of ${kindOf(schema['additionalProperties'])}`;
  if (isSchema(schema['patternProperties'])) {
    return `map of ${Object.values(schema['patternProperties']).filter(isSchema).map(kindOf).join(', ')}`;
  }
  const type = schema['type'];
  return `${Array.isArray(type) ? type.join(' or ') : typeof type === 'string' ? type : 'any'}${boundsOf(schema)}`;
};

interface Row {
  readonly name: string;
  /** One schema for each choice of the object around it. */
  readonly schemas: readonly JsonSchema[];
  /** In whichever choice. */
  readonly required: boolean;
}

/** Where the named properties of a value stand: in the object itself, or in the items of a list or map of objects. */
const insides = (schema: JsonSchema): readonly (readonly [suffix: string, inside: JsonSchema])[] => {
  const lists = [schema['items'], schema['additionalProperties']].filter(isSchema);
  const maps = isSchema(schema['patternProperties']) ? Object.values(schema['patternProperties']).filter(isSchema) : [];
  const choices = ['anyOf', 'oneOf', 'allOf'].flatMap((keyword) =>
    Array.isArray(schema[keyword]) ? schema[keyword].filter(isSchema) : [],
  );
  return [
    ...(isSchema(schema['properties']) ? [['', schema] as const] : []),
    ...[...lists, ...maps].flatMap((item) => insides(item).map(([, inside]) => ['[]', inside] as const)),
    ...choices.flatMap(insides),
  ];
};

const rowsOf = (schema: JsonSchema, above = ''): Row[] => {
  const inside = insides(schema);
  const found = new Map<string, { schemas: JsonSchema[]; required: number }>();
  for (const [suffix, object] of inside) {
    const required = Array.isArray(object['required']) ? (object['required'] as string[]) : [];
    for (const [key, property] of Object.entries((object['properties'] ?? {}) as Record<string, unknown>)) {
      if (!isSchema(property)) continue;
      const name = `${above}${suffix}${above === '' ? '' : '.'}${key}`;
      const row = found.get(name) ?? { schemas: [], required: 0 };
      row.schemas.push(property);
      row.required += required.includes(key) ? 1 : 0;
      found.set(name, row);
    }
  }
  return [...found].flatMap(([name, { schemas, required }]) => [
    { name, schemas, required: required === inside.length },
    ...merged(schemas.flatMap((one) => rowsOf(one, name))),
  ]);
};

/** Rows of one name, from several choices, as one. */
const merged = (rows: readonly Row[]): Row[] => {
  const byName = new Map<string, Row>();
  for (const row of rows) {
    const before = byName.get(row.name);
    byName.set(row.name, {
      name: row.name,
      schemas: [...(before?.schemas ?? []), ...row.schemas],
      required: (before?.required ?? true) && row.required,
    });
  }
  return [...byName.values()];
};

const cell = (text: string) => text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').trim();

const firstOf = (schemas: readonly JsonSchema[], keyword: string): unknown =>
  schemas.find((schema) => keyword in schema)?.[keyword];

const cellsOf = ({ name, schemas, required }: Row): readonly string[] => {
  const [preset, description] = [firstOf(schemas, 'default'), firstOf(schemas, 'description')];
  return [
    `\`${name}\``,
    [...new Set(schemas.map(kindOf))].join(', '),
    preset === undefined ? (required ? 'required' : '–') : literal(preset),
    typeof description === 'string' ? description : '',
  ];
};

/**
 * The settings that a JSON Schema describes, as a Markdown table with a row for each property, nested ones by their path
 * (`webhook.secret`, `members[].name`). One sentence when there are none.
 */
export const schemaTable = (schema: JsonSchema): string => {
  const rows = rowsOf(schema).map((row) => cellsOf(row).map(cell));
  if (rows.length === 0) return 'No settings.';
  const table = [['option', 'type', 'default', 'meaning'], ...rows];
  const widths = (table[0] as string[]).map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [
    line(table[0] as string[]),
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...table.slice(1).map(line),
  ].join('\n');
};
