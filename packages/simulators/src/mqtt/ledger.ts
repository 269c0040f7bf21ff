/** A client that was taken, or turned away with a return code. */
export interface MqttConnection {
  readonly at: number;
  readonly clientId: string;
  /** The broker was asked to forget the session. */
  readonly clean: boolean;
  readonly username: string | undefined;
  readonly keepAliveSeconds: number;
  readonly hasWill: boolean;
}

/** A message of the broker's that a client acknowledged, or one that a client published. */
export interface MqttLogged {
  readonly at: number;
  readonly clientId: string;
  readonly topic: string;
  readonly payload: Buffer;
}

/** What clients did, in order. */
export interface MqttLedger {
  readonly connections: readonly MqttConnection[];
  readonly subscribed: readonly { readonly clientId: string; readonly filter: string; readonly qos: number }[];
  readonly unsubscribed: readonly { readonly clientId: string; readonly filter: string }[];
  readonly acknowledged: readonly MqttLogged[];
  readonly published: readonly MqttLogged[];
  /** Resolves as soon as it holds; rejects with the signal's reason. */
  until(holds: (ledger: MqttLedger) => boolean, signal?: AbortSignal): Promise<void>;
}
