import { startFaultProxy, type Tap } from '@caudal/testkit';
import type { Watch } from '../watch.ts';
import { acknowledgedId, connecting, published, packetReader, sessionPresent } from './wire.ts';

/** `cut`: connections end, new ones too. `swallow`: they stand, and what is sent over them is gone. */
export type Outage = 'cut' | 'swallow';

/** The way from the runtime to its broker, which reads along: an oracle of what was acknowledged that knows none of our code. */
export interface Network {
  readonly url: string;
  /** Payloads that our side acknowledged, as text, each as often as it did. */
  readonly acknowledged: readonly string[];
  /** Messages that came marked as sent again. */
  readonly again: number;
  /** How often the broker has answered a SUBSCRIBE. */
  readonly subscribed: number;
  /** Every connection that the broker took. */
  readonly connections: readonly { readonly clientId: string; readonly clean: boolean; readonly resumed: boolean }[];
  /** What no client may do. */
  readonly faults: readonly string[];
  /** Messages of the present connection that wait for an acknowledgement. */
  readonly open: number;
  down(outage: Outage): void;
  up(): void;
  close(): Promise<void>;
}

export const startNetwork = async (brokerPort: number, watch: Watch): Promise<Network> => {
  const acknowledged: string[] = [];
  const connections: { clientId: string; clean: boolean; resumed: boolean }[] = [];
  const faults: string[] = [];
  let again = 0;
  let subscribed = 0;
  let outage: Outage | undefined;
  let present = new Map<number, string>();

  const readAlong = (): Tap => {
    const open = new Map<number, string>();
    let hello: ReturnType<typeof connecting> | undefined;
    return {
      answer: packetReader((packet) => {
        if (outage !== undefined) return;
        if (packet.type === 2 && hello !== undefined) {
          connections.push({ ...hello, resumed: sessionPresent(packet) });
          present = open;
        }
        if (packet.type === 9) subscribed += 1;
        const message = packet.type === 3 ? published(packet) : undefined;
        if (message === undefined) return watch.look();
        if (message.again) again += 1;
        open.set(message.id, message.payload.toString('latin1'));
      }),
      request: packetReader((packet) => {
        if (packet.type === 1) hello = connecting(packet);
        if (packet.type !== 4) return;
        const id = acknowledgedId(packet);
        const payload = open.get(id);
        if (payload === undefined) faults.push(`packet ${id} was acknowledged and had not been sent`);
        else acknowledged.push(payload);
        open.delete(id);
        watch.look();
      }),
    };
  };
  const proxy = await startFaultProxy({ to: brokerPort, tap: readAlong });
  return {
    url: `mqtt://127.0.0.1:${proxy.port}`,
    acknowledged,
    connections,
    faults,
    get again() {
      return again;
    },
    get subscribed() {
      return subscribed;
    },
    get open() {
      return present.size;
    },
    down(how) {
      outage = how;
      void proxy.set(how === 'cut' ? { connect: 'cut' } : { swallow: true });
      if (how === 'cut') proxy.drop();
    },
    up() {
      // What was swallowed is missing in the middle of a connection: no network mends that.
      proxy.drop();
      outage = undefined;
      void proxy.set({});
    },
    close: () => proxy.close(),
  };
};
