import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { email } from '@caudal/notifier-email';
import type { RuntimeConfig } from '@caudal/runtime';
import { type SmtpSimulator, startSmtp } from '@caudal/simulators';
import { virtualClock } from '@caudal/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { hashOf } from '../../src/access/secret-token.ts';
import { firstAdminToken } from '../../src/access/users.ts';
import { hour, minute, t0 } from '../store/rows.ts';
import { openServed, type TestServed } from './served.ts';

const password = 'a long enough password';
const access = { passwordMemoryKiB: 8_192 };
const publicUrl = 'https://caudal.example/water';
/** One answer, whoever is asked for: nothing in it tells whether there is such a user. */
const answered = { status: 202, text: '', type: null };

let mailbox: SmtpSimulator;
let world: TestServed;
let admin: string;

const mailer = () =>
  email({ host: mailbox.host, port: mailbox.port, allowPlaintext: true, from: 'caudal@example.org' });

const open = (changed: Partial<RuntimeConfig> = {}) =>
  openServed(
    { access, notifiers: { mail: mailer() }, log: { console: false, level: 'info' }, http: { publicUrl }, ...changed },
    false,
  );

beforeAll(async () => {
  mailbox = await startSmtp({ clock: virtualClock(t0) });
  world = await open();
  const token = await firstAdminToken(world.services);
  const body = { token, email: 'admin@example.org', name: 'Admin', password };
  admin = (await world.ask('POST', '/auth/setup', { body })).json.accessToken as string;
});
afterAll(async () => {
  await world.close();
  await mailbox.close();
});

const invite = async (name: string, language = 'es') => {
  const body = { email: `${name}@example.org`, name, role: 'viewer', language };
  const invited = await world.ask('POST', '/users', { token: admin, body });
  expect(invited.status, invited.text).toBe(201);
  return invited.json as { token: string; user: { id: string } };
};

const redeem = async (token: string, word = password) =>
  (await world.ask('POST', '/auth/redeem', { body: { token, password: word } })).status;

const member = async (name: string, language = 'es') => {
  const { token, user } = await invite(name, language);
  expect(await redeem(token)).toBe(204);
  return user.id;
};

const logIn = (name: string, word = password) =>
  world.ask('POST', '/auth/login', { body: { email: `${name}@example.org`, password: word, refresh: 'body' } });

const ask = async (address: string, of = world) => {
  const asked = await of.ask('POST', '/auth/forgot', { body: { email: address } });
  return { status: asked.status, text: asked.text, type: asked.headers.get('content-type') };
};

const seen = (count: number) => mailbox.received(mailbox.mails.length + count);
const tokenIn = (text: string | undefined) => /#\/redeem\/(reset_[\w-]+)/.exec(text ?? '')?.[1] ?? '';

/** Asks for a reset and answers the token of its mail. */
const mailed = async (name: string): Promise<string> => {
  const coming = seen(1);
  expect(await ask(`${name}@example.org`)).toEqual(answered);
  return tokenIn((await coming).at(-1)?.text);
};

const logOf = (of: TestServed) => readFileSync(join(of.folder, 'caudal.log'), 'utf8');

test('who forgot the password gets a mail with a link, once; every log-in before it ends', async () => {
  await member('ana');
  const before = (await logIn('ana')).json as { accessToken: string; refreshToken: string };
  const coming = seen(1);
  expect(await ask(' ANA@example.org ')).toEqual(answered);
  const mail = (await coming).at(-1);
  expect(mail?.to).toEqual(['ana@example.org']);
  expect(mail?.subject).toBe('Cambie su contraseña de Caudal');
  expect(mail?.text).toContain('ana, alguien pidió cambiar la contraseña de ana@example.org');
  expect(mail?.text).toContain('durante 60 minutos');
  const token = tokenIn(mail?.text);
  expect(mail?.text).toContain(`${publicUrl}/#/redeem/${token}`);
  expect(mail?.html).toContain(`${publicUrl}/#/redeem/${token}`);

  // Until it is used the old password stands.
  expect((await world.ask('GET', '/me', { token: before.accessToken })).status).toBe(200);
  expect(await redeem(token, 'quite another password')).toBe(204);
  expect(await redeem(token)).toBe(422);
  expect((await world.ask('GET', '/me', { token: before.accessToken })).status).toBe(401);
  const refreshed = await world.ask('POST', '/auth/refresh', { body: { refreshToken: before.refreshToken } });
  expect(refreshed.status).toBe(401);
  expect((await logIn('ana')).status).toBe(401);
  const after = await logIn('ana', 'quite another password');
  expect(after.status).toBe(200);

  const user = `user:${after.json.user.id as string}`;
  const trail = (await world.services.store.read.auditTrail({ limit: 20 })).filter(({ subject }) => subject === user);
  expect(trail.map(({ actor, act }) => [actor, act])).toEqual(
    expect.arrayContaining([
      ['runtime', 'reset asked for by mail'],
      [user, 'reset redeemed'],
    ]),
  );
});

test('the mail is in the language of the user', async () => {
  await member('ben', 'en');
  const coming = seen(1);
  await ask('ben@example.org');
  const mail = (await coming).at(-1);
  expect(mail?.subject).toBe('Change your Caudal password');
  expect(mail?.text).toContain('works once and for 60 minutes');
});

test('nobody learns who is a user: the same answer, and mail for active users alone', async () => {
  await member('cleo');
  await invite('not-yet');
  const off = await member('off');
  const version = (await world.ask('GET', `/users/${off}`, { token: admin })).headers.get('etag') ?? '';
  const change = { token: admin, body: { state: 'disabled' }, headers: { 'if-match': version } };
  expect((await world.ask('PATCH', `/users/${off}`, change)).status).toBe(200);
  const before = mailbox.mails.length;
  const coming = seen(1);
  for (const name of ['nobody', 'not-yet', 'off', 'cleo']) expect(await ask(`${name}@example.org`)).toEqual(answered);
  expect((await coming).slice(before).flatMap(({ to }) => to)).toEqual(['cleo@example.org']);
});

test('a token is good for an hour', async () => {
  await member('dora');
  const token = await mailed('dora');
  await world.clock.advance(hour - 1);
  expect(await redeem(token, 'a password in time')).toBe(204);
  const late = await mailed('dora');
  await world.clock.advance(hour);
  expect(await redeem(late)).toBe(422);
  admin = (await logIn('admin')).json.accessToken as string;
});

test('a newer token, a changed password and a user that is switched off void a token', async () => {
  const id = await member('eva');
  const first = await mailed('eva');
  const second = await mailed('eva');
  expect(await redeem(first)).toBe(422);
  const logged = (await logIn('eva')).json as { accessToken: string };
  const change = { token: logged.accessToken, body: { current: password, password: 'changed by herself' } };
  expect((await world.ask('POST', '/me/password', change)).status).toBe(204);
  expect(await redeem(second)).toBe(422);
  const third = await mailed('eva');
  const version = (await world.ask('GET', `/users/${id}`, { token: admin })).headers.get('etag') ?? '';
  const off = { token: admin, body: { state: 'disabled' }, headers: { 'if-match': version } };
  expect((await world.ask('PATCH', `/users/${id}`, off)).status).toBe(200);
  expect(await redeem(third)).toBe(422);
});

test('only the hash of a token is kept, and no log has it', async () => {
  await member('fay');
  const token = await mailed('fay');
  expect(await world.services.store.read.oneTime(hashOf(token))).toMatchObject({ kind: 'reset' });
  expect(await world.services.store.read.notices(100)).toEqual([]);
  await expect.poll(() => logOf(world)).toContain('a reset was mailed');
  expect(logOf(world)).not.toContain(token);
  for (const name of ['caudal.db', 'caudal.db-wal'])
    expect(readFileSync(join(world.folder, name)).includes(token), name).toBe(false);
});

test('an address is asked for three times an hour, whether it is a user’s or not', async () => {
  await member('gil');
  const coming = seen(4);
  for (const address of ['gil@example.org', 'ghost@example.org']) {
    for (let times = 0; times < 3; times += 1) expect((await ask(address)).status).toBe(202);
    const refused = await world.ask('POST', '/auth/forgot', { body: { email: address.toUpperCase() } });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '3600']);
  }
  await world.clock.advance(hour);
  for (const address of ['gil@example.org', 'ghost@example.org']) expect((await ask(address)).status).toBe(202);
  expect((await coming).slice(-4).flatMap(({ to }) => to)).toEqual(Array.from({ length: 4 }, () => 'gil@example.org'));
  admin = (await logIn('admin')).json.accessToken as string;
});

test('asked for many times at once, an address is still counted one by one', async () => {
  const asked = await Promise.all(Array.from({ length: 12 }, () => ask('many@example.org')));
  expect(asked.filter(({ status }) => status === 202)).toHaveLength(3);
  expect(asked.filter(({ status }) => status === 429)).toHaveLength(9);
});

test('one caller asks for so many addresses in a minute', async () => {
  const own = await open({ http: { publicUrl, logInsPerMinute: 4 } });
  onTestFinished(() => own.close());
  const statuses: number[] = [];
  for (let times = 0; times < 6; times += 1) statuses.push((await ask(`user-${times}@example.org`, own)).status);
  expect(statuses).toEqual([202, 202, 202, 202, 429, 429]);
});

test('a mail server that is slow, busy or refuses holds no answer up; a mail is tried again unless refused for good', async () => {
  await member('hal');
  mailbox.behave({ message: { next: ['refuse-451'] } });
  const coming = seen(1);
  expect(await ask('hal@example.org')).toEqual(answered);
  await expect.poll(() => logOf(world)).toContain('a reset is not mailed yet');
  await world.clock.advance(minute);
  const token = tokenIn((await coming).at(-1)?.text);
  mailbox.behave({ message: { next: ['refuse-550'] } });
  expect(await ask('hal@example.org')).toEqual(answered);
  await expect.poll(() => logOf(world)).toContain('a reset was not mailed');
  // What was asked for later counts, whether its mail arrived or not.
  expect(await redeem(token)).toBe(422);
  mailbox.behave({ message: { next: ['hang'] } });
  expect(await ask('hal@example.org')).toEqual(answered);
});

test.each([
  ['a channel for mail', { notifiers: {} }, 'there is no notifier for mail'],
  ['a public address', { http: {} }, 'http.publicUrl is not set'],
] as const)('without %s it is not offered, and the route says so', async (_, changed, why) => {
  const own = await open(changed);
  onTestFinished(() => own.close());
  expect((await own.ask('GET', '/auth/offers')).json).toEqual({ mailedReset: false });
  const refused = await own.ask('POST', '/auth/forgot', { body: { email: 'ana@example.org' } });
  expect(refused.status).toBe(422);
  expect(refused.json.detail).toContain(why);
  expect((await world.ask('GET', '/auth/offers')).json).toEqual({ mailedReset: true });
});
