import type { RawEnvelope } from '@caudal/core';
import { seqIn } from './payload.ts';
import { birthKey, type SparkplugTopic } from './topic.ts';

/** What is known of an edge node since we are connected. */
interface Node {
  /** The last sequence number, where the message had one. */
  seq: number | undefined;
  /** NBIRTH was seen, and no message was missed since. */
  born: boolean;
  readonly devices: Set<string>;
  /** When a rebirth was last asked for. */
  asked: number | undefined;
}

/** Nodes that are remembered; of more, the oldest are asked for a BIRTH again. */
const maxNodes = 10_000;

/** A node that does not answer is asked again after so long. */
const askEveryMs = 60_000;

export interface Seen {
  /** What the envelope says of the BIRTH that this is, or that it needs. */
  readonly envelope: Pick<RawEnvelope, 'key' | 'needs'>;
  /** The node must be asked for its BIRTH. */
  readonly rebirth: boolean;
}

/**
 * Follows births and sequence numbers on one connection. A BIRTH counts only while no message of its node was missed since: a newer one may
 * have given the aliases other meanings, and Sparkplug publishes with quality 0. Losing all of this costs a rebirth, nothing else.
 */
export const createBirths = (now: () => number) => {
  const nodes = new Map<string, Node>();

  const nodeOf = ({ group, node }: SparkplugTopic): Node => {
    const name = `${group}/${node}`;
    const known = nodes.get(name) ?? { seq: undefined, born: false, devices: new Set<string>(), asked: undefined };
    nodes.delete(name);
    nodes.set(name, known);
    if (nodes.size > maxNodes) nodes.delete(nodes.keys().next().value ?? '');
    return known;
  };

  const forget = (node: Node) => {
    node.born = false;
    node.devices.clear();
  };

  /** Sparkplug 3.0, 6.4: 0 to 255 and round again, over all messages of a node but its death. */
  const follow = (node: Node, seq: number | undefined, again: boolean) => {
    if (again && seq === node.seq) return;
    if (node.seq !== undefined && seq !== undefined && seq !== (node.seq + 1) % 256) forget(node);
    node.seq = seq ?? node.seq;
  };

  const known = (node: Node, device: string | undefined) =>
    node.born && (device === undefined || node.devices.has(device));

  return {
    /** `again`: the broker marks the message as one that was sent before. */
    see(topic: SparkplugTopic, body: Uint8Array, again: boolean): Seen {
      const node = nodeOf(topic);
      const { type, device } = topic;
      const key = birthKey(topic);
      if (type === 'NBIRTH') {
        forget(node);
        node.born = true;
        node.seq = seqIn(body);
        return { envelope: { key }, rebirth: false };
      }
      if (type === 'NDEATH') forget(node);
      if (type === 'NDEATH' || type.endsWith('CMD')) return { envelope: {}, rebirth: false };
      follow(node, seqIn(body), again);
      if (type === 'DBIRTH' && node.born) node.devices.add(device ?? '');
      if (type === 'DDEATH') node.devices.delete(device ?? '');
      const fine = type === 'DDEATH' ? node.born : known(node, device);
      const rebirth = !fine && (node.asked === undefined || now() - node.asked >= askEveryMs);
      if (rebirth) node.asked = now();
      if (type === 'DBIRTH') return { envelope: { key }, rebirth };
      return { envelope: type.endsWith('DATA') && fine ? { needs: key } : {}, rebirth };
    },
  };
};
