import type { Held } from '../store.ts';
import { marks, type SqlValue } from '../sql.ts';

/** A condition on rows: no hold covers them. */
interface NotHeld {
  readonly where: string;
  readonly params: readonly SqlValue[];
}

/** @param covered how one hold covers a row, but for its period; undefined where it never does */
const none = (
  held: readonly Held[],
  at: string,
  covered: (hold: Held) => { readonly where: string; readonly params: readonly SqlValue[] } | undefined,
): NotHeld => {
  const holds = held.flatMap((hold) => {
    const by = covered(hold);
    if (by === undefined) return [];
    const { from, to } = hold;
    return [
      {
        where: `NOT (${at} >= ? AND ${at} < ? AND ${by.where})`,
        params: [from, to ?? Number.MAX_SAFE_INTEGER, ...by.params],
      },
    ];
  });
  return {
    where: ['true', ...holds.map(({ where }) => where)].join(' AND '),
    params: holds.flatMap(({ params }) => params),
  };
};

const named = (column: string, names: readonly string[]) =>
  names.length === 0 ? undefined : { where: `${column} IN (${marks(names)})`, params: names };

/** On `raw`, by arrival. A record that names no device is held with its instance: it may be of any of its devices. */
export const rawNotHeld = (held: readonly Held[]): NotHeld =>
  none(held, 'raw.received_at', ({ instances, devices }) => ({
    where: `((raw.devices IS NULL AND raw.instance IN (SELECT value FROM json_each(?)))
      OR EXISTS (SELECT 1 FROM json_each(raw.devices) d JOIN json_each(?) h ON h.value = d.value))`,
    params: [JSON.stringify(instances), JSON.stringify(devices)],
  }));

/** On `submission`, by slot. */
export const submissionNotHeld = (held: readonly Held[]): NotHeld =>
  none(held, 'submission.slot', ({ obligations }) => named('submission.obligation', obligations));

/** On `v`, values of `n`, by instant. */
export const valueNotHeld = (held: readonly Held[]): NotHeld =>
  none(held, 'v.at', ({ series }) => named('n.name', series));

/** On findings and corrections: those that begin before the end of the period, and end after its beginning. */
export const spanNotHeld = (held: readonly Held[]): NotHeld => {
  const holds = held.filter(({ points }) => points.length > 0);
  return {
    where: ['true', ...holds.map(({ points }) => `NOT (start < ? AND stop >= ? AND point IN (${marks(points)}))`)].join(
      ' AND ',
    ),
    params: holds.flatMap(({ from, to, points }) => [to ?? Number.MAX_SAFE_INTEGER, from, ...points]),
  };
};
