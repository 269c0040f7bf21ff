import { CaudalError, type ErrorKind } from '@caudal/core';

/** What a reason code means to who has to act. */
interface Meaning {
  readonly kind: ErrorKind;
  readonly says: string;
}

/** CONNACK return codes of MQTT 3.1.1 (3.2.2.3). */
const returnCodes: Readonly<Record<number, Meaning>> = {
  1: { kind: 'config', says: 'it does not speak this version of MQTT' },
  2: { kind: 'config', says: 'it does not take the client id' },
  3: { kind: 'transient', says: 'it is not available' },
  4: { kind: 'auth', says: 'user name or password is wrong' },
  5: { kind: 'auth', says: 'we are not authorised' },
};

/** Reason codes of MQTT 5 (2.4), as CONNACK, SUBACK and DISCONNECT use them. */
const reasonCodes: Readonly<Record<number, Meaning>> = {
  128: { kind: 'transient', says: 'it does not say why' },
  129: { kind: 'bug', says: 'our packet was malformed' },
  130: { kind: 'bug', says: 'we broke the protocol' },
  131: { kind: 'transient', says: 'for a reason of its own' },
  132: { kind: 'config', says: 'it does not speak this version of MQTT' },
  133: { kind: 'config', says: 'it does not take the client id' },
  134: { kind: 'auth', says: 'user name or password is wrong' },
  135: { kind: 'auth', says: 'we are not authorised' },
  136: { kind: 'transient', says: 'it is not available' },
  137: { kind: 'transient', says: 'it is busy' },
  138: { kind: 'auth', says: 'we are banned' },
  139: { kind: 'transient', says: 'it shuts down' },
  140: { kind: 'config', says: 'it asks for another way to authenticate' },
  141: { kind: 'transient', says: 'it has not heard of us for too long' },
  142: { kind: 'transient', says: 'another client took our session: the client id must be ours alone' },
  143: { kind: 'config', says: 'the topic filter is not valid there' },
  149: { kind: 'config', says: 'the packet is too large' },
  150: { kind: 'rate-limit', says: 'messages come too fast' },
  151: { kind: 'quota', says: 'the quota is used up' },
  152: { kind: 'transient', says: 'its administrator ended the connection' },
  156: { kind: 'config', says: 'another server must be used' },
  157: { kind: 'config', says: 'the server has moved' },
  158: { kind: 'config', says: 'it has no shared subscriptions' },
  159: { kind: 'rate-limit', says: 'connections come too fast' },
  160: { kind: 'transient', says: 'the connection had its time' },
  162: { kind: 'config', says: 'it takes no wildcards' },
};

const unknown: Meaning = { kind: 'transient', says: 'for a reason it does not name' };
const meaningOf = (code: number): Meaning => returnCodes[code] ?? reasonCodes[code] ?? unknown;

/** A refused CONNECT: return codes of 3.1.1 are below 128, reason codes of 5 above. */
export const connectRefused = (code: number): CaudalError => {
  const { kind, says } = meaningOf(code);
  return new CaudalError(kind, `the broker refused the connection: ${says}`, { detail: `CONNACK code ${code}` });
};

/** A DISCONNECT from the broker, which only MQTT 5 has. */
export const disconnected = (code: number): CaudalError => {
  const { kind, says } = meaningOf(code);
  return new CaudalError(kind, `the broker ended the connection: ${says}`, { detail: `DISCONNECT code ${code}` });
};

/** A PUBACK that refuses a message, which only MQTT 5 has. */
export const publishRefused = (topic: string, code: number): CaudalError => {
  const { kind, says } =
    code === 144 ? { kind: 'config' as const, says: 'it does not take such a topic' } : meaningOf(code);
  return new CaudalError(kind, `the broker refused a message for ${topic}: ${says}`, { detail: `PUBACK code ${code}` });
};

/** A refused subscription. The code 128 is all that MQTT 3.1.1 has, and means that we may not. */
export const subscriptionRefused = (
  topic: string,
  code: number,
  more: Pick<CaudalError, 'scope'> & {
    readonly credential?: `env:${string}` | `file:${string}` | `store:${string}` | `literal:${string}`;
  },
): CaudalError => {
  const { kind, says } = code === 128 ? { kind: 'auth' as const, says: 'we may not' } : meaningOf(code);
  return new CaudalError(kind, `the broker refused the subscription of ${topic}: ${says}`, {
    detail: `SUBACK code ${code}`,
    ...more,
  });
};
