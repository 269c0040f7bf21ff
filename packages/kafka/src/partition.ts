/**
 * MurmurHash2 as Kafka's Java client computes it (`org.apache.kafka.common.utils.Utils.murmur2`): seed 0x9747b28c, a signed 32-bit result.
 */
export const murmur2 = (data: Uint8Array): number => {
  const m = 0x5bd1e995;
  let h = 0x9747b28c ^ data.length;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const whole = data.length & ~3;
  for (let at = 0; at < whole; at += 4) {
    let k = Math.imul(view.getInt32(at, true), m);
    k = Math.imul(k ^ (k >>> 24), m);
    h = Math.imul(h, m) ^ k;
  }
  const rest = data.length - whole;
  if (rest === 3) h ^= (data[whole + 2] as number) << 16;
  if (rest >= 2) h ^= (data[whole + 1] as number) << 8;
  if (rest >= 1) h = Math.imul(h ^ (data[whole] as number), m);
  h = Math.imul(h ^ (h >>> 13), m);
  return (h ^ (h >>> 15)) | 0;
};

/**
 * The partition of a key, as Java's default partitioner chooses it (`BuiltInPartitioner.partitionForKey`). Fixed here, because clients differ in
 * their defaults, and a key that moves to another partition loses its order.
 */
export const partitionOf = (key: string, partitions: number): number =>
  (murmur2(Buffer.from(key)) & 0x7fff_ffff) % partitions;
