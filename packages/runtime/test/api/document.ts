import { issuesOf, type JsonSchema } from '@caudal/core';
import { openApiText } from '../../src/api/openapi-text.ts';
import type { Asked } from './served.ts';

export interface Operation {
  readonly id: string;
  readonly method: string;
  /** With its parameters in braces. */
  readonly path: string;
  /** Undefined when it is open to all. */
  readonly permission: string | undefined;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: 'path' | 'query' | 'header';
    readonly required: boolean;
    readonly schema: JsonSchema;
  }[];
  readonly body: JsonSchema | undefined;
  readonly status: number;
  /** Undefined where there is no JSON. */
  readonly answer: JsonSchema | undefined;
  readonly stream: boolean;
}

interface Written {
  readonly operationId: string;
  readonly 'x-permission'?: string;
  readonly parameters?: Operation['parameters'];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: JsonSchema } } };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>> }>
  >;
}

const document = JSON.parse(openApiText()) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Written>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
};

/** A schema of the document with what its references point to. */
const whole = (schema: JsonSchema): JsonSchema => ({ ...schema, components: document.components });

/** Everything that the document says can be asked. */
export const operations: readonly Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, written]): Operation => {
    const [status = '', answer] = Object.entries(written.responses).find(([name]) => name !== 'default') ?? [];
    return {
      id: written.operationId,
      method: method.toUpperCase(),
      path: path.replace('/api/v1', ''),
      permission: written['x-permission'],
      parameters: written.parameters ?? [],
      body: written.requestBody?.content['application/json'].schema,
      status: Number(status),
      answer: answer?.content?.['application/json']?.schema,
      stream: answer?.content?.['text/event-stream'] !== undefined,
    };
  }),
);

const problem = whole({ $ref: '#/components/schemas/Problem' });
const wholeOf = new Map<string, JsonSchema>();

/** What of an answer is not as the document has it; empty when all is. */
export const faultsOf = (operation: Operation, { status, headers, json, text }: Asked): readonly string[] => {
  const type = headers.get('content-type') ?? '';
  if (status >= 500 && status !== 503) return [`status ${status}: ${text.slice(0, 300)}`];
  if (status >= 400) {
    if (!type.startsWith('application/problem+json')) return [`${status} is ${type}: ${text.slice(0, 200)}`];
    return [
      ...issuesOf(problem, json).map(({ path, message }) => `problem${path} ${message}`),
      ...(json.status === status ? [] : [`problem says ${json.status}, the answer ${status}`]),
    ];
  }
  if (status === 304) return [];
  if (status !== operation.status) return [`status ${status}, not ${operation.status}`];
  if (status === 204) return text === '' ? [] : ['204 with a body'];
  if (operation.answer === undefined || !type.startsWith('application/json')) return [];
  const schema = wholeOf.get(operation.id) ?? whole(operation.answer);
  wholeOf.set(operation.id, schema);
  return issuesOf(schema, json).map(({ path, message }) => `answer${path} ${message}`);
};
