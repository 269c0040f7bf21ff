import type { RuntimeOptions } from '../config/options.ts';
import { basePathOf } from './cookie.ts';

/** The page on which a one-time token is used. It stands after the #, which no server and no log of a proxy sees. */
export const redeemLink = (http: RuntimeOptions['http'], token: string): string =>
  `${http.publicUrl === undefined ? '' : new URL(http.publicUrl).origin}${basePathOf(http)}/#/redeem/${token}`;
