import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { arbitraryOf } from './arbitrary.ts';
import { faultsOf, type Operation, operations } from './document.ts';
import { markOf, openServed, owners, type TestServed } from './served.ts';
import { openSessions } from './sessions.ts';

const requests = Number(process.env['CAUDAL_LEAK_REQUESTS'] ?? 2_000);

let world: TestServed;
let tokens: readonly string[];
let ids: Readonly<Record<string, readonly string[]>>;

const every = (name: (owner: string) => readonly string[]) => owners.flatMap((owner) => name(owner));

beforeAll(async () => {
  world = await openServed();
  const sessions = await openSessions(world);
  tokens = [await sessions.token('owner'), await world.key({ role: 'owner', points: ['well-north'] })];
  const alerts = await world.services.store.read.openAlerts({ limit: 99 });
  const submissions = every((owner) => Array.from({ length: 6 }, (_, index) => `sub-${owner}-${index}`));
  ids = {
    point: every((owner) => [`well-${owner}`]),
    variable: ['flow', 'total', 'level'],
    series: every((owner) => [`well-${owner}/flow`, `well-${owner}/level`]),
    device: every((owner) => [`logger-${owner}`]),
    submission: submissions,
    obligation: every((owner) => [`dga-${owner}`]),
    alert: alerts.map(({ id }) => id),
    raw: every((owner) => [`raw-${owner}`]),
    id: [...submissions, ...every((owner) => [`raw-${owner}`])],
    work: ['OB-0101-1', 'OB-0202-1', 'OB-0303-1'],
    key: [...submissions, ...every((owner) => [`well-${owner}/flow@2026-01-01T00:00:00.000Z`])],
    text: every((owner) => [owner, markOf(owner)]),
  };
});
afterAll(() => world.close());

/** Everything by which something of another owner could be told. */
const foreign = owners
  .flatMap((owner) =>
    owner === 'north'
      ? []
      : [
          markOf(owner),
          `well-${owner}`,
          `logger-${owner}`,
          `dga-${owner}`,
          `sub-${owner}`,
          `raw-${owner}`,
          `basis-${owner}`,
          `extra-${owner}`,
        ],
  )
  .concat('OB-0202-1', 'OB-0303-1', 'the system itself');

interface Request {
  readonly operation: Operation;
  readonly path: string;
  readonly token: number;
}

/** The other routes refuse an owner whatever is asked, as the matrix shows. */
const owned: ReadonlySet<string> = new Set(['points:read', 'values:read', 'compliance:read', 'alerts:read']);

/** Any question with ids of anybody in every place that takes one. */
const request: fc.Arbitrary<Request> = fc
  .constantFrom(
    ...operations.filter(
      ({ method, permission, stream }) => method === 'GET' && owned.has(permission ?? '') && !stream,
    ),
  )
  .chain((operation) =>
    fc.record({
      operation: fc.constant(operation),
      token: fc.nat(1),
      values: fc.record(
        Object.fromEntries(
          operation.parameters
            .filter(({ in: where }) => where !== 'header')
            .map(({ name, schema, required, in: where }) => {
              const known = (): fc.Arbitrary<unknown> =>
                ids[name] === undefined ? arbitraryOf(schema) : fc.constantFrom(...ids[name]);
              const value = fc.constant(null).chain(known);
              return [`${where} ${name}`, required ? value : fc.option(value, { nil: undefined, freq: 2 })];
            }),
        ),
      ),
    }),
  )
  .map(({ operation, token, values }) => {
    const query = new URLSearchParams();
    let path = operation.path;
    for (const [key, value] of Object.entries(values)) {
      const [where, name = ''] = key.split(' ');
      if (where === 'path') path = path.replace(`{${name}}`, encodeURIComponent(String(value)));
      else if (value !== undefined)
        for (const one of [value].flat()) query.append(name, typeof one === 'string' ? one : JSON.stringify(one));
    }
    return { operation, token, path: `${path}?${query.toString()}` };
  });

test(`an owner learns nothing of another: ${requests} random requests`, async () => {
  let [own, refused] = [0, 0];
  const ask = async ({ operation, path, token }: Request) => {
    const asked = await world.ask('GET', path, { token: tokens[token] });
    expect(faultsOf(operation, asked), path).toEqual([]);
    for (const mark of foreign) expect(asked.text.includes(mark), `${path} tells of ${mark}`).toBe(false);
    if (asked.status === 200 && asked.text.includes('north')) own += 1;
    if (asked.status === 404 || asked.status === 403) refused += 1;
  };
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: 10, maxLength: 10 }), async (some) => {
      await Promise.all(some.map(ask));
    }),
    { numRuns: requests / 10, endOnFailure: true },
  );
  console.log(`${requests} requests: ${own} answered with what is their own, ${refused} refused, 0 leaks`);
  expect(own).toBeGreaterThan(requests / 20);
  expect(refused).toBeGreaterThan(requests / 20);
}, 600_000);
