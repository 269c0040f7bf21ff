import { type Field, fieldsIn } from './wire.ts';

/** A value as it stands on the wire; how it is read depends on the metric's data type. */
export interface WireValue {
  readonly int?: bigint;
  readonly long?: bigint;
  readonly float?: number;
  readonly double?: number;
  readonly boolean?: boolean;
  readonly string?: string;
  /** Bytes, files, data sets, templates, extensions. */
  readonly other?: 'bytes' | 'data set' | 'template' | 'extension';
}

export interface Metric extends WireValue {
  readonly name?: string;
  readonly alias?: bigint;
  readonly timestamp?: bigint;
  readonly datatype?: number;
  readonly historical: boolean;
  readonly isNull: boolean;
  /** Properties that are text or whole numbers, by key: `engUnit`, `Quality`. */
  readonly properties: ReadonlyMap<string, string | bigint>;
}

export interface Payload {
  readonly timestamp?: bigint;
  readonly seq?: bigint;
  readonly metrics: readonly Metric[];
}

const utf8 = new TextDecoder();

const first = (fields: readonly Field[], number: number): Field | undefined => {
  // Of a field that stands more than once, protobuf takes the last.
  return fields.findLast((field) => field.number === number);
};

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const varint = (fields: readonly Field[], number: number) => first(fields, number)?.varint;
const text = (fields: readonly Field[], number: number) => {
  const bytes = first(fields, number)?.bytes;
  return bytes === undefined ? undefined : utf8.decode(bytes);
};

const defined = <T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;

/** Keys and values are two lists of the same order (Payload.PropertySet). */
const propertiesIn = (bytes: Uint8Array | undefined): ReadonlyMap<string, string | bigint> => {
  const found = new Map<string, string | bigint>();
  if (bytes === undefined) return found;
  const fields = fieldsIn(bytes);
  const keys = fields.filter(({ number }) => number === 1).map((field) => utf8.decode(field.bytes));
  const values = fields.filter(({ number }) => number === 2);
  for (const [index, key] of keys.entries()) {
    const value = values[index]?.bytes === undefined ? [] : fieldsIn(values[index].bytes);
    const read = text(value, 8) ?? varint(value, 3) ?? varint(value, 4);
    if (read !== undefined && varint(value, 2) !== 1n) found.set(key, read);
  }
  return found;
};

const others = { 16: 'bytes', 17: 'data set', 18: 'template', 19: 'extension' } as const;

const metricIn = (bytes: Uint8Array): Metric => {
  const fields = fieldsIn(bytes);
  const float = first(fields, 12)?.bytes;
  const double = first(fields, 13)?.bytes;
  const boolean = varint(fields, 14);
  const other = Object.entries(others).find(([number]) => first(fields, Number(number)) !== undefined)?.[1];
  const datatype = varint(fields, 4);
  return {
    historical: varint(fields, 5) === 1n,
    isNull: varint(fields, 7) === 1n,
    properties: propertiesIn(first(fields, 9)?.bytes),
    ...defined({
      name: text(fields, 1),
      alias: varint(fields, 2),
      timestamp: varint(fields, 3),
      datatype: datatype === undefined ? undefined : Number(datatype),
      int: varint(fields, 10),
      long: varint(fields, 11),
      float: float?.length === 4 ? view(float).getFloat32(0, true) : undefined,
      double: double?.length === 8 ? view(double).getFloat64(0, true) : undefined,
      boolean: boolean === undefined ? undefined : boolean !== 0n,
      string: text(fields, 15),
      other,
    }),
  };
};

/**
 * A Sparkplug B payload: `sparkplug_b.proto` of Eclipse Tahu, as far as readings need it.
 * @throws CaudalError kind `invalid-data` for bytes that are none
 */
export const payloadIn = (bytes: Uint8Array): Payload => {
  const fields = fieldsIn(bytes);
  return {
    metrics: fields.flatMap(({ number, bytes: metric }) =>
      number === 2 && metric !== undefined ? [metricIn(metric)] : [],
    ),
    ...defined({ timestamp: varint(fields, 1), seq: varint(fields, 3) }),
  };
};

/** The sequence number alone, of a payload that may be broken. */
export const seqIn = (bytes: Uint8Array): number | undefined => {
  try {
    const seq = varint(fieldsIn(bytes), 3);
    return seq === undefined || seq > 255n ? undefined : Number(seq);
  } catch {
    return undefined;
  }
};
