import { describe, expect, test } from 'vitest';
import {
  type CaudalError,
  closedObject,
  configured,
  create,
  createHost,
  defineNotifier,
  defineProvider,
  isPlugin,
  open,
  schemaOf,
  Type,
} from '@caudal/core';

interface Seen {
  starts: number;
  closes: number;
}

const acme = (seen: Seen, failing?: { start?: Error; close?: Error }) =>
  defineProvider({
    id: 'acme',
    version: '1.0.0',
    config: schemaOf(
      closedObject({
        url: Type.Optional(Type.String({ default: 'http://localhost', description: 'Where it is.' })),
        every: Type.Optional(Type.Integer({ minimum: 1 })),
      }),
    ),
    device: schemaOf(closedObject({})),
    variable: schemaOf(closedObject({})),
    capabilities: { limits: [] },
    create: ({ config, host }) => ({
      start: () => {
        seen.starts += 1;
        if (failing?.start !== undefined) throw failing.start;
      },
      close: () => {
        seen.closes += 1;
        if (failing?.close !== undefined) throw failing.close;
      },
      check: async () => ({ ok: true, message: `${config.url} ${host.random()}` }),
      decode: () => ({ readings: [], problems: [] }),
    }),
  });

const none = (): Seen => ({ starts: 0, closes: 0 });
const signal = new AbortController().signal;

describe('open', () => {
  test('fills defaults, starts, and closes at the end of the block', async () => {
    const seen = none();
    {
      await using instance = await open(configured(acme(seen), {}), { random: () => 0.5 });
      expect(await instance.check({ signal })).toEqual({ ok: true, message: 'http://localhost 0.5' });
      expect(seen).toEqual({ starts: 1, closes: 0 });
    }
    expect(seen).toEqual({ starts: 1, closes: 1 });
  });

  test('names every mistake of a configuration and its place, and starts nothing', async () => {
    const seen = none();
    const failure: unknown = await open(configured(acme(seen), { url: 1, evry: 2, every: 0 } as never)).catch(
      (thrown: unknown) => thrown,
    );
    expect(failure).toMatchObject({ kind: 'config', sent: 'no' });
    for (const part of ['acme', '/url: must be string', '/evry: unknown key "evry"', '/every: must be >= 1']) {
      expect((failure as CaudalError).message).toContain(part);
    }
    expect(seen).toEqual(none());
  });

  test.each([{}, { close: new Error('closing failed too') }])(
    'closes what a failed start left open and tells why the start failed',
    async (more) => {
      const seen = none();
      const start = new Error('no such host');
      await expect(open(configured(acme(seen, { start, ...more }), {}))).rejects.toBe(start);
      expect(seen).toEqual({ starts: 1, closes: 1 });
    },
  );

  test.each([null, undefined, {}, 'tago', { definition: {}, config: {} }])('%j is no plugin', async (value) => {
    expect(isPlugin(value)).toBe(false);
    await expect(open(value as never)).rejects.toThrow('this is not a plugin');
  });

  test('a plugin of another copy of core is known by its mark', async () => {
    const foreign = { definition: acme(none()), config: {}, [Symbol.for('caudal.plugin')]: true };
    expect(isPlugin(foreign)).toBe(true);
    await (await open(foreign)).close?.();
  });
});

test('create makes an instance and does not start it', () => {
  const seen = none();
  create(configured(acme(seen), {}), createHost());
  expect(seen).toEqual(none());
});

describe('define', () => {
  const notifier = {
    id: 'bell',
    version: '1.0.0',
    config: schemaOf(closedObject({})),
    address: schemaOf(closedObject({})),
    capabilities: { channel: 'bell', attachments: false, idempotent: false },
    create: () => ({
      send: async () => ({ externalId: '1' }),
      check: async () => ({ ok: true, message: 'rings' }),
    }),
  };

  test('says which contract a plugin was written for, and freezes it', () => {
    const defined = defineNotifier(notifier);
    expect(defined.spec).toBe('notifier/v1');
    expect(Object.isFrozen(defined)).toBe(true);
  });

  test.each([
    [{ id: 'Bell' }, 'id must be lower case'],
    [{ id: '' }, 'id must be lower case'],
    [{ version: 'latest' }, '"latest" is not a version'],
  ])('%j is refused where it was written', (mistake, why) => {
    expect(() => defineNotifier({ ...notifier, ...mistake })).toThrow(why);
  });
});
