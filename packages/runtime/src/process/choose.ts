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
    origin: 'raw',
    raw: raw.id,
    device: device.id,
    variable: reading.variable,
    vendorId: reading.vendorId ?? null,
    rawText: reading.raw,
    priority: bound.binding.priority ?? 0,
    basis: bound.basis,
  };
};

/**
 * Which of two different readings of one instant stands: the binding's priority, then having a value at all, then vendor id, then
 * raw text decide; never arrival, so that any order of arrivals ends the same.
 */
const stands = (a: ValueRow, b: ValueRow): ValueRow => {
  if (a.priority !== b.priority) return a.priority < b.priority ? a : b;
  if ((a.value === null) !== (b.value === null)) return a.value === null ? b : a;
  const [left, right] = [a.vendorId ?? '', b.vendorId ?? ''];
  if (left !== right) return left > right ? a : b;
  return a.rawText >= b.rawText ? a : b;
};

const conflictCode = 'TIME_DUPLICATE_CONFLICT';

/** Whether the value came with another, different reading of its instant. */
export const isConflict = (row: ValueRow): boolean => row.codes.includes(conflictCode);

const equal = (a: ValueRow, b: ValueRow) => a.value === b.value && a.text === b.text;

/**
 * Joins a reading with what is known of its instant. The same record read again replaces what it said before (a decoder was
 * fixed); equal readings are one; different ones of equal priority are a conflict that stays visible.
 */
export const choose = (known: ValueRow | undefined, incoming: ValueRow): ValueRow => {
  if (known === undefined) return incoming;
  if (known.raw === incoming.raw && known.vendorId === incoming.vendorId && known.rawText === incoming.rawText) {
    return isConflict(known) ? { ...incoming, codes: [...incoming.codes, conflictCode] } : incoming;
  }
  if (equal(known, incoming))
    return stands(known, incoming) === known || isConflict(known) ? known : sameButNamed(known, incoming);
  const winner = stands(known, incoming);
  if (known.priority !== incoming.priority || isConflict(winner)) return winner;
  return { ...winner, codes: [...winner.codes, conflictCode] };
};

/** Equal readings from two records: the first record keeps the value, so that a re-read changes nothing. */
const sameButNamed = (known: ValueRow, incoming: ValueRow): ValueRow =>
  known.priority === incoming.priority ? known : incoming;
