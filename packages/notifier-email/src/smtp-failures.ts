import { CaudalError, type ErrorKind, type ErrorScope, type Host, type SecretReference } from '@caudal/core';

/** What nodemailer throws, as far as it is read here. */
export interface SmtpFailure {
  readonly message: string;
  readonly code?: string;
  /** Where the code of the system or of OpenSSL went when nodemailer set its own. */
  readonly originalCode?: string;
  /** The SMTP command that was answered or interrupted; `CONN` for the connection. */
  readonly command?: string;
  /** The server's reply code, where it replied. */
  readonly responseCode?: number;
  /** What it replied. */
  readonly response?: string;
  readonly timeoutType?: string;
  readonly syscall?: string;
}

interface Meaning {
  readonly kind: ErrorKind;
  readonly says: string;
  readonly scope?: ErrorScope;
}

interface Pattern {
  matches(failure: SmtpFailure): boolean;
  readonly means: Meaning;
}

const certificateCodes = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_REVOKED',
]);

/** STARTTLS errors carry OpenSSL's words in the message only. */
const certificateWords = /self-signed certificate|unable to (verify|get)|altnames|certificate has been revoked/i;

const isUntrusted = ({ originalCode, code, message }: SmtpFailure) =>
  certificateCodes.has(originalCode ?? '') || (code === 'ETLS' && certificateWords.test(message));

const replied =
  (hundreds: 4 | 5) =>
  ({ responseCode }: SmtpFailure): boolean =>
    Math.floor((responseCode ?? 0) / 100) === hundreds;

const coded =
  (...codes: readonly string[]) =>
  ({ code }: SmtpFailure): boolean =>
    codes.includes(code ?? '');

const at =
  (command: string) =>
  (failure: SmtpFailure): boolean =>
    failure.command?.startsWith(command) ?? false;

const all =
  (...tests: readonly ((failure: SmtpFailure) => boolean)[]) =>
  (failure: SmtpFailure): boolean =>
    tests.every((test) => test(failure));

/** `5.1.1` of `550 5.1.1 no such user` (RFC 2034, 3); empty where the server writes none. */
const enhancedOf = ({ response, message }: SmtpFailure): string =>
  /\b[245]\d\d[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response ?? message)?.[1] ?? '';

const enhanced =
  (code: RegExp) =>
  (failure: SmtpFailure): boolean =>
    code.test(enhancedOf(failure));

const words =
  (text: RegExp) =>
  ({ response, message }: SmtpFailure): boolean =>
    text.test(response ?? message);

/**
 * In order; the first that matches decides. Reply codes: RFC 5321, 4.2, and RFC 4954, 6. Enhanced status codes: RFC 3463 and the
 * IANA registry; a server may write none, or the wrong one, so they only refine what the reply code and the command say.
 */
const patterns: readonly Pattern[] = [
  {
    matches: isUntrusted,
    means: { kind: 'config', says: 'its certificate is not trusted; add its authority to network.ca' },
  },
  { matches: coded('EABORT'), means: { kind: 'transient', says: 'the call was cancelled' } },
  { matches: coded('ETIMEDOUT'), means: { kind: 'timeout', says: 'it did not answer in time' } },
  { matches: coded('EDNS'), means: { kind: 'transient', says: 'its name does not resolve' } },
  { matches: coded('EPROXY'), means: { kind: 'transient', says: 'the outbound proxy gave no connection' } },
  {
    matches: all(coded('ETLS'), at('STARTTLS'), ({ message }) => !message.startsWith('Error initiating TLS')),
    means: {
      kind: 'config',
      says: 'it offers no STARTTLS; use secure: true, or allowPlaintext on a network you trust',
    },
  },
  { matches: coded('ETLS'), means: { kind: 'transient', says: 'the TLS handshake failed' } },
  // closing, or too much from us: nothing to do with the recipient
  {
    matches: ({ responseCode }) => responseCode === 421,
    means: { kind: 'transient', says: 'it is closing or takes nothing more for now' },
  },
  {
    matches: all(replied(4), at('RCPT')),
    means: { kind: 'transient', says: 'it refused the recipient for now', scope: 'item' },
  },
  { matches: replied(4), means: { kind: 'transient', says: 'it refused for now' } },
  { matches: coded('EAUTH', 'ENOAUTH'), means: { kind: 'auth', says: 'it refused the login', scope: 'credential' } },
  {
    matches: ({ responseCode }) => responseCode === 530 || responseCode === 535,
    means: { kind: 'auth', says: 'it wants a login', scope: 'credential' },
  },
  // as Google's servers say it
  { matches: all(replied(5), enhanced(/^5\.4\.5$/)), means: { kind: 'quota', says: 'the sender used up its day' } },
  {
    matches: all(replied(5), enhanced(/^5\.1\.[78]$/)),
    means: { kind: 'config', says: "it refused the sender's address" },
  },
  {
    // RFC 7372, and 5.7.26 of RFC 7489's servers
    matches: all(replied(5), enhanced(/^5\.7\.2[0-9]$/)),
    means: { kind: 'config', says: "the sender's domain is not proven: look at SPF, DKIM and DMARC" },
  },
  {
    matches: all(replied(5), at('RCPT'), words(/relay/i)),
    means: { kind: 'config', says: 'it does not relay for this sender; a login may be needed' },
  },
  { matches: all(replied(5), at('MAIL FROM')), means: { kind: 'config', says: 'it refused the sender' } },
  {
    matches: all(replied(5), at('RCPT')),
    means: { kind: 'rejected', says: 'it refused the recipient', scope: 'item' },
  },
  {
    matches: coded('EENVELOPE', 'EMESSAGE'),
    means: { kind: 'rejected', says: 'it refused the message', scope: 'item' },
  },
  { matches: coded('ECONFIG'), means: { kind: 'config', says: 'the configuration is not valid' } },
  {
    matches: coded('ESOCKET', 'ECONNECTION', 'EPROTOCOL'),
    means: { kind: 'transient', says: 'the connection failed' },
  },
];

const unknown: Meaning = { kind: 'bug', says: 'sending failed unexpectedly' };

/** Of connecting, and of the TLS handshake after STARTTLS. */
const setUpTimeouts = new Set(['CONNECT_TIMEOUT', 'UPGRADE_TIMEOUT']);

/** `no` only where connecting or TLS provably never completed. A broken socket alone does not prove it. */
const sentOf = (failure: SmtpFailure): 'no' | 'maybe' =>
  ['EDNS', 'EPROXY', 'ETLS'].includes(failure.code ?? '') ||
  setUpTimeouts.has(failure.timeoutType ?? '') ||
  failure.syscall === 'connect' ||
  failure.syscall === 'getaddrinfo' ||
  isUntrusted(failure)
    ? 'no'
    : 'maybe';

/** Whatever nodemailer threw as the one error type, without its options: they hold the password. */
export const smtpError = (
  thrown: unknown,
  server: string,
  host: Host,
  credential: SecretReference | undefined,
): CaudalError => {
  const failure = thrown as SmtpFailure;
  const { kind, says, scope } = patterns.find((pattern) => pattern.matches(failure))?.means ?? unknown;
  const reply = [failure.responseCode, enhancedOf(failure)]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
  const text = host.redact.text(failure.message);
  return new CaudalError(kind, `${server}: ${says}${reply === '' ? '' : ` (${reply})`}`, {
    sent: sentOf(failure),
    detail: [failure.code, failure.originalCode, failure.command, text]
      .filter((part) => part !== undefined)
      .map((part) => host.redact.text(part))
      .join(' ')
      .slice(0, 1000),
    cause: new Error(text),
    // the reply code: that there was an answer tells a refusal from an unknown end
    ...(failure.responseCode === undefined ? {} : { status: failure.responseCode }),
    ...(scope === undefined ? {} : { scope }),
    ...(kind === 'auth' && credential !== undefined ? { credential } : {}),
  });
};
