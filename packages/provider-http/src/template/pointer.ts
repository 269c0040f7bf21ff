import type { At } from '../refuse.ts';

/** A step deeper into the configuration, as a JSON pointer (RFC 6901). */
export const pointerTo = (at: At, key: string): At => `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
