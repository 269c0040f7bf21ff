import { type CaudalError, isCaudalError } from '@caudal/core';

/** The CaudalError a promise rejects with; anything else fails the test. */
export const thrownBy = async (promise: Promise<unknown>): Promise<CaudalError> => {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (!('error' in outcome)) throw new Error(`expected a failure, got ${JSON.stringify(outcome.value)}`);
  if (!isCaudalError(outcome.error)) throw outcome.error;
  return outcome.error;
};

/** Everything an error could give away: messages, details, causes, own properties. */
export const everythingIn = (error: unknown): string => {
  const seen = new Set<unknown>();
  const parts: string[] = [];
  const walk = (value: unknown) => {
    if (typeof value === 'string') parts.push(value);
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return;
    seen.add(value);
    for (const key of Reflect.ownKeys(value)) {
      parts.push(String(key));
      walk((value as Record<PropertyKey, unknown>)[key]);
    }
  };
  walk(error);
  return parts.join('\n');
};
