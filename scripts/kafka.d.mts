/** What a broker lacks here, as the reason with which tests are skipped; undefined when it can be started. */
export declare const kafkaMissing: () => string | undefined;

export interface KafkaBroker {
  /** Without authentication. */
  readonly brokers: readonly string[];
  /** With SASL: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512. */
  readonly saslBrokers: readonly string[];
  /** The same over TLS; only when it was given a certificate. */
  readonly tlsBrokers: readonly string[];
  /** On the same ports and data, after `stop` or `kill`. */
  start(): Promise<void>;
  stop(): Promise<void>;
  kill(): Promise<void>;
  /** It answers nothing until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** Kills it and takes its folder away. */
  remove(): Promise<void>;
}

/** One broker on free loopback ports with its data in a folder. Resolves when it takes connections. */
export declare const startKafka: (options: {
  readonly folder: string;
  /** Password by name. */
  readonly users?: Readonly<Record<string, string>>;
  /** The same, of users that may do nothing. */
  readonly strangers?: Readonly<Record<string, string>>;
  /** PEM. */
  readonly tls?: { readonly key: string; readonly cert: string };
}) => Promise<KafkaBroker>;
