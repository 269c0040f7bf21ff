import type { Value } from '@caudal/client';

/** QARTOD: 1 good, 2 not evaluated, 3 suspect, 4 fail, 9 missing. */
export type FlagNumber = Value['flag'];
