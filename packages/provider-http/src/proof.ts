import { createHmac } from 'node:crypto';
import { CaudalError, type RawRequest, sameText } from '@caudal/core';
import type { Proof } from './config/webhook.ts';

/** Whether a request proves its sender. @throws CaudalError kind `auth` */
export type Prove = (request: RawRequest, secret: string) => void;

const refuse = (why: string): never => {
  throw new CaudalError('auth', `a push was refused: ${why}`, { scope: 'item' });
};

const expectSame = (given: string, expected: string, why: string) => {
  if (!sameText(given, expected)) refuse(why);
};

type Compile<T extends Proof['type']> = (proof: Extract<Proof, { type: T }>) => Prove;

const defaultTolerance = 300_000;

const hmac: Compile<'hmac'> = ({ header, algorithm = 'sha256', encoding = 'hex', prefix = '', timestamp }) => {
  const name = header.toLowerCase();
  return (request, secret) => {
    const hash = createHmac(algorithm, secret);
    if (timestamp !== undefined) {
      const { separator = '.', toleranceMs = defaultTolerance } = timestamp;
      const sent = request.headers[timestamp.header.toLowerCase()] ?? '';
      const instant = /^\d{1,12}$/.test(sent) ? Number(sent) * 1000 : Number.NaN;
      if (!(Math.abs(request.receivedAt - instant) <= toleranceMs))
        refuse('its send time is missing or too far from now');
      hash.update(sent + separator);
    }
    const given = request.headers[name] ?? '';
    expectSame(given, prefix + hash.update(request.body).digest(encoding), 'its signature does not fit its body');
  };
};

const why = 'it came without the shared secret';

const provers: { readonly [T in Proof['type']]: Compile<T> } = {
  header:
    ({ name, prefix = '' }) =>
    ({ headers }, secret) =>
      expectSame(headers[name.toLowerCase()] ?? '', prefix + secret, why),
  query:
    ({ name }) =>
    ({ query }, secret) =>
      expectSame(new URLSearchParams(query).get(name) ?? '', secret, why),
  path:
    () =>
    ({ path }, secret) => {
      const segment = path.split('/').at(-1) ?? '';
      let given = segment;
      try {
        given = decodeURIComponent(segment);
      } catch {
        // What is no encoding stands for itself.
      }
      expectSame(given, secret, why);
    },
  hmac,
};

export const compileProof = (proof: Proof): Prove => (provers[proof.type] as Compile<Proof['type']>)(proof);
