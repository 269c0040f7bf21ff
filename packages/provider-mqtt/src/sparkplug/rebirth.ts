import type { SparkplugTopic } from './topic.ts';

const varint = (value: bigint): number[] => {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return bytes;
};

const counted = (field: number, bytes: readonly number[]) => [
  (field << 3) | 2,
  ...varint(BigInt(bytes.length)),
  ...bytes,
];

/** The command by which a host asks an edge node to send its BIRTHs again (Sparkplug 3.0, "Node Control/Rebirth"). */
export const rebirthCommand = (
  { namespace, group, node }: SparkplugTopic,
  now: number,
): { readonly topic: string; readonly payload: Buffer } => {
  const stamp = varint(BigInt(now));
  const metric = [
    ...counted(1, [...Buffer.from('Node Control/Rebirth')]),
    3 << 3,
    ...stamp,
    // Boolean, and true.
    4 << 3,
    11,
    14 << 3,
    1,
  ];
  return {
    topic: `${namespace}/${group}/NCMD/${node}`,
    payload: Buffer.from([1 << 3, ...stamp, ...counted(2, metric)]),
  };
};
