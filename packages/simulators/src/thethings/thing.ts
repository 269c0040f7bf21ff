import { type TheThingsItem, wire } from './item.ts';
import { createStreams, type StreamOptions, type Streams } from './streams.ts';

export interface TheThingsThingOptions {
  /** How tests and the ledger name it; the platform itself knows things by their token only. Default: made from its number. */
  readonly id?: string;
  /** Default: made from its number, as long as a real one. */
  readonly token?: string;
  readonly items?: readonly TheThingsItem[];
}

export interface TheThingsThing {
  readonly id: string;
  /** The token in force. Assigning another denies the one before. */
  token: string;
  /** Streams that are open. */
  readonly streams: number;
  /** While true its streams send no sign of life. */
  silent: boolean;
  /** Documents of its streams are written in parts of so many bytes. */
  chunkBytes: number | undefined;
  /** Adds items as if the device had written them now, or at their `created`; what has arrived goes to its streams as one list. */
  add(items: readonly TheThingsItem[]): void;
  /** Sends items to its streams again, or out of order, without adding them. */
  resend(items: readonly TheThingsItem[]): void;
  /** Writes bytes to its streams as they are. */
  send(document: string | Uint8Array): void;
  /** Resets its streams. */
  drop(): void;
  /** Ends its streams in good order. */
  end(): void;
}

/** A thing with the state the server reads. */
export interface HeldThing extends TheThingsThing {
  readonly held: readonly TheThingsItem[];
  readonly stream: Streams;
}

export const createThing = (
  number: number,
  options: TheThingsThingOptions,
  { clock, changed }: Pick<StreamOptions, 'clock' | 'changed'>,
): HeldThing => {
  const held: TheThingsItem[] = [];
  const stream = createStreams({
    clock,
    chunkBytes: () => thing.chunkBytes,
    silent: () => thing.silent,
    changed,
  });
  const thing: HeldThing = {
    id: options.id ?? `thing-${number}`,
    token: options.token ?? `${String(number).padStart(4, '0')}Thing_Token-for.a.simulated.device-0000000`,
    silent: false,
    chunkBytes: undefined,
    held,
    stream,
    get streams() {
      return stream.open;
    },
    add(items) {
      const now = clock.now();
      const arriving = items.map((item) => ({ ...item, created: item.created ?? now }));
      held.push(...arriving);
      thing.resend(arriving.filter(({ created }) => created <= now));
    },
    resend(items) {
      if (items.length > 0) stream.send(JSON.stringify(items.map((item) => wire(item, true))));
    },
    send: (document) => stream.send(document),
    drop: () => stream.drop(),
    end: () => stream.end(),
  };
  thing.add(options.items ?? []);
  return thing;
};
