/** TypeScript of an OpenAPI document's schemas and operations: what packages/client is generated from. */

type Schema = Readonly<Record<string, unknown>>;

const identifier = /^[A-Za-z_$][\w$]*$/;
const property = (name: string) => (identifier.test(name) ? name : JSON.stringify(name));
const lastOf = (reference: string) => reference.slice(reference.lastIndexOf('/') + 1);

const objectOf = (schema: Schema): string => {
  const required = (schema['required'] ?? []) as readonly string[];
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>);
  if (properties.length > 0)
    return `{ ${properties
      .map(([name, one]) => `readonly ${property(name)}${required.includes(name) ? '' : '?'}: ${typeOf(one)}`)
      .join('; ')} }`;
  const [any] = Object.values((schema['patternProperties'] ?? {}) as Record<string, Schema>);
  const value = any ?? schema['additionalProperties'];
  return typeof value === 'object' && value !== null
    ? `Readonly<Record<string, ${typeOf(value as Schema)}>>`
    : 'Readonly<Record<string, unknown>>';
};

const byType: Readonly<Record<string, (schema: Schema) => string>> = {
  string: () => 'string',
  integer: () => 'number',
  number: () => 'number',
  boolean: () => 'boolean',
  null: () => 'null',
  array: (schema) => `readonly (${typeOf((schema['items'] ?? {}) as Schema)})[]`,
  object: objectOf,
};

const typeOf = (schema: Schema): string => {
  if (typeof schema['$ref'] === 'string') return lastOf(schema['$ref']);
  if (schema['const'] !== undefined) return JSON.stringify(schema['const']);
  if (Array.isArray(schema['enum'])) return schema['enum'].map((one) => JSON.stringify(one)).join(' | ');
  if (Array.isArray(schema['anyOf'])) {
    const types = (schema['anyOf'] as Schema[]).map(typeOf);
    return types.includes('unknown') ? 'unknown' : types.join(' | ');
  }
  return byType[schema['type'] as string]?.(schema) ?? 'unknown';
};

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: Schema;
}

interface Written {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
}

const head = '// Generated from packages/runtime/openapi.json by scripts/openapi.ts. Not to be edited.\n';

const comment = (text: string) => `  /** ${text.replaceAll('*/', '* /')} */\n`;

const inputOf = ({ parameters = [], requestBody }: Written): string => {
  const named = parameters.filter(({ in: where }) => where !== 'header');
  const parts = named.map(
    ({ name, required, schema }) => `readonly ${property(name)}${required ? '' : '?'}: ${typeOf(schema)}`,
  );
  const body = requestBody?.content['application/json']?.schema;
  if (body !== undefined) parts.push(`readonly body: ${typeOf(body)}`);
  const header = (name: string) => parameters.find((one) => one.in === 'header' && one.name === name);
  if (header('If-Match') !== undefined) parts.push('readonly ifMatch: string');
  if (header('Idempotency-Key') !== undefined) parts.push('readonly idempotencyKey?: string');
  return parts.length === 0 ? '{}' : `{ ${parts.join('; ')} }`;
};

const answerOf = ({ responses }: Written): { readonly type: string; readonly kind: 'json' | 'stream' | 'nothing' } => {
  const [, answer] = Object.entries(responses).find(([status]) => status !== 'default') ?? [];
  const schema = answer?.content?.['application/json']?.schema;
  if (schema !== undefined) return { type: typeOf(schema), kind: 'json' };
  return answer?.content === undefined ? { type: 'undefined', kind: 'nothing' } : { type: 'Response', kind: 'stream' };
};

/** The two generated files by name. */
export const clientSource = (text: string): Readonly<Record<'schemas.ts' | 'operations.ts', string>> => {
  const document = JSON.parse(text) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Written>>>>;
    readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
  };
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => ({ path, method: method.toUpperCase(), one })),
  );
  const names = Object.keys(document.components.schemas);
  const schemas = Object.entries(document.components.schemas)
    .map(([name, schema]) => `export type ${name} = ${typeOf(schema)};\n`)
    .join('\n');
  const types = all
    .map(
      ({ one }) =>
        `${comment(one.summary)}  readonly ${one.operationId}: { readonly input: ${inputOf(one)}; readonly answer: ${answerOf(one).type} };\n`,
    )
    .join('');
  const rows = all
    .map(({ path, method, one }) => {
      const query = (one.parameters ?? []).filter(({ in: where }) => where === 'query').map(({ name }) => name);
      return `  ${one.operationId}: { method: '${method}', path: '${path}', query: ${JSON.stringify(query)}, gives: '${answerOf(one).kind}' },\n`;
    })
    .join('');
  const bare = types.replaceAll(/\/\*\*.*?\*\//g, '');
  const used = names.filter((name) => new RegExp(`\\b${name}\\b`).test(bare));
  return {
    'schemas.ts': `${head}\n${schemas}`,
    'operations.ts': `${head}import type { ${used.join(', ')} } from './schemas.ts';\n\n/** What can be asked: input and answer by name. */\nexport interface Operations {\n${types}}\n\nexport const operations = {\n${rows}} as const;\n`,
  };
};
