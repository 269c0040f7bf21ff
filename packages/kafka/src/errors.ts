import { CaudalError, type ErrorKind, isCaudalError } from '@caudal/core';

/** Names of Kafka's errors (`org.apache.kafka.common.protocol.Errors`) that do not pass by waiting. Anything else may. */
const kinds: Readonly<Record<string, ErrorKind>> = {
  SASL_AUTHENTICATION_FAILED: 'auth',
  UNSUPPORTED_SASL_MECHANISM: 'config',
  ILLEGAL_SASL_STATE: 'config',
  TOPIC_AUTHORIZATION_FAILED: 'auth',
  GROUP_AUTHORIZATION_FAILED: 'auth',
  CLUSTER_AUTHORIZATION_FAILED: 'auth',
  INVALID_TOPIC_EXCEPTION: 'config',
  INVALID_REPLICATION_FACTOR: 'config',
  INVALID_PARTITIONS: 'config',
  INVALID_CONFIG: 'config',
  POLICY_VIOLATION: 'config',
  MESSAGE_TOO_LARGE: 'rejected',
  RECORD_LIST_TOO_LARGE: 'rejected',
  INVALID_RECORD: 'rejected',
  UNSUPPORTED_VERSION: 'unsupported',
};

/** Names that the libraries give to their own. */
const names: Readonly<Record<string, ErrorKind>> = {
  KafkaJSSASLAuthenticationError: 'auth',
  KafkaJSRequestTimeoutError: 'timeout',
  PLT_KFK_AUTHENTICATION: 'auth',
  PLT_KFK_TIMEOUT: 'timeout',
};

interface Told {
  readonly name?: string;
  readonly code?: unknown;
  readonly type?: unknown;
  readonly apiId?: unknown;
  readonly message?: string;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

/** The error, what is behind it and what it is made of, outermost first. */
const within = (thrown: unknown, depth = 0): readonly Told[] => {
  if (typeof thrown !== 'object' || thrown === null || depth > 8) return [];
  const told = thrown as Told;
  const parts = Array.isArray(told.errors) ? told.errors : [];
  return [told, ...[told.cause, ...parts].flatMap((one) => within(one, depth + 1))];
};

/** What a client library threw, as the host understands it. */
export const toBusError = (thrown: unknown, doing: string): CaudalError => {
  if (isCaudalError(thrown)) return thrown;
  const all = within(thrown);
  const kind =
    all.map(({ type, apiId }) => kinds[String(type ?? apiId)]).find((one) => one !== undefined) ??
    all.map(({ name, code }) => names[String(code)] ?? names[String(name)]).find((one) => one !== undefined) ??
    'transient';
  const innermost = all.map(({ message }) => message).findLast((message) => (message ?? '') !== '');
  return new CaudalError(kind, `Kafka: ${doing} failed: ${innermost ?? String(thrown)}`, { cause: thrown });
};
