import { type Reading, readValue as readPlain } from '@caudal/core';

/** What is no measurement although it is a number. */
export interface Faults {
  readonly sentinels?: readonly number[] | undefined;
  readonly statusCodes?: boolean | undefined;
}

/**
 * A value of ThingsBoard: text unless strict types were asked for. Texts that are decimal numbers are numbers; booleans, JSON and
 * other texts are readings without a value, `NOT_A_NUMBER`; fault values and status codes are readings without one, `SENTINEL`.
 * `null` is no reading at all: a server with SQL storage answers `{"ts": <now>, "value": null}` for a key that never reported
 * (ThingsBoard server source), so the time beside it says nothing either.
 */
export const readValue = (value: unknown, faults: Faults): Pick<Reading, 'value' | 'raw' | 'code'> | undefined => {
  if (value === null || value === undefined) return undefined;
  const reading = readPlain(value, faults.sentinels);
  const code =
    faults.statusCodes === true && reading.value !== null && reading.value < 0 && Number.isInteger(reading.value);
  return code ? { value: null, raw: reading.raw, code: 'SENTINEL' } : reading;
};
