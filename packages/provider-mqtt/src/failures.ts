import { CaudalError, type ErrorKind } from '@caudal/core';
import { connectRefused } from './refusals.ts';

interface Failure {
  readonly kind: ErrorKind;
  readonly says: string;
}

const unreachable: Failure = { kind: 'transient', says: 'the broker can not be reached' };
const untrusted: Failure = { kind: 'config', says: 'the certificate of the broker is not trusted: set tls.ca' };
const refusedUs: Failure = { kind: 'auth', says: 'the broker does not take our certificate' };

/** Failures of Node's sockets and of TLS before a connection stands, by code. Nothing was sent in any of them. */
const beforehand: Readonly<Record<string, Failure>> = {
  ECONNREFUSED: unreachable,
  ENOTFOUND: unreachable,
  EAI_AGAIN: unreachable,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ETIMEDOUT: unreachable,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  ERR_TLS_CERT_ALTNAME_INVALID: { kind: 'config', says: 'the certificate of the broker is for another name' },
  CERT_HAS_EXPIRED: { kind: 'transient', says: 'the certificate of the broker has expired' },
  EPROTO: { kind: 'transient', says: 'the TLS handshake failed' },
  ERR_OSSL_UNSUPPORTED: { kind: 'config', says: 'certificate or key can not be read' },
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: refusedUs,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: refusedUs,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: refusedUs,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: refusedUs,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: refusedUs,
};

/** What a WebSocket server answered instead of an upgrade. */
const upgrade = (message: string): Failure | undefined => {
  const status = /^Unexpected server response: (\d{3})$/.exec(message)?.[1];
  if (status === undefined) return undefined;
  if (status === '401' || status === '403') return { kind: 'auth', says: `the server answered ${status}` };
  return { kind: status < '500' ? 'config' : 'transient', says: `the server answered ${status}` };
};

/** Why a connection did not come to stand, or ended. `thrown` is what the client library last said; `stood` that CONNACK had come. */
export const connectionFailure = (thrown: unknown, stood: boolean): CaudalError => {
  const { code, message = '' } = (thrown ?? {}) as { readonly code?: unknown; readonly message?: string };
  if (typeof code === 'number') return connectRefused(code);
  if (message === 'connack timeout')
    return new CaudalError('timeout', 'the broker did not take the connection in time', { detail: message });
  const name = typeof code === 'string' ? code : undefined;
  const early = stood ? undefined : (beforehand[name ?? ''] ?? upgrade(message));
  if (early !== undefined)
    return new CaudalError(early.kind, early.says, { sent: 'no', ...(name === undefined ? {} : { detail: name }) });
  return new CaudalError(
    'transient',
    stood ? 'the connection to the broker was lost' : 'the broker ended the connection before it took it',
    name === undefined ? {} : { detail: name },
  );
};
