import type { ValueRow } from '../store/rows.ts';
import type { Claimed } from './decode.ts';

/** The value of a reading before it is judged. */
export const unjudged = ({ bound, device, reading, raw }: Claimed): ValueRow => {
  const { value, text, codes } = bound.convert(reading);
  return {
    series: bound.series.id,
    at: reading.at,
    value,
    text,
    flag: value === null ? 9 : 2,
    codes,
    status: 'final',
    origin: raw.envelope.channel === 'manual' ? 'manual' : 'raw',
    raw: raw.id,
    device: device.id,
    variable: reading.variable,
    vendorId: reading.vendorId ?? null,
    rawText: reading.raw,
    priority: bound.binding.priority ?? 0,
    basis: bound.basis,
  };
};

/** What decides between readings of equal priority, one after the other; the greater text stands. */
const order: readonly ((row: ValueRow) => string)[] = [
  (row) => row.vendorId ?? '',
  (row) => row.rawText,
  (row) => row.device,
  (row) => row.variable,
];

/**
 * Which of two readings of one instant stands: the binding's priority, then having a value at all, then vendor id, then raw text
 * decide; never arrival, so that any order of arrivals ends the same.
 */
const stands = (a: ValueRow, b: ValueRow): ValueRow => {
  if (a.priority !== b.priority) return a.priority < b.priority ? a : b;
  if ((a.value === null) !== (b.value === null)) return a.value === null ? b : a;
  for (const textOf of order) if (textOf(a) !== textOf(b)) return textOf(a) > textOf(b) ? a : b;
  return a;
};

const conflictCode = 'TIME_DUPLICATE_CONFLICT';

/** Whether the value came with another, different reading of its instant. */
export const isConflict = (row: ValueRow): boolean => row.codes.includes(conflictCode);

const equal = (a: ValueRow, b: ValueRow) => a.value === b.value && a.text === b.text;

/** One reading of the vendor, whichever records it came in. */
const isSameReading = (a: ValueRow, b: ValueRow) => order.every((textOf) => textOf(a) === textOf(b));

const marked = (row: ValueRow, conflict: boolean): ValueRow =>
  !conflict || isConflict(row) ? row : { ...row, codes: [...row.codes, conflictCode] };

/**
 * Joins a reading with what is known of its instant. A reading that came before changes nothing, unless it is decoded anew: from the
 * same record, or on another basis. Different ones of equal priority are a conflict, which stays visible whatever comes later.
 */
export const choose = (known: ValueRow | undefined, incoming: ValueRow): ValueRow => {
  if (known === undefined) return incoming;
  const conflict = isConflict(known) || isConflict(incoming);
  if (isSameReading(known, incoming)) {
    const anew = known.raw === incoming.raw || known.basis !== incoming.basis;
    return marked(anew ? incoming : known, conflict);
  }
  const winner = stands(known, incoming);
  return known.priority === incoming.priority ? marked(winner, conflict || !equal(known, incoming)) : winner;
};
