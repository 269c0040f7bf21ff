import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CaudalError, createHost, createRedactor, secretResolver } from '@caudal/core';

const variable = 'CAUDAL_CORE_TEST_SECRET';
let dir = '';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'caudal-secrets-'));
  process.env[variable] = 'from the environment';
});

afterEach(async () => {
  delete process.env[variable];
  await rm(dir, { recursive: true });
});

describe('resolving', () => {
  test('from the environment, a file, and as it stands; each is told on', async () => {
    await writeFile(join(dir, 'token'), 'from a file\n');
    const told: string[] = [];
    const resolve = secretResolver((secret) => told.push(secret));
    expect(await resolve(`env:${variable}`)).toBe('from the environment');
    expect(await resolve(`file:${join(dir, 'token')}`)).toBe('from a file');
    expect(await resolve('literal:a:b')).toBe('a:b');
    expect(told).toEqual(['from the environment', 'from a file', 'a:b']);
  });

  test('sources are added, replaced and removed', async () => {
    const resolve = secretResolver(() => {}, { store: async (name) => `stored ${name}`, literal: undefined });
    expect(await resolve('store:x')).toBe('stored x');
    await expect(resolve('literal:abc')).rejects.toThrow('secrets of the kind "literal:" are not available here');
  });

  test('what is missing stops that credential alone', async () => {
    await writeFile(join(dir, 'empty'), '\n');
    const resolve = secretResolver(() => {});
    const paths = [`file:${join(dir, 'none')}`, `file:${join(dir, 'empty')}`, 'env:CAUDAL_NOT_SET'] as const;
    for (const credential of paths) {
      await expect(resolve(credential)).rejects.toMatchObject({
        kind: 'config',
        scope: 'credential',
        sent: 'no',
        credential,
      });
    }
  });

  test.each(['hunter2', 'user:hunter2', 'constructor:hunter2', '__proto__:hunter2', ''])(
    'a secret pasted where a reference belongs is not repeated: %j',
    async (pasted) => {
      const failure = await secretResolver(() => {})(pasted as never).catch((thrown: unknown) => thrown);
      expect(failure).toMatchObject({ kind: 'config', message: expect.stringContaining('not a secret reference') });
      expect(String(failure)).not.toMatch(/hunter2|user:|constructor/);
    },
  );

  test("a host's redactor knows what its resolver hands out", async () => {
    const host = createHost();
    await host.secret(`env:${variable}`);
    expect(host.redact.text('got "from the environment"')).toBe('got "[redacted]"');
  });
});

describe('redaction of text', () => {
  const awkward = 'pä"ss/w+rd %2F=\\ñ&é';
  const spellings: Readonly<Record<string, (secret: string) => string>> = {
    plain: (secret) => secret,
    JSON: (secret) => JSON.stringify({ secret }),
    'JSON in JSON': (secret) => JSON.stringify(JSON.stringify({ secret })),
    'URL component': encodeURIComponent,
    'URL component, lower case': (secret) =>
      encodeURIComponent(secret).replaceAll(/%../g, (code) => code.toLowerCase()),
    'URL query': (secret) => new URLSearchParams({ secret }).toString(),
    URL: encodeURI,
    base64: (secret) => Buffer.from(secret).toString('base64'),
    base64url: (secret) => Buffer.from(secret).toString('base64url'),
    'basic authentication': (secret) => `Basic ${Buffer.from(`user:${secret}`).toString('base64')}`,
    'base64 in a URL': (secret) => encodeURIComponent(Buffer.from(`ab:${secret}`).toString('base64')),
  };

  test.each(Object.entries(spellings))('%s', (_, spell) => {
    const redact = createRedactor();
    redact.add(awkward);
    const out = redact.text(`before ${spell(awkward)} after`);
    expect(out).toContain('[redacted]');
    expect(out.startsWith('before ') && out.endsWith(' after')).toBe(true);
    for (const written of Object.values(spellings)) expect(out).not.toContain(written(awkward));
  });

  test('base64 of any text around the secret gives none of it away', () => {
    const printable = fc.string({ minLength: 6, maxLength: 40 });
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), printable, fc.string({ maxLength: 8 }), (before, secret, after) => {
        const redact = createRedactor();
        redact.add(secret);
        const encoded = Buffer.from(before + secret + after).toString('base64');
        const out = redact.text(encoded);
        expect(out).toContain('[redacted]');
        // What is left decodes to nothing but the neighbours.
        const left = out.split('[redacted]')[0] ?? '';
        expect(
          Buffer.from(before)
            .toString('base64')
            .startsWith(left.slice(0, Math.floor((Buffer.byteLength(before) * 8) / 6))),
        ).toBe(true);
        expect(left.length).toBeLessThanOrEqual(Math.floor((Buffer.byteLength(before) * 8) / 6));
      }),
    );
  });

  test('no known secret survives, whatever stands around and however secrets overlap', () => {
    const secrets = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c', '/'), minLength: 4, maxLength: 8 }), {
      minLength: 1,
      maxLength: 5,
    });
    const noise = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '/', ' ') });
    fc.assert(
      fc.property(secrets, fc.array(noise, { minLength: 2, maxLength: 6 }), (known, around) => {
        const redact = createRedactor();
        for (const secret of known) redact.add(secret);
        const text = around.map((part, index) => part + (known[index % known.length] ?? '')).join('');
        const visible = redact.text(text).split('[redacted]');
        for (const secret of known) {
          for (const part of visible) expect(part).not.toContain(secret);
        }
      }),
    );
  });

  test('the tail of a secret that overlaps another is covered too', () => {
    const redact = createRedactor();
    for (const secret of ['abcd', 'cdefgh']) redact.add(secret);
    expect(redact.text('(abcdefgh)')).toBe('([redacted])');
  });

  test('text without secrets comes back as it is; very short ones are ignored', () => {
    const redact = createRedactor();
    redact.add('abc');
    redact.add('longer secret');
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ') }), (text) => {
        expect(redact.text(text)).toBe(text);
      }),
    );
  });

  test('half a surrogate pair in a secret does no harm', () => {
    const redact = createRedactor();
    redact.add('half\ud800pair');
    expect(redact.text('a half\ud800pair')).toBe('a [redacted]');
  });
});

describe('redaction of values', () => {
  const redact = createRedactor();
  redact.add('s3cret');

  test('in keys, values, maps, sets, dates, URLs and bytes', () => {
    const shared = { note: 's3cret' };
    expect(
      redact.deep({
        's3cret key': [1, null, true, 'a s3cret'],
        map: new Map([['k', 's3cret']]),
        set: new Set(['s3cret']),
        at: new Date(0),
        url: new URL('http://example.test/?token=s3cret'),
        bytes: Buffer.from('s3cret'),
        twice: [shared, shared],
      }),
    ).toEqual({
      '[redacted] key': [1, null, true, 'a [redacted]'],
      map: [['k', '[redacted]']],
      set: ['[redacted]'],
      at: '1970-01-01T00:00:00.000Z',
      url: 'http://example.test/?token=[redacted]',
      bytes: '[6 bytes]',
      twice: [{ note: '[redacted]' }, { note: '[redacted]' }],
    });
  });

  test('in errors, their causes and what they gather', () => {
    const cause = new AggregateError([new Error('s3cret inside')], 's3cret around');
    const out = JSON.stringify(
      redact.deep(new CaudalError('auth', 'refused s3cret', { detail: 'token s3cret', status: 401, cause })),
    );
    expect(out).not.toContain('s3cret');
    expect(JSON.parse(out)).toMatchObject({
      name: 'CaudalError',
      message: 'refused [redacted]',
      detail: 'token [redacted]',
      status: 401,
      cause: { message: '[redacted] around', errors: [{ message: '[redacted] inside' }] },
    });
  });

  test('circles and bottomless nests end', () => {
    const circle: Record<string, unknown> = { note: 's3cret' };
    circle['self'] = circle;
    expect(redact.deep(circle)).toEqual({ note: '[redacted]', self: '[circular]' });
    let nest: unknown = 's3cret';
    for (let depth = 0; depth < 100_000; depth += 1) nest = [nest];
    expect(JSON.stringify(redact.deep(nest))).toContain('[too deep]');
  });

  test('the original is not touched', () => {
    const original = { a: ['s3cret'] };
    redact.deep(original);
    expect(original).toEqual({ a: ['s3cret'] });
  });
});
