import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SmtpOptions, type SmtpSimulator, startSmtp } from '../src/index.ts';
import { minutes, TestClock } from './clock.ts';
import { dial, type SmtpClient } from './smtp-client.ts';

const operator = 'operator@example.org';
const message = [
  'From: Caudal <alerts@example.org>',
  `To: ${operator}`,
  'Subject: =?UTF-8?Q?Nivel_cr=C3=ADtico?=',
  'X-Caudal-Key: k1',
  'MIME-Version: 1.0',
  'Content-Type: multipart/alternative; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'El nivel bajó.',
  '--b',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<p>El nivel bajó.</p>',
  '--b--',
].join('\r\n');

let clock: TestClock;
let clients: SmtpClient[];
let servers: SmtpSimulator[];

beforeEach(() => {
  clock = new TestClock('2026-06-10T14:00:00Z');
  clients = [];
  servers = [];
});
afterEach(async () => {
  for (const client of clients) client.end();
  await Promise.all(servers.map((server) => server.close()));
});

const start = async (options: Omit<SmtpOptions, 'clock'> = {}) => {
  const server = await startSmtp({ clock, ...options });
  servers.push(server);
  return server;
};

const greet = async (server: SmtpSimulator, ca?: string) => {
  const client = dial(server.port, ca);
  clients.push(client);
  expect(await client.reply()).toMatch(/^220/);
  return { client, hello: await client.say('EHLO client.example.org') };
};

const recipient = async (client: SmtpClient, to = operator) => {
  expect(await client.say('MAIL FROM:<alerts@example.org>')).toMatch(/^250/);
  return client.say(`RCPT TO:<${to}>`);
};

const deliver = async (client: SmtpClient) => {
  expect(await recipient(client)).toMatch(/^250/);
  expect(await client.say('DATA')).toMatch(/^354/);
  return client.say(`${message}\r\n.`);
};

describe('the sink', () => {
  it('keeps mail parsed and byte for byte', async () => {
    const server = await start();
    const { client } = await greet(server);
    expect(await deliver(client)).toMatch(/^250/);
    const [mail] = await server.received(1);
    expect(mail).toMatchObject({
      at: clock.now(),
      from: 'alerts@example.org',
      to: [operator],
      subject: 'Nivel crítico',
      text: 'El nivel bajó.\n',
      html: '<p>El nivel bajó.</p>\n',
      attachments: [],
      secure: false,
      user: undefined,
    });
    expect(mail?.headers['x-caudal-key']).toBe('k1');
    expect(mail?.raw.toString()).toBe(`${message}\r\n`);
  });

  it('writes each mail to its directory before it acknowledges', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'caudal-smtp-'));
    const directory = join(parent, 'mail');
    const server = await start({ directory });
    const { client } = await greet(server);
    await deliver(client);
    await deliver(client);
    expect(await readdir(directory)).toEqual(['000001.eml', '000002.eml']);
    expect(await readFile(join(directory, '000002.eml'), 'utf8')).toBe(`${message}\r\n`);
    await rm(parent, { recursive: true });
  });

  it('closes twice, with a client in the middle', async () => {
    const server = await start();
    const { client } = await greet(server);
    const broken = expect(client.reply()).rejects.toThrow();
    await Promise.all([server.close(), server.close()]);
    await broken;
  });
});

describe('authentication and TLS', () => {
  const plain = (user: string, password: string) =>
    `AUTH PLAIN ${Buffer.from(`\0${user}\0${password}`).toString('base64')}`;

  it('takes mail only after the right password', async () => {
    const server = await start({ users: { caudal: 'right' } });
    const { client } = await greet(server);
    expect(await client.say('MAIL FROM:<alerts@example.org>')).toMatch(/^530/);
    expect(await client.say(plain('caudal', 'wrong'))).toMatch(/^535/);
    expect(await client.say(plain('caudal', 'right'))).toMatch(/^235/);
    expect(await deliver(client)).toMatch(/^250/);
    expect(server.mails[0]?.user).toBe('caudal');
  });

  it('upgrades with a certificate a client can verify, and takes passwords only then', async () => {
    const server = await start({ tls: 'starttls', users: { caudal: 'right' } });
    const { client, hello } = await greet(server);
    expect(hello).toContain('STARTTLS');
    expect(await client.say(plain('caudal', 'right'))).toMatch(/^538/);
    expect(await client.say('STARTTLS')).toMatch(/^220/);
    await client.upgrade(server.certificate ?? '');
    await client.say('EHLO client.example.org');
    expect(await client.say(plain('caudal', 'right'))).toMatch(/^235/);
    expect(await deliver(client)).toMatch(/^250/);
    expect(server.mails[0]?.secure).toBe(true);
  });

  it('speaks TLS from the start', async () => {
    const server = await start({ tls: 'implicit' });
    expect(server.url).toBe(`smtps://127.0.0.1:${server.port}`);
    const { client } = await greet(server, server.certificate);
    expect(await deliver(client)).toMatch(/^250/);
  });

  it('offers no TLS without being told to', async () => {
    const { hello } = await greet(await start());
    expect(hello).not.toContain('STARTTLS');
  });
});

describe('refusals and faults', () => {
  it('refuses listed recipients and takes the others', async () => {
    const server = await start({ reject: ['gone@example.org'] });
    const { client } = await greet(server);
    expect(await recipient(client, 'gone@example.org')).toMatch(/^550/);
    expect(await client.say(`RCPT TO:<${operator}>`)).toMatch(/^250/);
  });

  it('greylists a first try until its time has passed', async () => {
    const server = await start({ greylistMs: minutes(5) });
    const { client } = await greet(server);
    expect(await recipient(client)).toMatch(/^451/);
    clock.advance(minutes(5) - 1);
    expect(await client.say(`RCPT TO:<${operator}>`)).toMatch(/^451/);
    clock.advance(1);
    expect(await client.say(`RCPT TO:<${operator}>`)).toMatch(/^250/);
  });

  it('refuses a connection and a message with the code of the script', async () => {
    const server = await start();
    server.behave({ connect: { next: ['refuse-421'] }, message: { next: ['refuse-452'] } });
    const refused = dial(server.port);
    clients.push(refused);
    expect(await refused.reply()).toMatch(/^421/);
    const { client } = await greet(server);
    expect(await deliver(client)).toMatch(/^452/);
    expect(await deliver(client)).toMatch(/^250/);
    expect(server.mails).toHaveLength(1);
    expect(() => server.behave({ message: { always: 'refuse-200' } })).toThrow(RangeError);
  });

  it.each([
    ['drop', 0],
    ['store-then-drop', 1],
  ] as const)('on %s ends the connection and keeps %i mail', async (behaviour, count) => {
    const server = await start();
    server.behave({ message: { next: [behaviour] } });
    const { client } = await greet(server);
    await expect(deliver(client)).rejects.toThrow();
    expect(server.mails).toHaveLength(count);
  });

  it('keeps the mail and never answers', async () => {
    const server = await start();
    server.behave({ message: { only: { [operator]: 'store-then-hang' } } });
    const { client } = await greet(server);
    const unanswered = expect(deliver(client)).rejects.toThrow('closed');
    await server.received(1);
    await server.close();
    await unanswered;
  });

  it('never greets', async () => {
    const server = await start();
    server.behave({ connect: { next: ['hang'] } });
    const client = dial(server.port);
    clients.push(client);
    const unanswered = expect(client.reply()).rejects.toThrow('closed');
    await greet(server);
    await server.close();
    await unanswered;
  });
});
