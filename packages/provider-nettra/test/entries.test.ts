import { expect, test } from 'vitest';
import { create, isPlugin } from '@caudal/core';
import { nettra, nettraVariables } from '@caudal/provider-nettra/thethings';
import { fakeHost } from '@caudal/testkit';
import manifest from '../package.json' with { type: 'json' };

test('the platform is chosen by whoever imports: there is no entry that guesses', async () => {
  expect(Object.keys(manifest.exports)).not.toContain('.');
  const guessing = '@caudal/provider-nettra';
  await expect(import(guessing)).rejects.toThrow();
});

test('field failure 17: the table says where a key comes from, not what is measured there', () => {
  expect(nettraVariables.map(({ name }) => name)).toEqual(['pulsos', 'nivel', 'caudal']);
  for (const { meaning } of nettraVariables) expect(meaning).not.toMatch(/m3|l\/s|metre/i);
});

test('field failure 20: configuration is checked before anything runs', () => {
  expect(isPlugin(nettra())).toBe(true);
  expect(() => create(nettra({ platform: 'thethings' } as never), fakeHost())).toThrow(
    expect.objectContaining({ kind: 'config', sent: 'no' }),
  );
});
