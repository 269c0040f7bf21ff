import type { HeldRaw } from '../store.ts';
import type { SqlValue } from '../sql.ts';

/**
 * A condition on `raw`: no hold covers it. A record that names no device is held with its instance: it may be of any of its devices.
 */
export const notHeld = (
  held: readonly HeldRaw[],
): { readonly where: string; readonly params: readonly SqlValue[] } => ({
  where: held
    .map(
      () => `NOT (raw.received_at >= ? AND raw.received_at < ? AND (
        (raw.devices IS NULL AND raw.instance IN (SELECT value FROM json_each(?)))
        OR EXISTS (SELECT 1 FROM json_each(raw.devices) d JOIN json_each(?) h ON h.value = d.value)))`,
    )
    .concat('true')
    .join(' AND '),
  params: held.flatMap(({ from, to, instances, devices }) => [
    from,
    to ?? Number.MAX_SAFE_INTEGER,
    JSON.stringify(instances),
    JSON.stringify(devices),
  ]),
});
