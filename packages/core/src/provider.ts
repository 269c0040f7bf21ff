import { type Awaitable, type Call, type CheckResult, define, type Definition, type Instance } from './plugin.ts';
import type { Json, SecretReference, TypedSchema } from './schema.ts';

/** A half-open span of instants, UTC milliseconds: `from <= t < to`. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** A device as a call names it. `D` are the settings of the provider's `device` schema, `V` of its `variable` schema. */
export interface DeviceRef<D = unknown, V = unknown> {
  /** Our stable id; never sent to the vendor. */
  readonly id: string;
  /** The vendor's id. */
  readonly externalId: string;
  /** The device's own credential, for vendors that have one per device. */
  readonly credential?: SecretReference;
  readonly settings: D;
  readonly variables: readonly VariableRef<V>[];
}

export interface VariableRef<V = unknown> {
  /** The vendor's name, exactly as it writes it. */
  readonly name: string;
  readonly settings: V;
}

/** How a vendor limits its callers. The host keeps to it, so that a plugin never waits. */
export interface Limit {
  readonly requests: number;
  readonly perMs: number;
  readonly per: 'credential' | 'device' | 'instance';
  /** The vendor's window starts at whole multiples of `perMs` of UTC, not at the first request. */
  readonly clockAligned?: boolean;
}

export interface ProviderCapabilities {
  readonly pull?: {
    /** What one request covers: one variable of one device, several variables of one device, or everything. */
    readonly scope: 'variable' | 'device' | 'provider';
    /** `time`: a request names a window. `cursor`: the vendor hands out a position and knows no windows. */
    readonly by: 'time' | 'cursor';
    /** `false`: only the latest value can be asked for; `window` is then never passed. */
    readonly range: boolean;
    /** Most devices in one request; 1 unless the scope is `provider`. */
    readonly maxDevices?: number;
    /** Most variables of a device in one request. */
    readonly maxVariables?: number;
    /** Most readings in one answer: the upper bound of `limit`. */
    readonly maxLimit: number;
    /** Longest window of one request. */
    readonly maxWindowMs?: number;
  };
  /** The vendor pushes over a connection that we open. `per`: one connection for each device or one for all. */
  readonly subscribe?: { readonly per: 'device' | 'instance' };
  /** The vendor calls us. */
  readonly webhook?: true;
  /** People hand in bodies of these media types: typed readings, an uploaded file. */
  readonly manual?: { readonly mediaTypes: readonly string[] };
  readonly discover?: { readonly devices: boolean; readonly variables: boolean };
  readonly limits: readonly Limit[];
  /** Most requests in flight. Default 4. */
  readonly concurrency?: { readonly perInstance?: number; readonly perCredential?: number };
}

/**
 * What is known of a raw record besides its bytes. Everything here is safe to store and to show: a provider replaces
 * credentials in `path` and `topic` and passes only headers that carry none.
 */
export interface RawEnvelope {
  readonly channel: 'pull' | 'subscribe' | 'webhook' | 'manual';
  /** Our device id, where one request or connection belongs to one device. */
  readonly device?: string;
  /** What was asked, for a pull. */
  readonly asked?: {
    readonly devices?: readonly string[];
    readonly variables?: readonly string[];
    readonly window?: Window;
    readonly limit?: number;
    readonly page?: Json;
  };
  readonly path?: string;
  readonly topic?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly contentType?: string;
  readonly retained?: boolean;
  readonly duplicate?: boolean;
  /** A name under which later records of this provider instance may need this one, such as a Sparkplug BIRTH. */
  readonly key?: string;
  /**
   * `key` of the record without which this one cannot be read: the newest that arrived before it; where none did, this one waits and
   * gets the first that comes.
   */
  readonly needs?: string;
}

/** One body as the vendor sent it, byte for byte. The host gives it an id and an arrival instant. */
export interface RawInput {
  readonly body: Uint8Array;
  readonly envelope: RawEnvelope;
}

/** A stored raw record, as `decode` gets it. */
export interface RawRecord extends RawInput {
  readonly id: string;
  readonly receivedAt: number;
}

/** One value that `decode` found in a raw record. Not stored: raw can be decoded again. */
export interface Reading {
  /** The vendor's device id, as the body has it or as was asked. */
  readonly device: string;
  /** The vendor's variable name. */
  readonly variable: string;
  /** When the instrument measured, UTC milliseconds. */
  readonly at: number;
  /** `null` when there is no value: a sensor fault, a sentinel, text that is no number. Never a stand-in. */
  readonly value: number | null;
  /** The value exactly as the body spells it. */
  readonly raw: string;
  /** Why `value` is null: a code of core's table, for example `SENTINEL` or `NOT_A_NUMBER`. */
  readonly code?: string;
  readonly unit?: string;
  readonly vendorId?: string;
  /** When the vendor stored it, where it says so. */
  readonly vendorAt?: number;
  /** `at` was taken from arrival because the body has no time; a binding must allow it. */
  readonly atArrival?: true;
}

/** A part of a body that could not be read. The rest of the body is read all the same. */
export interface DecodeProblem {
  readonly reason: string;
  /** Where in the body, as a JSON pointer, a byte range or a line of a text. */
  readonly at?: string;
}

export interface Decoded {
  readonly readings: readonly Reading[];
  readonly problems: readonly DecodeProblem[];
}

export interface DecodeContext<D = unknown> {
  /** The settings of a device by its vendor id; undefined for a device nobody configured. */
  settings(externalDevice: string): D | undefined;
  /** The vendor id of one of our devices, for bodies that do not name it. */
  externalId(device: string): string | undefined;
  /** The record named by the envelope's `needs`. */
  readonly needed?: RawRecord;
}

export interface PullRequest<D = unknown, V = unknown> extends Call {
  readonly devices: readonly DeviceRef<D, V>[];
  /** Absent: the latest value of each variable. */
  readonly window?: Window;
  /** Most readings wanted in the answer. */
  readonly limit: number;
  /** What the previous answer returned, within the same window. For `by: 'cursor'` it lives across windows. */
  readonly page?: Json;
}

export interface PullResult {
  readonly records: readonly RawInput[];
  /** Present when the window holds more. */
  readonly page?: Json;
  /** The vendor's clock when it answered (its `Date` header), UTC milliseconds. */
  readonly serverTime?: number;
}

/** An HTTP request as it arrived. Header names are lower case; the body is what was on the wire. */
export interface RawRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly receivedAt: number;
}

export interface RawResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface Discovered {
  readonly devices: readonly {
    readonly externalId: string;
    readonly name?: string;
    readonly lastContact?: number;
  }[];
  readonly variables: readonly {
    readonly device: string;
    readonly name: string;
    readonly unit?: string;
    readonly last?: { readonly at: number; readonly raw: string };
  }[];
}

export interface ProviderInstance<D = unknown, V = unknown> extends Instance {
  /** One vendor data request at most, login aside. */
  pull?(request: PullRequest<D, V>): Promise<PullResult>;
  /**
   * Opens the vendor's stream. `await emit(records)` resolves when they are on disk; only then may the plugin acknowledge.
   * Resolves when `signal` is aborted, rejects when the connection is lost; the host opens it again. A plugin says
   * `connected()` each time the stream flows, and the host then pulls what was missed before.
   */
  subscribe?(
    request: Call & {
      readonly devices: readonly DeviceRef<D, V>[];
      connected(): void;
      emit(records: readonly RawInput[]): Promise<void>;
    },
  ): Promise<void>;
  /**
   * `verify` sees the raw bytes first and throws kind `auth` when the sender is not who it should be; then `accept` says
   * what to store and what to answer. The answer is sent after the records are on disk.
   */
  readonly webhook?: {
    verify(request: RawRequest, call: Call): Awaitable<void>;
    accept(request: RawRequest): { readonly records: readonly RawInput[]; readonly response: RawResponse };
  };
  discover?(request: Call & { readonly devices: readonly DeviceRef<D, V>[] }): Promise<Discovered>;
  /** Do the credentials of the instance, or of one device, work? Changes nothing at the vendor. */
  check(request: Call & { readonly device?: DeviceRef<D, V> }): Promise<CheckResult>;
  /**
   * Pure, synchronous, bounded, without credentials: everything can be decoded again after a fix. Throws `invalid-data` when
   * nothing of the body can be read, returns problems when parts of it cannot. Splitting a stream into messages is framing,
   * not parsing, and happens before.
   */
  decode(record: RawRecord, context: DecodeContext<D>): Decoded;
}

export interface ProviderDefinition<C = unknown, D = unknown, V = unknown> extends Definition<
  'provider/v1',
  C,
  ProviderInstance<D, V>
> {
  /** Settings of one device. */
  readonly device: TypedSchema<D>;
  /** Settings of one vendor variable of a device. */
  readonly variable: TypedSchema<V>;
  readonly capabilities: ProviderCapabilities;
}

/** Types of config, device and variable settings are inferred from the schemas. */
export const defineProvider = <C, D, V>(
  definition: Omit<ProviderDefinition<C, D, V>, 'spec'>,
): ProviderDefinition<C, D, V> => define({ ...definition, spec: 'provider/v1' as const });
