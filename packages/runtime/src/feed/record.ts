import { randomUUID } from 'node:crypto';
import type { BusRecord, NewRecord } from '@caudal/kafka';
import { CaudalError, closedObject, issuesOf, type RawEnvelope, schemaOf, Type } from '@caudal/core';
import { lanes, type NewRaw } from '../store/rows.ts';

/** Header of a raw record: all but its body, which is the value byte for byte. */
const rawHeader = 'caudal-raw';
/** Header of a record that could not be read: why, and where it lay. */
const deadHeader = 'caudal-dead';

const head = schemaOf(
  closedObject({
    v: Type.Literal(1),
    id: Type.String({ minLength: 1, maxLength: 200 }),
    instance: Type.String({ minLength: 1 }),
    lane: Type.Enum([...lanes]),
    receivedAt: Type.Integer(),
    envelope: Type.Object({ channel: Type.Enum(['pull', 'subscribe', 'webhook', 'manual']) }),
    request: Type.Optional(Type.String()),
  }),
);

/** What keeps its order: a device, or the instance where a record is of several or of none that is known. */
const keyOf = ({ instance, envelope: { device, asked } }: NewRaw): string => {
  const one = device ?? (asked?.devices?.length === 1 ? asked.devices[0] : undefined);
  return one === undefined ? instance : `${instance}/${one}`;
};

export const toRecord = (row: NewRaw): NewRecord => {
  const { body, ...rest } = row;
  return { key: keyOf(row), value: body, headers: { [rawHeader]: JSON.stringify({ v: 1, ...rest }) } };
};

/** Bytes of a record in a topic, a little more than it has. */
export const bytesOf = ({ key, value, headers }: NewRecord): number =>
  Object.entries({ key, ...headers }).reduce(
    (sum, [name, text]) => sum + name.length + Buffer.byteLength(text) + 20,
    100,
  ) + value.byteLength;

/** @throws CaudalError kind `invalid-data` that says why this is no raw record */
export const fromRecord = ({ value, headers }: BusRecord): NewRaw => {
  const refuse = (why: string): never => {
    throw new CaudalError('invalid-data', `no raw record: ${why}`, { scope: 'item', sent: 'no' });
  };
  const text = headers[rawHeader] ?? refuse(`it has no header ${rawHeader}`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return refuse(`its header ${rawHeader} is no JSON`);
  }
  const [issue] = issuesOf(head, parsed, 1);
  if (issue !== undefined) return refuse(`${issue.path} ${issue.message}`);
  const { v: _v, ...row } = parsed as Omit<NewRaw, 'body'> & { readonly v: 1; readonly envelope: RawEnvelope };
  return { ...row, body: value };
};

/** The same record with what is wrong with it. Its key stays, so that its order is kept when it goes back. */
export const toDead = (
  { key, value, headers, offset }: BusRecord,
  of: { readonly topic: string; readonly partition: number; readonly reason: string; readonly at: number },
): NewRecord => ({
  key: key.length === 0 ? randomUUID() : key.toString(),
  value,
  headers: { ...headers, [deadHeader]: JSON.stringify({ ...of, offset }) },
});

export const fromDead = ({ key, value, headers }: BusRecord): NewRecord => ({
  key: key.toString(),
  value,
  headers: Object.fromEntries(Object.entries(headers).filter(([name]) => name !== deadHeader)),
});
