import { createHmac } from 'node:crypto';
import { CaudalError, type Host, type RawRequest, sameText } from '@caudal/core';
import type { VerifyConfig } from './config.ts';

type Proof<T extends VerifyConfig['type']> = (
  config: Extract<VerifyConfig, { type: T }>,
  request: RawRequest,
  secret: string,
  now: number,
) => boolean;

const header = (request: RawRequest, name: string): string => request.headers[name.toLowerCase()] ?? '';

const proofs: { readonly [T in VerifyConfig['type']]: Proof<T> } = {
  header: ({ name, prefix = '' }, request, secret) => sameText(header(request, name), prefix + secret),
  query: ({ name }, request, secret) => sameText(new URLSearchParams(request.query).get(name) ?? '', secret),
  hmac: (config, request, secret, now) => {
    const { algorithm = 'sha256', encoding = 'hex', prefix = '', timestamp } = config;
    const mac = createHmac(algorithm, secret);
    if (timestamp !== undefined) {
      const { separator = '.', toleranceSeconds = 300 } = timestamp;
      const seconds = header(request, timestamp.header);
      if (!/^\d{1,12}$/.test(seconds) || Math.abs(now / 1000 - Number(seconds)) > toleranceSeconds) return false;
      mac.update(seconds + separator);
    }
    return sameText(header(request, config.header), prefix + mac.update(request.body).digest(encoding));
  },
};

/** @throws CaudalError kind `auth`, scope `item`, for a report without proof of its sender */
export const verifyReport = async (config: VerifyConfig, request: RawRequest, host: Host): Promise<void> => {
  const secret = await host.secret(config.secret);
  host.redact.add(secret);
  const proof = proofs[config.type] as Proof<VerifyConfig['type']>;
  if (proof(config, request, secret, host.clock.now())) return;
  throw new CaudalError('auth', 'a delivery report came without proof of its sender', { scope: 'item' });
};
