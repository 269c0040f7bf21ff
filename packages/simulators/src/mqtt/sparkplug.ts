import type { MqttMessage } from './message.ts';

const varint = (value: bigint): number[] => {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
};

const number = (field: number, value: bigint) => [...varint(BigInt(field << 3)), ...varint(value)];
const bytes = (field: number, content: Iterable<number>) => {
  const all = [...content];
  return [...varint(BigInt((field << 3) | 2)), ...varint(BigInt(all.length)), ...all];
};
const text = (field: number, value: string) => bytes(field, Buffer.from(value));
const float = (field: number, value: number) => {
  const buffer = Buffer.alloc(4);
  buffer.writeFloatLE(value);
  return [...varint(BigInt((field << 3) | 5)), ...buffer];
};
const double = (field: number, value: number) => {
  const buffer = Buffer.alloc(8);
  buffer.writeDoubleLE(value);
  return [...varint(BigInt((field << 3) | 1)), ...buffer];
};

/** Data types by name, with their numbers in `sparkplug_b.proto`. */
const types = {
  Int8: 1,
  Int16: 2,
  Int32: 3,
  Int64: 4,
  UInt8: 5,
  UInt16: 6,
  UInt32: 7,
  UInt64: 8,
  Float: 9,
  Double: 10,
  Boolean: 11,
  String: 12,
} as const;

export type SparkplugType = keyof typeof types;

export interface SparkplugMetric {
  readonly name: string;
  readonly type: SparkplugType;
  /** `null` is said with `is_null`. */
  readonly value: number | bigint | boolean | string | null;
  /** Default: the time of the message. */
  readonly at?: number;
  readonly unit?: string;
  readonly historical?: boolean;
}

const valueOf = ({ type, value }: SparkplugMetric): number[] => {
  if (value === null) return number(7, 1n);
  if (type === 'Float') return float(12, Number(value));
  if (type === 'Double') return double(13, Number(value));
  if (type === 'Boolean') return number(14, value === true ? 1n : 0n);
  if (type === 'String') return text(15, String(value));
  const whole = BigInt(value);
  return type.endsWith('64') ? number(11, whole) : number(10, BigInt.asUintN(32, whole));
};

const propertySet = (unit: string) => [...text(1, 'engUnit'), ...bytes(2, [...number(1, 12n), ...text(8, unit)])];

/** A metric of a BIRTH says everything; one of a DATA message its alias and what has changed. */
const metricBytes = (metric: SparkplugMetric, alias: bigint, at: number, birth: boolean): number[] => [
  ...(birth ? text(1, metric.name) : []),
  ...number(2, alias),
  ...number(3, BigInt(metric.at ?? at)),
  ...(birth ? number(4, BigInt(types[metric.type])) : []),
  ...(metric.historical === true ? number(5, 1n) : []),
  ...(birth && metric.unit !== undefined ? bytes(9, propertySet(metric.unit)) : []),
  ...valueOf(metric),
];

export interface SparkplugNodeOptions {
  readonly group: string;
  readonly node: string;
  /** First alias that it hands out; another after a restart gives aliases other meanings. Default 1. */
  readonly firstAlias?: number;
}

/**
 * An edge node of Sparkplug B: aliases, sequence numbers, births and deaths, written from `sparkplug_b.proto` of Eclipse Tahu and the
 * specification. Each call makes the next message of the node, in order; one that is not published is one that was lost.
 */
export const sparkplugNode = ({ group, node, firstAlias = 1 }: SparkplugNodeOptions) => {
  let seq = 0;
  let bdSeq = -1n;
  let next = BigInt(firstAlias);
  const aliases = new Map<string, bigint>();
  const aliasOf = (device: string | undefined, name: string) => {
    const key = `${device ?? ''}/${name}`;
    const known = aliases.get(key) ?? next++;
    aliases.set(key, known);
    return known;
  };
  const message = (
    type: string,
    device: string | undefined,
    at: number,
    metrics: readonly number[][],
    withSeq = true,
  ): MqttMessage => {
    const payload = [
      ...number(1, BigInt(at)),
      ...metrics.flatMap((metric) => bytes(2, metric)),
      ...(withSeq ? number(3, BigInt(seq)) : []),
    ];
    if (withSeq) seq = (seq + 1) % 256;
    const topic = `spBv1.0/${group}/${type}/${node}${device === undefined ? '' : `/${device}`}`;
    return { topic, payload: Buffer.from(payload), qos: 0 };
  };
  const encoded = (device: string | undefined, at: number, metrics: readonly SparkplugMetric[], birth: boolean) =>
    metrics.map((metric) => metricBytes(metric, aliasOf(device, metric.name), at, birth));
  const sequenceMetric = () => [...text(1, 'bdSeq'), ...number(4, 8n), ...number(11, bdSeq)];
  return {
    birth(at: number, metrics: readonly SparkplugMetric[]): MqttMessage {
      seq = 0;
      bdSeq += 1n;
      const rebirth = [...text(1, 'Node Control/Rebirth'), ...number(4, 11n), ...number(14, 0n)];
      return message('NBIRTH', undefined, at, [sequenceMetric(), rebirth, ...encoded(undefined, at, metrics, true)]);
    },
    deviceBirth: (device: string, at: number, metrics: readonly SparkplugMetric[]): MqttMessage =>
      message('DBIRTH', device, at, encoded(device, at, metrics, true)),
    data: (at: number, metrics: readonly SparkplugMetric[]): MqttMessage =>
      message('NDATA', undefined, at, encoded(undefined, at, metrics, false)),
    deviceData: (device: string, at: number, metrics: readonly SparkplugMetric[]): MqttMessage =>
      message('DDATA', device, at, encoded(device, at, metrics, false)),
    death: (at: number): MqttMessage => message('NDEATH', undefined, at, [sequenceMetric()], false),
    deviceDeath: (device: string, at: number): MqttMessage => message('DDEATH', device, at, []),
    /** Where commands for it are published. */
    commands: `spBv1.0/${group}/NCMD/${node}`,
  };
};
