import type { JsonSchema } from '@caudal/core';
import { permissions } from '../access/roles.ts';
import { mistakeWords } from '../config/mistake-words.ts';
import { problems } from './refusal.ts';
import type { Method, Route } from './route.ts';
import { Problem } from './schemas/parts.ts';

type Plain = { [key: string]: unknown };

/** Schemas with a title are components; each stands once. */
const createComponents = () => {
  const schemas: Plain = {};
  const written = new Map<string, string>();
  const place = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(place);
    if (typeof value !== 'object' || value === null) return value;
    const { title } = value as { title?: unknown };
    const inside = Object.fromEntries(
      Object.entries(value).flatMap(([key, child]) =>
        child === undefined || key.startsWith('~') ? [] : [[key, key === 'examples' ? child : place(child)]],
      ),
    );
    if (typeof title !== 'string' || (inside['type'] !== 'object' && inside['enum'] === undefined)) return inside;
    const text = JSON.stringify(inside);
    const before = written.get(title);
    if (before !== undefined && before !== text) throw new Error(`two schemas are called ${title}`);
    written.set(title, text);
    schemas[title] = inside;
    return { $ref: `#/components/schemas/${title}` };
  };
  return { schemas, place };
};

const parametersOf = (place: (value: unknown) => unknown, where: 'path' | 'query', schema: JsonSchema | undefined) => {
  const required = (schema?.['required'] ?? []) as readonly string[];
  return Object.entries((schema?.['properties'] ?? {}) as Record<string, JsonSchema>).map(([name, property]) => {
    const { description, ...rest } = property;
    // What has a default may be left out.
    const needed = where === 'path' || (required.includes(name) && property['default'] === undefined);
    return {
      name,
      in: where,
      required: needed,
      ...(description === undefined ? {} : { description }),
      schema: place(rest),
    };
  });
};

const problemAnswer = (place: (value: unknown) => unknown, description: string) => ({
  description,
  content: { 'application/problem+json': { schema: place(Problem) } },
});

/** A body in which what has a default may be left out. */
const bodyOf = (schema: JsonSchema): JsonSchema => {
  const properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>;
  const required = ((schema['required'] ?? []) as readonly string[]).filter(
    (name) => properties[name]?.['default'] === undefined,
  );
  const { required: _required, ...rest } = schema;
  return required.length === 0 ? rest : { ...rest, required };
};

const changes: ReadonlySet<Method> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

const headersOf = (route: Route) => [
  ...(route.versioned === true && changes.has(route.method)
    ? [
        {
          name: 'If-Match',
          in: 'header',
          required: true,
          description: 'ETag of the version that is changed.',
          schema: { type: 'string' },
        },
      ]
    : []),
  ...(changes.has(route.method) && route.once !== true && route.needs !== 'open'
    ? [
        {
          name: 'Idempotency-Key',
          in: 'header',
          required: false,
          description: 'The same request with the same key within a day is done once.',
          schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,128}$' },
        },
      ]
    : []),
];

const operationOf = (place: (value: unknown) => unknown, route: Route): Plain => {
  const status = route.status ?? (route.answer === undefined && route.content === undefined ? 204 : 200);
  const content = {
    ...(route.answer === undefined ? {} : { 'application/json': { schema: place(route.answer) } }),
    ...Object.fromEntries((route.content ?? []).map((type) => [type, { schema: { type: 'string' } }])),
  };
  const parameters = [
    ...parametersOf(place, 'path', route.params as JsonSchema | undefined),
    ...parametersOf(place, 'query', route.query as JsonSchema | undefined),
    ...headersOf(route),
  ];
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    ...(route.needs === 'open' ? { security: [] } : { 'x-permission': route.needs }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: place(bodyOf(route.body as unknown as JsonSchema)) } },
          },
        }),
    responses: {
      [String(status)]: {
        description: status === 204 ? 'Done.' : route.summary,
        ...(Object.keys(content).length === 0 ? {} : { content }),
      },
      default: problemAnswer(place, 'A problem.'),
    },
  };
};

/** The OpenAPI 3.1 document of the routes: what is served and what is committed. */
export const openApiOf = (routes: readonly Route[]): Plain => {
  const { schemas, place } = createComponents();
  const paths: Record<string, Plain> = {};
  for (const route of routes) {
    const at = (paths[`/api/v1${route.path}`] ??= {});
    at[route.method.toLowerCase()] = operationOf(place, route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Caudal',
      version: '1',
      description:
        'From a water reading to the regulator’s receipt. Instants are ISO 8601 with their zone, answers in UTC. Lists are pages: pass `next` as `cursor`. Every error is application/problem+json.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    security: [{ bearer: [] }, { key: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An access token, or an API key.' },
        key: { type: 'apiKey', in: 'header', name: 'X-Api-Key', description: 'An API key.' },
      },
      schemas: Object.fromEntries(Object.entries(schemas).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    },
    'x-permissions': permissions,
    'x-mistakes': mistakeWords,
    'x-problems': Object.fromEntries(
      Object.entries(problems).map(([name, { status, title }]) => [name, { status, title }]),
    ),
  };
};
