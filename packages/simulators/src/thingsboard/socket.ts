import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Entity } from './entity.ts';
import type { ThingsBoardSample } from './telemetry.ts';
import { written } from './telemetry.ts';
import type { Tokens } from './tokens.ts';

/** A subscription of one connection. */
interface Subscription {
  readonly cmdId: number;
  readonly entity: Entity;
  /** Undefined: every key. */
  readonly keys: readonly string[] | undefined;
}

interface Connection {
  readonly socket: WebSocket;
  readonly subscriptions: Map<number, Subscription>;
  authenticated: boolean;
}

export interface Sockets {
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Tells everybody who is subscribed to it that a sample came. */
  update(entity: Entity, samples: readonly ThingsBoardSample[]): void;
  readonly open: number;
  readonly subscriptions: number;
  /** Commands that came, without credentials. */
  readonly commands: readonly unknown[];
  /** Sends a text to everybody, whatever it is. */
  send(text: string): void;
  /** Breaks every connection without a goodbye. */
  drop(): void;
  /** Closes every connection in form. */
  goodbye(code: number, reason: string): void;
  /** Says nothing any more, while connections stay open: a peer that is gone without anybody noticing. */
  muted: boolean;
}

const keepCommands = 1000;

/** SubscriptionErrorCode of the server source. */
const errors = { badRequest: 1, unauthorized: 2, internal: 3 } as const;

interface Command {
  readonly type?: unknown;
  readonly cmdId?: unknown;
  readonly entityType?: unknown;
  readonly entityId?: unknown;
  readonly scope?: unknown;
  readonly keys?: unknown;
  readonly unsubscribe?: unknown;
}

/** `/api/ws`: the first message authenticates and may bring commands; TIMESERIES is what is simulated. */
export const createSockets = (options: {
  readonly now: () => number;
  readonly tokens: Tokens;
  readonly find: (type: string, id: string) => Entity | undefined;
  readonly allowed: (entity: Entity) => boolean;
  readonly changed: () => void;
}): Sockets => {
  const { now, tokens, find, allowed, changed } = options;
  const server = new WebSocketServer({ noServer: true });
  const connections = new Set<Connection>();
  let commands: unknown[] = [];

  const say = ({ socket }: Connection, message: object | string) => {
    if (!sockets.muted) socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  };
  const fail = (connection: Connection, subscriptionId: number, errorCode: number, errorMsg: string) =>
    say(connection, { subscriptionId, errorCode, errorMsg, data: {}, latestValues: {} });

  const tell = (
    connection: Connection,
    cmdId: number,
    samples: readonly { key: string; ts: number; value: unknown }[],
  ) => {
    const data: Record<string, [number, unknown][]> = {};
    const latestValues: Record<string, number> = {};
    for (const { key, ts, value } of samples) {
      (data[key] ??= []).push([ts, value]);
      latestValues[key] = Math.max(latestValues[key] ?? 0, ts);
    }
    say(connection, { subscriptionId: cmdId, errorCode: 0, errorMsg: null, data, latestValues });
  };

  /** The first update of a subscription: the newest sample of each key, and now with null for one that never reported. */
  const begin = (connection: Connection, { cmdId, entity, keys }: Subscription) => {
    const newest = (keys ?? entity.telemetry.keys).map((key) => {
      const sample = entity.telemetry.of(key, now()).at(-1);
      return sample === undefined
        ? { key, ts: now(), value: null }
        : { key, ts: sample.ts, value: written(sample.value, false) };
    });
    tell(connection, cmdId, newest);
  };

  const run = (connection: Connection, command: Command) => {
    const { cmdId, type, entityType, entityId, scope, keys } = command;
    if (typeof cmdId !== 'number') return fail(connection, 1, errors.badRequest, 'Cmd id is missing');
    if (type !== 'TIMESERIES') return fail(connection, cmdId, errors.badRequest, 'Failed to parse the payload');
    if (command.unsubscribe === true) {
      connection.subscriptions.delete(cmdId);
      return undefined;
    }
    if (typeof entityType !== 'string' || typeof entityId !== 'string' || scope !== 'LATEST_TELEMETRY')
      return fail(connection, cmdId, errors.badRequest, 'Device id is empty!');
    const entity = find(entityType, entityId);
    if (entity === undefined) return fail(connection, cmdId, errors.badRequest, 'Device not found');
    if (!allowed(entity)) return fail(connection, cmdId, errors.unauthorized, 'Unauthorized');
    const subscription = { cmdId, entity, keys: typeof keys === 'string' ? keys.split(',') : undefined };
    connection.subscriptions.set(cmdId, subscription);
    begin(connection, subscription);
    return undefined;
  };

  const hear = (connection: Connection, text: string) => {
    let message: { authCmd?: { token?: unknown; apiKey?: unknown }; cmds?: unknown };
    try {
      message = JSON.parse(text) as typeof message;
    } catch {
      if (connection.authenticated) fail(connection, 1, errors.badRequest, 'Failed to parse the payload');
      else connection.socket.close(1007, 'Failed to parse the payload');
      return;
    }
    if (!connection.authenticated) {
      if (message.authCmd === undefined) {
        connection.socket.close(1008, 'Auth cmd is missing');
        return;
      }
      const refusal = tokens.refuseSocket(message.authCmd);
      if (refusal !== undefined) {
        connection.socket.close(1007, refusal);
        return;
      }
      connection.authenticated = true;
    }
    for (const command of Array.isArray(message.cmds) ? (message.cmds as Command[]) : []) {
      commands = [...commands, command].slice(-keepCommands);
      run(connection, command);
    }
    changed();
  };

  const take = (socket: WebSocket) => {
    const connection: Connection = { socket, subscriptions: new Map(), authenticated: false };
    connections.add(connection);
    socket.on('error', () => {});
    socket.on('close', () => {
      connections.delete(connection);
      changed();
    });
    socket.on('message', (data: Buffer) => hear(connection, data.toString('utf8')));
    changed();
  };

  const sockets: Sockets = {
    upgrade(request, socket, head) {
      if (request.url === '/api/ws') server.handleUpgrade(request, socket, head, take);
      else socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
    },
    update(entity, samples) {
      for (const connection of connections) {
        for (const { cmdId, entity: wanted, keys } of connection.subscriptions.values()) {
          const shown = samples.filter(({ key }) => wanted === entity && (keys === undefined || keys.includes(key)));
          if (shown.length > 0)
            tell(
              connection,
              cmdId,
              shown.map(({ key, ts, value }) => ({ key, ts, value: written(value, false) })),
            );
        }
      }
    },
    get open() {
      return connections.size;
    },
    get subscriptions() {
      return [...connections].reduce((sum, { subscriptions }) => sum + subscriptions.size, 0);
    },
    get commands() {
      return commands;
    },
    send(text) {
      for (const connection of connections) say(connection, text);
    },
    drop() {
      for (const { socket } of connections) socket.terminate();
    },
    goodbye(code, reason) {
      for (const { socket } of connections) socket.close(code, reason);
    },
    muted: false,
  };
  return sockets;
};
