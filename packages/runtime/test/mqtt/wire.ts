/** One packet of MQTT 3.1.1 as it went over the wire. */
export interface Packet {
  /** 1 CONNECT, 2 CONNACK, 3 PUBLISH, 4 PUBACK, 9 SUBACK: MQTT 3.1.1, 2.2.1. */
  readonly type: number;
  readonly flags: number;
  readonly rest: Buffer;
}

/** Where the packet at the start of `bytes` begins and ends; undefined while it is not whole. */
const measure = (bytes: Buffer): { readonly from: number; readonly to: number } | undefined => {
  let length = 0;
  for (let index = 1; index < bytes.length && index <= 4; index += 1) {
    const byte = bytes[index] as number;
    length += (byte & 127) * 128 ** (index - 1);
    if (byte < 128) return bytes.length < index + 1 + length ? undefined : { from: index + 1, to: index + 1 + length };
  }
  return undefined;
};

/** Takes the bytes of a stream as they come, and calls back for every whole packet, in order. */
export const packetReader = (take: (packet: Packet) => void): ((chunk: Buffer) => void) => {
  let left: Buffer = Buffer.alloc(0);
  return (chunk) => {
    left = Buffer.concat([left, chunk]);
    for (let place = measure(left); place !== undefined; place = measure(left)) {
      const first = left[0] as number;
      take({ type: first >> 4, flags: first & 15, rest: left.subarray(place.from, place.to) });
      left = left.subarray(place.to);
    }
  };
};

/** PUBLISH of quality 1 or 2: its id, topic and payload; undefined for quality 0, which has no id. */
export const published = ({ flags, rest }: Packet) => {
  if ((flags & 6) === 0) return undefined;
  const end = 2 + rest.readUInt16BE(0);
  return {
    id: rest.readUInt16BE(end),
    again: (flags & 8) !== 0,
    topic: rest.toString('utf8', 2, end),
    payload: Buffer.from(rest.subarray(end + 2)),
  };
};

/** Packet id of a PUBACK. */
export const acknowledgedId = ({ rest }: Packet): number => rest.readUInt16BE(0);

/** Who a CONNECT is from, and whether the broker shall forget it. The protocol's name `MQTT` takes six bytes. */
export const connecting = ({ rest }: Packet) => ({
  clean: ((rest[7] as number) & 2) !== 0,
  clientId: rest.toString('utf8', 12, 12 + rest.readUInt16BE(10)),
});

/** Whether a CONNACK says that the broker had kept the session. */
export const sessionPresent = ({ rest }: Packet): boolean => rest[0] === 1;
