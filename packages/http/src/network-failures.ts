import type { ErrorKind } from '@caudal/core';

/** What a failed connection means. `says` continues the sentence "GET host: …". */
export interface NetworkMeaning {
  readonly kind: ErrorKind;
  readonly says: string;
}

const untrusted: NetworkMeaning = {
  kind: 'config',
  says: 'its certificate is not from a known authority; add the authority to network.ca',
};
const handshake: NetworkMeaning = { kind: 'transient', says: 'the TLS handshake failed' };
const unreachable: NetworkMeaning = { kind: 'transient', says: 'there is no route to it' };
/**
 * By error code of Node, OpenSSL and got. A certificate that ran out is the other side's to renew, so it is waited for; one of
 * an unknown authority or for another name is ours to settle.
 */
export const networkFailures: Readonly<Record<string, NetworkMeaning>> = {
  ENOTFOUND: { kind: 'transient', says: 'its name does not resolve' },
  EAI_AGAIN: { kind: 'transient', says: 'the name server does not answer' },
  EAI_NODATA: { kind: 'transient', says: 'its name has no address' },
  ECONNREFUSED: { kind: 'transient', says: 'it refused the connection' },
  ECONNRESET: { kind: 'transient', says: 'the connection was closed before the answer was complete' },
  ECONNABORTED: { kind: 'transient', says: 'the connection was given up' },
  EPIPE: { kind: 'transient', says: 'the connection was closed while sending' },
  ETIMEDOUT: { kind: 'timeout', says: 'the network gave the connection up as dead' },
  EHOSTUNREACH: unreachable,
  EHOSTDOWN: unreachable,
  ENETUNREACH: unreachable,
  ENETDOWN: unreachable,
  EADDRNOTAVAIL: { kind: 'transient', says: 'this machine has no free port or address' },
  EMFILE: { kind: 'transient', says: 'this process has too many open files' },
  EPROTO: handshake,
  ERR_SSL_WRONG_VERSION_NUMBER: { kind: 'config', says: 'it does not speak TLS at this port' },
  CERT_HAS_EXPIRED: { kind: 'transient', says: 'its certificate has expired' },
  CERT_NOT_YET_VALID: { kind: 'transient', says: "its certificate is not valid yet; check this machine's clock" },
  CERT_REVOKED: { kind: 'config', says: 'its certificate was revoked' },
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  ERR_TLS_CERT_ALTNAME_INVALID: { kind: 'config', says: 'its certificate is for another name' },
  ERR_INVALID_CHAR: {
    kind: 'config',
    says: 'a header would carry a character that HTTP forbids, such as a line break',
  },
  ERR_INVALID_HTTP_TOKEN: { kind: 'config', says: 'a header has a name that HTTP forbids' },
  ERR_UNESCAPED_CHARACTERS: { kind: 'config', says: 'the address has characters that HTTP forbids' },
  ERR_TOO_MANY_REDIRECTS: { kind: 'config', says: 'it redirects in a circle' },
  ERR_HTTP_CONTENT_LENGTH_MISMATCH: { kind: 'transient', says: 'the answer is shorter than it said' },
  ERR_READING_RESPONSE_STREAM: { kind: 'transient', says: 'the body of the answer is damaged' },
};

/** By start of the code, for families that are not listed one by one. */
const families: readonly (readonly [string, NetworkMeaning])[] = [
  ['HPE_', { kind: 'transient', says: 'the answer is not HTTP' }],
  ['ERR_SSL_', handshake],
  ['ERR_TLS_', handshake],
];

/** The meaning of an error code; what nobody listed is a `bug`. */
export const networkMeaning = (code: string): NetworkMeaning =>
  networkFailures[code] ??
  families.find(([start]) => code.startsWith(start))?.[1] ?? { kind: 'bug', says: 'the request failed unexpectedly' };
