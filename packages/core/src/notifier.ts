import { type Awaitable, type Call, type CheckResult, define, type Definition, type Instance } from './plugin.ts';
import type { RawRequest, RawResponse } from './provider.ts';
import type { TypedSchema } from './schema.ts';

export interface Attachment {
  readonly name: string;
  readonly mediaType: string;
  readonly content: Uint8Array;
}

/** What a person should know, worded by the host's templates. A notifier only dresses it for its channel. */
export interface Message {
  /** For example `submission.rejected`, `device.silent`, `value.suspect`. */
  readonly event: string;
  readonly severity: 'info' | 'warning' | 'critical';
  /** BCP 47, for example `es-CL`. */
  readonly language: string;
  readonly title: string;
  /** Plain text; parts may come from vendors, so a channel with markup escapes it. */
  readonly text: string;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly link?: string;
  readonly attachments?: readonly Attachment[];
}

/** What became of a message, as the channel reports it later. */
export interface DeliveryEvent {
  readonly externalId: string;
  readonly status: 'accepted' | 'sent' | 'delivered' | 'delayed' | 'bounced' | 'rejected' | 'complaint';
  readonly at: number;
  readonly detail?: string;
}

export interface NotifierCapabilities {
  readonly channel: string;
  /** Longest text, in characters; absent: no limit. */
  readonly maxText?: number;
  readonly attachments: boolean;
  /** The same idempotency key twice gives one message. */
  readonly idempotent: boolean;
}

export interface NotifierInstance<A = unknown> extends Instance {
  /** One message to one address. A refused address is kind `rejected`, scope `item`. */
  send(
    request: Call & { readonly to: A; readonly message: Message; readonly idempotencyKey: string },
  ): Promise<{ readonly externalId: string }>;
  /** Does the channel take us? Sends nothing. */
  check(request: Call): Promise<CheckResult>;
  /** Reports about delivery. `verify` sees raw bytes and throws kind `auth`. */
  readonly delivery?: {
    verify(request: RawRequest, call: Call): Awaitable<void>;
    accept(request: RawRequest): { readonly events: readonly DeliveryEvent[]; readonly response: RawResponse };
  };
}

export interface NotifierDefinition<C = unknown, A = unknown> extends Definition<
  'notifier/v1',
  C,
  NotifierInstance<A>
> {
  /** What one person's address on this channel looks like. */
  readonly address: TypedSchema<A>;
  readonly capabilities: NotifierCapabilities;
}

/** Types of config and address are inferred from the schemas. */
export const defineNotifier = <C, A>(definition: Omit<NotifierDefinition<C, A>, 'spec'>): NotifierDefinition<C, A> =>
  define({ ...definition, spec: 'notifier/v1' as const });
