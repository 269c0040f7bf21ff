type Plain = Readonly<Record<string, unknown>>;

const escape = (text: unknown): string =>
  String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const lastOf = (reference: string) => reference.slice(reference.lastIndexOf('/') + 1);

/** A schema in a few words, with a link where it has a name. */
const typeOf = (schema: Plain | undefined): string => {
  if (schema === undefined) return '';
  const { $ref: reference, type, items, anyOf, enum: options } = schema;
  if (typeof reference === 'string')
    return `<a href="#schema-${escape(lastOf(reference))}">${escape(lastOf(reference))}</a>`;
  if (Array.isArray(options)) return options.map((one) => `<code>${escape(JSON.stringify(one))}</code>`).join(' | ');
  if (Array.isArray(anyOf)) return (anyOf as Plain[]).map(typeOf).join(' | ');
  if (type === 'array') return `list of ${typeOf(items as Plain)}`;
  return escape(type ?? 'any');
};

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  rows.length === 0
    ? ''
    : `<table><thead><tr>${head.map((cell) => `<th scope="col">${cell}</th>`).join('')}</tr></thead><tbody>${rows
        .map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`)
        .join('')}</tbody></table>`;

const properties = (schema: Plain): string => {
  const required = (schema['required'] ?? []) as readonly string[];
  return table(
    ['Property', 'Type', 'Meaning'],
    Object.entries((schema['properties'] ?? {}) as Record<string, Plain>).map(([name, property]) => [
      `<code>${escape(name)}</code>${required.includes(name) ? '' : ' (may be absent)'}`,
      typeOf(property),
      escape(property['description'] ?? ''),
    ]),
  );
};

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly 'x-permission'?: string;
  readonly parameters?: readonly { name: string; in: string; required: boolean; description?: string; schema: Plain }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Plain }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Plain }>> }>
  >;
  readonly tags: readonly string[];
}

const operation = (method: string, path: string, one: Operation): string => {
  const body = one.requestBody?.content['application/json']?.schema;
  const answers = Object.entries(one.responses)
    .filter(([status]) => status !== 'default')
    .map(
      ([status, { content }]) =>
        `<p>${escape(status)}: ${
          content === undefined
            ? 'nothing'
            : Object.entries(content)
                .map(([type, { schema }]) => (type === 'application/json' ? typeOf(schema) : escape(type)))
                .join(' or ')
        }</p>`,
    );
  return `<details id="${escape(one.operationId)}"><summary><strong>${escape(method.toUpperCase())}</strong> <code>${escape(path)}</code> ${escape(one.summary)}</summary>
<p>${escape(one.description ?? '')}</p>
<p>${one['x-permission'] === undefined ? 'Open to all.' : `Needs <code>${escape(one['x-permission'])}</code>.`}</p>
${table(
  ['Parameter', 'Type', 'Meaning'],
  (one.parameters ?? []).map((parameter) => [
    `<code>${escape(parameter.name)}</code> in ${escape(parameter.in)}${parameter.required ? '' : ' (may be absent)'}`,
    typeOf(parameter.schema),
    escape(parameter.description ?? ''),
  ]),
)}
${body === undefined ? '' : `<h4>Body</h4>${body['$ref'] === undefined ? properties(body) : typeOf(body)}`}
<h4>Answer</h4>${answers.join('')}</details>`;
};

/** The document as one page that needs no script and asks nobody for anything. */
export const documentPage = (api: Plain): string => {
  const info = api['info'] as { readonly title: string; readonly description: string };
  const all = Object.entries(api['paths'] as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => ({ method, path, one })),
  );
  const tags = (api['tags'] as readonly { readonly name: string }[]).map(({ name }) => name);
  const schemas = (api['components'] as { readonly schemas: Record<string, Plain> }).schemas;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(info.title)} API</title><link rel="stylesheet" href="docs.css"></head><body><main>
<h1>${escape(info.title)} API</h1><p>${escape(info.description)}</p><p><a href="openapi.json">openapi.json</a></p>
${tags
  .map(
    (tag) =>
      `<h2>${escape(tag)}</h2>${all
        .filter(({ one }) => one.tags.includes(tag))
        .map(({ method, path, one }) => operation(method, path, one))
        .join('\n')}`,
  )
  .join('\n')}
<h2>Schemas</h2>
${Object.entries(schemas)
  .map(
    ([name, schema]) =>
      `<details id="schema-${escape(name)}"><summary>${escape(name)}</summary><p>${escape(schema['description'] ?? '')}</p>${properties(schema)}</details>`,
  )
  .join('\n')}
</main></body></html>
`;
};
