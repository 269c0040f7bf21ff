/**
 * What happens to a client that connects. A target is its client id.
 *
 * | behaviour | the client sees |
 * |---|---|
 * | `normal` | CONNACK |
 * | `hang` | nothing, until it gives up |
 * | `drop` | the end of the connection instead of an answer |
 * | `slow-MS` | CONNACK, MS milliseconds of the clock later |
 * | `refuse-CODE` | CONNACK with that return code of MQTT 3.1.1 (2 to 5), then the end |
 */
export type MqttConnectBehaviour = 'normal' | 'hang' | 'drop' | `slow-${number}` | `refuse-${number}`;

/**
 * What happens to each filter of a SUBSCRIBE. A target is the filter.
 *
 * | behaviour | the client sees |
 * |---|---|
 * | `normal` | SUBACK with the quality asked for |
 * | `refuse` | SUBACK with 0x80 |
 * | `hang` | no SUBACK |
 * | `cut` | the end of the connection instead of SUBACK |
 */
export type MqttSubscribeBehaviour = 'normal' | 'refuse' | 'hang' | 'cut';

export const isConnectBehaviour = (name: string): boolean => /^(normal|hang|drop|slow-\d+|refuse-[2-5])$/.test(name);

export const isSubscribeBehaviour = (name: string): boolean => /^(normal|refuse|hang|cut)$/.test(name);

/** The number at the end of a behaviour's name. */
export const numberOf = (behaviour: string): number => Number(/\d+$/.exec(behaviour)?.[0] ?? 0);
