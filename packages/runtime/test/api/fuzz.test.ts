import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openApiText } from '../../src/api/openapi-text.ts';
import { arbitraryOf, nonsense } from './arbitrary.ts';
import { faultsOf, type Operation, operations } from './document.ts';
import { openServed, type TestServed } from './served.ts';
import { openSessions } from './sessions.ts';

/** So many in flight. */
const atOnce = 10;
const each = Number(process.env['CAUDAL_FUZZ_REQUESTS'] ?? 200);

let world: TestServed;
let sessions: Awaited<ReturnType<typeof openSessions>>;
let key: string;
beforeAll(async () => {
  world = await openServed({ access: { passwordMemoryKiB: 8_192 } });
  sessions = await openSessions(world);
  key = await world.key({ role: 'admin' });
});
afterAll(() => world.close());

const { schemas } = (JSON.parse(openApiText()) as { components: { schemas: never } }).components;

/** Mostly what is there, so that handlers are reached. */
const known: Readonly<Record<string, readonly string[]>> = {
  point: ['well-north'],
  variable: ['flow', 'total'],
  series: ['well-north/flow'],
  device: ['logger-north'],
  submission: ['sub-north-0', 'sub-north-1'],
  obligation: ['dga-north'],
  raw: ['raw-north'],
  id: ['raw-north', 'sub-north-0'],
  work: ['OB-0101-1'],
  target: ['dga'],
  instance: ['manual', 'tago'],
};

const parameter = (name: string, schema: Operation['parameters'][number]['schema']) =>
  fc.oneof(
    {
      weight: 4,
      arbitrary: known[name] === undefined ? arbitraryOf(schema, schemas) : fc.constantFrom(...known[name]),
    },
    { weight: 2, arbitrary: arbitraryOf(schema, schemas) },
    { weight: 1, arbitrary: nonsense },
  );

/** A body that fits, or one with a key too many, one too few, one of another kind; or no object at all. */
const bodyOf = (schema: NonNullable<Operation['body']>): fc.Arbitrary<unknown> => {
  const good = arbitraryOf(schema, schemas) as fc.Arbitrary<Record<string, unknown>>;
  const names = Object.keys(schema['properties'] ?? {});
  const change = (name: string) =>
    fc.record({ body: good, value: nonsense }).map(({ body, value }) => ({ ...body, [name]: value }));
  return fc.oneof(
    { weight: 4, arbitrary: good },
    { weight: 3, arbitrary: fc.constantFrom(...names, 'nonsense', '__proto__', 'constructor').chain(change) },
    {
      weight: 1,
      arbitrary: fc
        .record({ body: good, name: fc.constantFrom(...names, '') })
        .map(({ body, name }) => Object.fromEntries(Object.entries(body).filter(([one]) => one !== name))),
    },
    { weight: 1, arbitrary: nonsense },
  );
};

interface Request {
  readonly values: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly extra: string | undefined;
}

const requestOf = (operation: Operation): fc.Arbitrary<Request> =>
  fc.record({
    values: fc.record(
      Object.fromEntries(
        operation.parameters.map(({ name, in: where, schema, required }) => [
          `${where} ${name}`,
          required ? parameter(name, schema) : fc.option(parameter(name, schema), { nil: undefined }),
        ]),
      ),
    ),
    body: operation.body === undefined ? fc.constant(undefined) : bodyOf(operation.body),
    extra: fc.option(fc.constantFrom('nonsense=1', '__proto__=1', 'limit=1&limit=2', '%', 'a[b]=c'), {
      nil: undefined,
      freq: 6,
    }),
  });

const visible = /^[\x20-\x7e]*$/;
const wellFormed = (text: string) => text.toWellFormed();

test.each(operations.filter(({ stream }) => !stream).map((operation) => [operation.id, operation] as const))(
  `%s breaks over nothing, and answers as the document has it`,
  async (_id, operation) => {
    const ask = async ({ values, body, extra }: Request) => {
      const query = new URLSearchParams();
      const headers: Record<string, string> = {};
      let { path } = operation;
      for (const [key_, value] of Object.entries(values)) {
        const [where, name = ''] = key_.split(' ');
        const text = (one: unknown) => wellFormed(typeof one === 'string' ? one : JSON.stringify(one));
        if (where === 'path') path = path.replace(`{${name}}`, () => encodeURIComponent(text(value)));
        else if (value === undefined) continue;
        else if (where === 'query') for (const one of [value].flat()) query.append(name, text(one));
        else if (visible.test(text(value))) headers[name] = text(value);
      }
      const token =
        operation.permission === undefined
          ? undefined
          : operation.permission === 'account'
            ? await sessions.token('admin')
            : key;
      const asked = await world.ask(
        operation.method,
        `${path}?${query.toString()}${extra === undefined ? '' : `&${extra}`}`,
        {
          token,
          headers,
          ...(body === undefined ? {} : { body }),
        },
      );
      expect(faultsOf(operation, asked), `${operation.method} ${path}`).toEqual([]);
      if (extra?.startsWith('nonsense') === true) expect(asked.status).toBeGreaterThanOrEqual(400);
    };
    await fc.assert(
      fc.asyncProperty(fc.array(requestOf(operation), { minLength: atOnce, maxLength: atOnce }), async (requests) => {
        await Promise.all(requests.map(ask));
      }),
      { numRuns: Math.ceil(each / atOnce), endOnFailure: true },
    );
  },
  120_000,
);

test('bodies that are no JSON, too large, or of another kind are told so', async () => {
  const send = (body: string, type: string | null = 'application/json') =>
    fetch(`${world.url}/auth/login`, { method: 'POST', body, headers: type === null ? {} : { 'content-type': type } });
  for (const [answer, status] of [
    [await send('{'), 400],
    [await send(''), 400],
    [await send('{"__proto__": {"x": 1}}'), 400],
    [await send('a=1', 'application/x-www-form-urlencoded'), 415],
    [await send('x'.repeat(1_200_000)), 413],
    [await fetch(`${world.url}/nowhere`), 404],
    [await fetch(`${world.url}/points`, { method: 'DELETE' }), 404],
    [await fetch(`${world.url}/points/${'a'.repeat(400)}`), 400],
    [await fetch(`${world.url}/points/%E0%A4%A`), 400],
  ] as const) {
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    await answer.text();
  }
});
