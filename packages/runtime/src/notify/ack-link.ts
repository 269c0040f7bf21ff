import { createHmac } from 'node:crypto';
import { sameText } from '@caudal/core';
import { placesOf } from '../config/places.ts';
import { signingKey } from '../access/signing-key.ts';
import type { Services } from '../services.ts';

/** What a link of a notice says: this person may take note of this alert, until then. */
export interface AckClaim {
  readonly alert: string;
  readonly person: string;
  readonly expiresAt: number;
}

const hour = 3_600_000;
/** Half of HMAC-SHA256, as RFC 2104 allows: links stay short enough for a text message. */
const macBytes = 16;

/** Links with which an alert is acknowledged without a log-in: of one alert and one person, for a time. */
export const createAckLinks = (services: Services) => {
  const { options, clock } = services;
  const key = signingKey(services, placesOf(options).socket);
  const macOf = async (said: string) =>
    createHmac('sha256', await key())
      .update(`caudal alert link\n${said}`)
      .digest()
      .subarray(0, macBytes)
      .toString('base64url');
  return {
    /** Undefined where nobody outside could open it. */
    async link(alert: string, person: string): Promise<string | undefined> {
      const base = options.http.publicUrl;
      if (base === undefined || !options.http.enabled) return undefined;
      const expiresAt = Math.ceil((clock.now() + options.notify.ackLinkHours * hour) / 1000);
      const said = `${alert}~${expiresAt.toString(36)}~${person}`;
      return `${base.replace(/\/$/, '')}/a/${said}~${await macOf(said)}`;
    },
    /** Null for what is not ours or is over. */
    async read(token: string): Promise<AckClaim | null> {
      const parts = token.split('~');
      const [alert = '', expires = '', person = '', mac = ''] = parts;
      if (parts.length !== 4 || !sameText(mac, await macOf(`${alert}~${expires}~${person}`))) return null;
      const expiresAt = Number.parseInt(expires, 36) * 1000;
      return expiresAt > clock.now() ? { alert, person, expiresAt } : null;
    },
  };
};
