import { nothingIn } from '../nothing.ts';

/** One field of a protobuf message: a number (wire type 0), eight or four bytes (1, 5), or any bytes (2). */
export interface Field {
  readonly number: number;
  readonly varint?: bigint;
  readonly bytes?: Uint8Array;
}

/** A varint has at most ten bytes; protobuf takes the lowest 64 bits. */
const readVarint = (bytes: Uint8Array, from: number): { readonly value: bigint; readonly next: number } => {
  let value = 0n;
  for (let index = 0; index < 10; index += 1) {
    const byte = bytes[from + index];
    if (byte === undefined) return nothingIn('the payload ends within a number');
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), next: from + index + 1 };
  }
  return nothingIn('the payload has a number of more than ten bytes');
};

const fixedLength: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

/**
 * The fields of a protobuf message, in order, as the encoding is documented by protobuf.dev. Nothing is copied: bytes are views.
 * @throws CaudalError kind `invalid-data` for bytes that are no message, and for more than `limit` fields
 */
export const fieldsIn = (bytes: Uint8Array, limit = 65_536): Field[] => {
  const fields: Field[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (fields.length >= limit) return nothingIn(`the payload has more than ${limit} fields`);
    const tag = readVarint(bytes, at);
    const number = Number(tag.value >> 3n);
    const wireType = Number(tag.value & 7n);
    at = tag.next;
    if (number === 0) return nothingIn('the payload has a field without a number');
    if (wireType === 0) {
      const { value, next } = readVarint(bytes, at);
      fields.push({ number, varint: value });
      at = next;
      continue;
    }
    let length = fixedLength[wireType];
    if (wireType === 2) {
      const { value, next } = readVarint(bytes, at);
      length = Number(value);
      at = next;
    }
    if (length === undefined) return nothingIn(`the payload has a field of wire type ${wireType}`);
    if (at + length > bytes.length) return nothingIn('the payload ends within a field');
    fields.push({ number, bytes: bytes.subarray(at, at + length) });
    at += length;
  }
  return fields;
};
