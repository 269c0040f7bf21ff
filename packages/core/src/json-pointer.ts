/** One step of a JSON pointer (RFC 6901): `~` and `/` inside a key are escaped. */
export const pointerStep = (key: string): string => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
