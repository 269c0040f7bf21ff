import type { DeviceRef, SecretReference } from '@caudal/core';

/** As opaque as a real one, with characters that are written differently in a path. */
export const token = 'tH1ng+token/for tests=0123456789';

export const secrets = { 'env:THING': token, 'env:OTHER': 'another-thing-token' };

/** How the token could stand somewhere: as it is, and as paths and queries write it. */
export const everyFormOf = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  encodeURI(secret),
  new URLSearchParams({ s: secret }).toString().slice(2),
  encodeURIComponent(secret).replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
];

type Variable = string | { readonly name: string; readonly token: SecretReference };

export const device = (...variables: Variable[]): DeviceRef<object, { token?: SecretReference }> => ({
  id: 'ours',
  externalId: 'well-1',
  credential: 'env:THING',
  settings: {},
  variables: variables.map((one) =>
    typeof one === 'string' ? { name: one, settings: {} } : { name: one.name, settings: { token: one.token } },
  ),
});
