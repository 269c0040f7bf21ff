import { expect, test } from 'vitest';
import { fakeHost } from '@caudal/testkit';

test('keeps logs, redacted, and says which secrets were asked for', async () => {
  const host = fakeHost({ secrets: { 'env:TOKEN': 'very-secret' } });
  const token = await host.secret('env:TOKEN');
  host.log.warn({ url: `http://x/?t=${token}`, size: 10n }, `sent ${token}`);
  expect(host.entries).toEqual([
    { level: 'warn', message: 'sent [redacted]', facts: { url: 'http://x/?t=[redacted]', size: 10n } },
  ]);
  expect(host.logs).not.toContain('very-secret');
  expect(host.resolved).toEqual(['env:TOKEN']);
});

test('knows no secret it was not given', async () => {
  const host = fakeHost();
  await expect(host.secret('env:PATH')).rejects.toMatchObject({ kind: 'config', sent: 'no' });
  await expect(host.secret('file:/etc/hostname')).rejects.toMatchObject({ kind: 'config' });
});

const numbers = (seed: number) => {
  const host = fakeHost({ seed });
  return Array.from({ length: 1000 }, () => host.random());
};

test('its random numbers are the same in every run', () => {
  expect(numbers(1)).toEqual(numbers(1));
  expect(numbers(1)).not.toEqual(numbers(2));
  expect(numbers(7).every((value) => value >= 0 && value < 1)).toBe(true);
  const mean = numbers(7).reduce((sum, value) => sum + value, 0) / 1000;
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.05);
});
