import type { Clock } from '@caudal/core';
import type { MqttClient } from 'mqtt';

/**
 * Keeps a connection while nothing is read from it. The broker's PINGRESP lies unread behind the message that waits for the disk; MQTT.js would
 * take that for a dead line and give it up after one and a half keep-alives, without the ping that the broker wants in that time
 * (MQTT 3.1.1, 3.1.2.10). So its count is set back and a ping sent every half keep-alive. A line that is dead indeed is found out as soon
 * as it is read again.
 *
 * @param signal ends it
 */
export const keepAlive = async (client: MqttClient, keepAliveMs: number, clock: Clock, signal: AbortSignal) => {
  while (!signal.aborted) {
    await clock.sleep(keepAliveMs / 2, signal).catch(() => undefined);
    if (signal.aborted || !client.connected) return;
    client.reschedulePing(true);
    client.sendPing();
  }
};
