import { expect, test } from 'vitest';
import { murmur2, partitionOf } from '@caudal/kafka';

/** From the tests of Kafka's own Java client (`UtilsTest.testMurmur2`). */
const known: readonly (readonly [string, number])[] = [
  ['21', -973_932_308],
  ['foobar', -790_332_482],
  ['a-little-bit-long-string', -985_981_536],
  ['a-little-bit-longer-string', -1_486_304_829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58_897_971],
  ['abc', 479_470_107],
];

test.each(known)('murmur2 of %s is what the Java client computes', (text, hash) => {
  expect(murmur2(Buffer.from(text))).toBe(hash);
});

test('a view into a larger buffer hashes its own bytes', () => {
  expect(murmur2(Buffer.from('xxfoobarxx').subarray(2, 8))).toBe(-790_332_482);
});

test('partitions of keys never move: another value here breaks the order of every device', () => {
  const keys = ['tago/well-1', 'tago/well-2', 'mqtt/río-3', ''];
  expect(keys.map((key) => partitionOf(key, 48))).toEqual([6, 35, 35, 9]);
  for (const [text, hash] of known) expect(partitionOf(text, 48)).toBe((hash & 0x7fff_ffff) % 48);
});
