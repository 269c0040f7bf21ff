import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { email } from '@caudal/notifier-email';
import type { Runtime } from '@caudal/runtime';
import { type SmtpSimulator, startSmtp } from '@caudal/simulators';
import { virtualClock } from '@caudal/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { main } from '../../src/cli/main.ts';
import { createProject } from '../cli/project.ts';
import { hour, minute, openWorld, secrets, start, type TestWorld, type WorldOptions } from '../pipeline/world.ts';
import { spawnNode } from '../spawn-node.ts';

/** The table of docs/operating.md: what was changed, and when it applies. */
const documented = (): readonly (readonly string[])[] => {
  const page = readFileSync(new URL('../../../../docs/operating.md', import.meta.url), 'utf8');
  const [, section = ''] = page.split('## What applies without a restart');
  const [, , ...rows] = (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('|'));
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
};

/** The command line as somebody beside the running runtime uses it; its configuration says no more than where the database is. */
const caudal = async (folder: string, ...args: readonly string[]) => {
  const config = join(folder, 'beside.config.mjs');
  writeFileSync(config, 'export default {};\n');
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  const code = await main([...args, '--config', config], { out: say, err: say });
  return { code, said: said.join('\n') };
};

const done = async (folder: string, ...args: readonly string[]): Promise<string> => {
  const { code, said } = await caudal(folder, ...args);
  expect(code, said).toBe(0);
  return said;
};

const put = async ({ folder }: TestWorld, id: string, content: object) => {
  const file = join(folder, 'content.yaml');
  writeFileSync(file, stringify(content));
  await done(folder, 'data', 'put', id, '--file', file, '--because', 'a test');
};

interface Running {
  readonly world: TestWorld;
  readonly runtime: Runtime;
}

type Data = Record<string, Record<string, unknown>[]>;

/** A runtime on a virtual clock, with what is provisioned changed before. */
const running = async (options: WorldOptions = {}, edit: (data: Data) => void = () => undefined): Promise<Running> => {
  const world = await openWorld(options);
  onTestFinished(() => world.close());
  const path = join(world.folder, 'data', 'all.yaml');
  const data = parse(readFileSync(path, 'utf8')) as Data;
  edit(data);
  writeFileSync(path, stringify(data));
  const runtime = await world.run();
  return { world, runtime };
};

const credential = (value: string) => (data: Data) => {
  for (const device of data['devices'] ?? []) device['credential'] = value;
};

/** The vendor answers nothing of use for an hour and a half. After most of it people are told that the logger is silent. */
const outage = async ({ clock, vendor }: TestWorld): Promise<void> => {
  vendor.behave({ outages: [{ from: clock.now(), to: clock.now() + 90 * minute, as: 'html-502' }] });
  await clock.advance(65 * minute);
};

const told = ({ mailbox }: { readonly mailbox: Pick<SmtpSimulator, 'mails'> }, address = 'ana@example.org') =>
  mailbox.mails.filter(({ to, subject }) => to.includes(address) && subject.includes('sin comunicación')).length;

const person = (name: string) => ({ name, language: 'es', addresses: { mail: { email: `${name}@example.org` } } });
const subscription = (name: string) => ({ person: name, events: ['device.silent'], channels: ['mail'] });

/** The vendor's token and what stands for it here are changed together: the reads after that go through. */
const readsWithNewToken = async ({ clock, device, vendor }: TestWorld, change: () => Promise<void>): Promise<void> => {
  const read = () => vendor.requests.filter((request) => request.device === device.id).length;
  // Between two rounds of reading.
  await clock.advance(32 * minute);
  await expect.poll(read).toBeGreaterThan(2);
  const before = read();
  device.token = 'another-token-2';
  await change();
  await clock.advance(30 * minute);
  await expect.poll(read).toBeGreaterThan(before + 2);
};

/** The slots that the regulator has, by its clock. */
const sent = ({ regulator }: TestWorld) => regulator.ledger.records.map(({ time }) => time).toSorted();

type Check = readonly [what: string, check: () => Promise<void>];

interface Row {
  readonly applies: string;
  readonly checks: readonly Check[];
}

const table: Readonly<Record<string, Row>> = {
  'what is kept through the API or the page, `caudal data …`, `caudal secret …`': {
    applies: 'at once ([data](data.md))',
    checks: [
      [
        'somebody who is entered through the API, as the page does it, is told of the next alert',
        async () => {
          const { world, runtime } = await running();
          await world.clock.advance(30 * minute);
          const ask = async (path: string, body: object, token?: string) => {
            const answer = await fetch(`${runtime.url ?? ''}/api/v1${path}`, {
              method: 'POST',
              headers: {
                'content-type': 'application/json',
                ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
              },
              body: JSON.stringify(body),
            });
            expect(answer.ok, await answer.clone().text()).toBe(true);
            return (await answer.json()) as { accessToken: string };
          };
          const { accessToken } = await ask('/auth/setup', {
            token: await runtime.firstAdminToken(),
            email: 'admin@example.org',
            name: 'Admin',
            password: 'a long enough password',
          });
          const because = 'a test';
          await ask('/data/people', { id: 'ben', content: person('ben'), because }, accessToken);
          await ask('/data/subscriptions', { id: 'ben-silent', content: subscription('ben'), because }, accessToken);
          await outage(world);
          await expect.poll(() => told(world, 'ben@example.org')).toBe(1);
        },
      ],
      [
        'somebody who is entered with caudal data is told of the next alert, and once removed of none',
        async () => {
          const { world } = await running();
          await world.clock.advance(30 * minute);
          await put(world, 'people/cleo', person('cleo'));
          await put(world, 'subscriptions/cleo-silent', subscription('cleo'));
          await outage(world);
          await expect.poll(() => told(world, 'cleo@example.org')).toBe(1);
          await done(world.folder, 'data', 'remove', 'subscriptions/cleo-silent', '--because', 'a test');
          await world.clock.advance(hour);
          await outage(world);
          await expect.poll(() => [told(world), told(world, 'cleo@example.org')]).toEqual([2, 1]);
        },
      ],
      [
        'a secret that is set with caudal secret is what the next read carries',
        async () => {
          process.env['TEST_SECRETS_KEY'] = Buffer.alloc(32, 7).toString('base64');
          onTestFinished(() => void delete process.env['TEST_SECRETS_KEY']);
          const made = createProject({ 'beside.config.mjs': '' });
          onTestFinished(() => made.remove());
          const { world, runtime } = await running(
            { config: (config) => ({ ...config, secrets: { key: 'env:TEST_SECRETS_KEY' } }) },
            credential('store:logger'),
          );
          await runtime.query.secretPut({ name: 'logger', value: secrets.TEST_TAGO_TOKEN });
          await readsWithNewToken(world, async () => {
            made.write(
              'beside.config.mjs',
              `export default { database: ${JSON.stringify(join(world.folder, 'caudal.db'))} };\n`,
            );
            const set = await made.caudal(['secret', 'set', 'logger', '--config', 'beside.config.mjs'], {
              input: 'another-token-2\n',
            });
            expect(set).toMatchObject({ code: 0, out: 'store:logger is kept, encrypted\n' });
          });
        },
      ],
    ],
  },
  'a provider switched off, on or to testing; sends stopped; silences; planned work': {
    applies: 'at once',
    checks: [
      [
        'a provider that is switched off is asked nothing, in testing it is read and not reported, and on again it is both',
        async () => {
          const { world } = await running();
          const mode = (to: string) => done(world.folder, 'provider', to, 'tago', '--because', 'a test');
          await world.clock.advance(80 * minute);
          await expect.poll(() => sent(world)).toEqual(['08:00:00', '09:00:00']);
          await mode('off');
          await world.clock.advance(5 * minute);
          const asked = world.vendor.requests.length;
          await world.clock.advance(20 * minute);
          expect(world.vendor.requests.length).toBe(asked);
          await mode('testing');
          await world.clock.advance(2 * hour);
          await expect.poll(() => world.vendor.requests.length).toBeGreaterThan(asked);
          await mode('on');
          await world.clock.advance(2 * hour);
          // 10:00 still has what came before; before 11:00 nothing came that may be reported.
          await expect.poll(() => sent(world)).toEqual(['08:00:00', '09:00:00', '10:00:00', '12:00:00', '13:00:00']);
        },
      ],
      [
        'sends that are stopped wait, and go when they are resumed',
        async () => {
          const { world } = await running();
          await world.clock.advance(30 * minute);
          await expect.poll(() => sent(world)).toEqual(['08:00:00']);
          await done(world.folder, 'pause', '--because', 'a test');
          await world.clock.advance(2 * hour);
          expect(sent(world)).toEqual(['08:00:00']);
          await done(world.folder, 'resume');
          await world.clock.advance(30 * minute);
          await expect.poll(() => sent(world)).toEqual(['08:00:00', '09:00:00', '10:00:00']);
        },
      ],
      [
        'a silence keeps the next alert from people, and ended lets it through',
        async () => {
          const { world } = await running();
          await world.clock.advance(30 * minute);
          const silenced = await done(
            world.folder,
            ...'alerts silence --subject device:* --minutes 600 --because test'.split(' '),
          );
          await outage(world);
          expect(told(world)).toBe(0);
          await done(world.folder, 'alerts', 'unsilence', silenced.split(' ', 1)[0] ?? '');
          await world.clock.advance(15 * minute);
          await expect.poll(() => told(world)).toBe(1);
        },
      ],
      [
        'planned work keeps the next alert from people, and removed lets it through',
        async () => {
          const { world } = await running();
          await world.clock.advance(30 * minute);
          await put(world, 'maintenance/pump', {
            scope: { device: 'logger' },
            from: new Date(start).toISOString(),
            to: new Date(start + 10 * hour).toISOString(),
            reason: 'the pump is changed',
            author: 'Ana',
          });
          await outage(world);
          expect(told(world)).toBe(0);
          await done(world.folder, 'data', 'remove', 'maintenance/pump', '--because', 'a test');
          await world.clock.advance(15 * minute);
          await expect.poll(() => told(world)).toBe(1);
        },
      ],
    ],
  },
  'the content of a `file:` secret': {
    applies: 'the next time it is used; an open connection keeps the old one',
    checks: [
      [
        'the next read carries what the file has by then',
        async () => {
          const files = createProject({ token: `${secrets.TEST_TAGO_TOKEN}\n` });
          onTestFinished(() => files.remove());
          const { world } = await running({}, credential(`file:${join(files.folder, 'token')}`));
          await readsWithNewToken(world, async () => files.write('token', 'another-token-2\n'));
        },
      ],
      [
        'a connection that is open goes on with the old one',
        async () => {
          const folder = createProject({ password: 'the old password\n' });
          onTestFinished(() => folder.remove());
          const clock = virtualClock(start);
          const guarded = await startSmtp({ clock, users: { caudal: 'the old password' } });
          onTestFinished(() => guarded.close());
          const mail = email({
            host: guarded.host,
            port: guarded.port,
            allowPlaintext: true,
            user: 'caudal',
            password: `file:${join(folder.folder, 'password')}`,
            from: 'caudal@example.org',
          });
          const { world } = await running({ config: (config) => ({ ...config, notifiers: { mail } }) });
          await world.clock.advance(30 * minute);
          await outage(world);
          await expect.poll(() => told({ mailbox: guarded })).toBe(1);
          folder.write('password', 'one that the server does not know\n');
          await world.clock.advance(hour);
          await outage(world);
          await expect.poll(() => told({ mailbox: guarded })).toBe(2);
        },
      ],
    ],
  },
  '`caudal.config.ts`, provisioned data files, environment variables, installed plugins': {
    applies: 'at the next start; `caudal validate` says before what is wrong',
    checks: [
      [
        'all of them are as they were until the next start, and a mistake in them is named before',
        async () => {
          const data = (name: string) => stringify({ points: [{ id: 'well', name, kind: 'well', series: {} }] });
          const config = (imports: string, more: string) => `import { manual } from '@caudal/provider-manual';
${imports}
export default {
  data: ['data.yaml'],
  http: { port: 0 },
  log: { console: false },
  providers: { [process.env.TEST_PROVIDER_NAME]: manual({})${more} },
};
`;
          const made = createProject({ 'caudal.config.ts': config('', ''), 'data.yaml': data('Before') });
          onTestFinished(() => made.remove());
          const run = async (name: string) => {
            const child = spawnNode(new URL('../../src/bin.ts', import.meta.url), ['run'], {
              cwd: made.folder,
              env: { TEST_PROVIDER_NAME: name },
            });
            const ended = new Promise<number | null>((resolve) => void child.once('exit', resolve));
            onTestFinished(async () => {
              child.kill('SIGKILL');
              await ended;
            });
            let said = '';
            await new Promise<void>((resolve, reject) => {
              child.stderr?.setEncoding('utf8').on('data', (text: string) => {
                said += text;
                if (said.includes('health and metrics at')) resolve();
              });
              child.once('exit', () => reject(new Error(`it ended: ${said}`)));
            });
            return async () => {
              child.kill('SIGTERM');
              return ended;
            };
          };
          const seen = async () => {
            const list = await done(made.folder, 'provider', 'list', '--json');
            const point = await done(made.folder, 'data', 'get', 'points/well', '--json');
            return {
              providers: (JSON.parse(list) as { instance: string }[]).map(({ instance }) => instance),
              name: (JSON.parse(point) as { content: { name: string } }).content.name,
            };
          };

          const stop = await run('one');
          expect(await seen()).toEqual({ providers: ['one'], name: 'Before' });
          made.write('node_modules/own-plugin/package.json', '{ "type": "module", "exports": "./index.js" }');
          made.write('node_modules/own-plugin/index.js', `export { manual as own } from '@caudal/provider-manual';\n`);
          made.write('caudal.config.ts', config(`import { own } from 'own-plugin';`, ', second: own({})'));
          made.write('data.yaml', data('After').replace('kind: well', 'knd: well'));
          const env = { TEST_PROVIDER_NAME: 'two' };
          const wrong = await made.caudal(['validate'], { env });
          expect(wrong.code).toBe(1);
          expect(`${wrong.out}${wrong.err}`).toContain('knd');
          made.write('data.yaml', data('After'));
          expect((await made.caudal(['validate'], { env })).code).toBe(0);
          expect(await seen()).toEqual({ providers: ['one'], name: 'Before' });
          // Nor can what a file declares be changed around it.
          const refused = await caudal(made.folder, 'data', 'remove', 'points/well', '--because', 'a test');
          expect(refused).toMatchObject({ code: 1, said: expect.stringContaining('data.yaml') as string });
          expect(await stop()).toBe(0);
          await run('two');
          expect(await seen()).toEqual({ providers: ['two', 'second'], name: 'After' });
        },
      ],
    ],
  },
};

test('the list of docs/operating.md is what is tested here', () => {
  expect(documented()).toEqual(Object.entries(table).map(([changed, { applies }]) => [changed, applies]));
});

describe.each(Object.entries(table))('%s', (_, { checks }) => {
  test.each(checks)('%s', (_what, check) => check());
});
