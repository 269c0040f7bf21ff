import { expect, test } from 'vitest';
import { closedObject, configured, createHost, defineProvider, isPlugin, open, schemaOf, Type } from '@caudal/core';

const acme = defineProvider({
  id: 'acme',
  version: '1.0.0',
  config: schemaOf(closedObject({ url: Type.String({ default: 'http://localhost', description: 'u' }) })),
  device: schemaOf(closedObject({ channel: Type.Optional(Type.Integer()) })),
  variable: schemaOf(closedObject({})),
  capabilities: { limits: [] },
  create: ({ config }) => ({
    check: async ({ device }) => ({ ok: device?.settings.channel !== 3, message: config.url }),
    decode: () => ({ readings: [], problems: [] }),
  }),
});

test('open fills defaults, refuses unknown keys and closes', async () => {
  const plugin = configured(acme, { url: 'http://x' });
  expect(isPlugin(plugin)).toBe(true);
  await using instance = await open(plugin, createHost());
  expect(await instance.check({ signal: AbortSignal.timeout(1000) })).toEqual({ ok: true, message: 'http://x' });
  await expect(open(configured(acme, { url: 'x', nope: 1 } as never))).rejects.toThrow('/nope: unknown key "nope"');
});
