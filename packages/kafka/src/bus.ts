/** How a broker is reached. Secrets are given as they are: who opens a bus resolves them. */
export interface BusOptions {
  /** `host:port` of some brokers of the cluster. */
  readonly brokers: readonly string[];
  /** Name in the broker's logs. */
  readonly clientId: string;
  readonly sasl?: Sasl;
  readonly tls?: Tls;
  /** Default 10 s. */
  readonly connectTimeoutMs?: number;
  /** An answer of a broker may take so long. Default 30 s. */
  readonly requestTimeoutMs?: number;
  /** What the client library has to say. Default: nobody listens. */
  readonly onLog?: (level: 'warn' | 'error', message: string) => void;
}

export const saslMechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;

export interface Sasl {
  readonly mechanism: (typeof saslMechanisms)[number];
  readonly username: string;
  readonly password: string;
}

/** PEM texts. An empty object: TLS with the authorities that Node trusts. */
export interface Tls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface NewRecord {
  /** Decides the partition; order is kept among records of one key. */
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** A record as it lies in a partition. */
export interface BusRecord {
  readonly offset: number;
  /** Empty for none. */
  readonly key: Buffer;
  /** Empty for none. */
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** Records of one partition, at least one, in order. Offsets may have holes. */
export interface RecordBatch extends TopicPartition {
  readonly records: readonly BusRecord[];
  /** Whether the partition was taken away meanwhile: what is done with it now is another's work. */
  stale(): boolean;
}

export interface ConsumeOptions {
  readonly group: string;
  readonly topics: readonly string[];
  /**
   * Handles a batch and answers the offset from which its partition goes on: the one after the last record, or any other to go there. Batches
   * of one partition come one after the other. When it rejects, the same records come again after `retryMs`.
   */
  handle(batch: RecordBatch): Promise<number>;
  /** Partitions were given out anew. */
  onAssigned?(partitions: readonly TopicPartition[]): void;
  /** Default 30 s: a member that is silent for so long loses its partitions. */
  readonly sessionTimeoutMs?: number;
  /** Default 1 s. */
  readonly retryMs?: number;
  /** Bytes of a partition in one answer of a broker. Default 1 MiB. */
  readonly maxBatchBytes?: number;
  /** Aborted: joining is given up, which may last as long as the slowest member of the group. It ends nothing that has joined. */
  readonly signal?: AbortSignal;
}

/** A member of a group. The offsets committed to the broker are a hint for others; the caller keeps the true ones. */
export interface Consumption {
  /** What this member has now. */
  readonly assigned: readonly TopicPartition[];
  /** No further batch is handled until `resume`; the membership is kept. */
  pause(): void;
  resume(): void;
  /** Settles when it consumes no more: resolves after `stop`, rejects when it broke. */
  readonly ended: Promise<void>;
  /** Lets the batch under way end and leaves the group. Safe twice. */
  stop(): Promise<void>;
}

export interface TopicState {
  readonly partitions: number;
  /** Of the partition that has the fewest. */
  readonly replicas: number;
  readonly settings: Readonly<Record<string, string>>;
}

export interface NewTopic {
  readonly topic: string;
  readonly partitions: number;
  readonly replicas: number;
  readonly settings: Readonly<Record<string, string>>;
}

/** The oldest offset that a partition still has, and the one its next record will get. */
export interface PartitionEnds {
  readonly first: number;
  readonly end: number;
}

/**
 * All that is asked of a Kafka client. Every method rejects with a `CaudalError`: `transient` or `timeout` when it may work later, `auth`,
 * `config` or `rejected` when somebody has to change something.
 */
export interface Bus {
  /** Null when there is no such topic. */
  describe(topic: string): Promise<TopicState | null>;
  create(topic: NewTopic): Promise<void>;
  ends(topic: string): Promise<ReadonlyMap<number, PartitionEnds>>;
  /** Resolves when all in-sync replicas have the records (acks all). Records of one key keep their order. */
  publish(topic: string, records: readonly NewRecord[]): Promise<void>;
  /** Resolves when it has joined or is about to: what goes wrong later ends the consumption. */
  consume(options: ConsumeOptions): Promise<Consumption>;
  /** Ends consumptions too. Safe twice. */
  close(): Promise<void>;
}
