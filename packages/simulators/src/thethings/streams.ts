import type { ServerResponse } from 'node:http';
import type { Clock } from '@caudal/core';

/** The open streams of one thing. */
export interface Streams {
  readonly open: number;
  /** Begins one: the handshake, then `{}` every `keepAliveMs` of the clock until the client leaves. */
  start(response: ServerResponse, keepAliveMs: number): void;
  /** Writes a document to all of them, without any separator. */
  send(document: string | Uint8Array): void;
  /** Breaks them, or ends them as a server does that is stopped in good order. */
  drop(): void;
  end(): void;
}

export interface StreamOptions {
  readonly clock: Clock;
  /** Documents are written in parts of so many bytes. Undefined: whole. */
  readonly chunkBytes: () => number | undefined;
  /** While true no signs of life are sent. */
  readonly silent: () => boolean;
  /** To be called after every change. */
  readonly changed: () => void;
}

export const createStreams = ({ clock, chunkBytes, silent, changed }: StreamOptions): Streams => {
  const open = new Set<ServerResponse>();

  const write = (response: ServerResponse, document: string | Uint8Array) => {
    const bytes = Buffer.from(document);
    const size = chunkBytes() ?? bytes.length;
    for (let at = 0; at < bytes.length; at += size) response.write(bytes.subarray(at, at + size));
  };

  const keepAlive = async (response: ServerResponse, everyMs: number, gone: AbortSignal) => {
    while (!gone.aborted) {
      await clock.sleep(everyMs, gone);
      if (!silent()) write(response, '{}');
    }
  };

  return {
    get open() {
      return open.size;
    },
    start(response, keepAliveMs) {
      const gone = new AbortController();
      response.once('close', () => {
        open.delete(response);
        gone.abort();
        changed();
      });
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
      write(response, JSON.stringify({ status: 'success', message: 'subscribed' }));
      open.add(response);
      keepAlive(response, keepAliveMs, gone.signal).catch(() => {});
      changed();
    },
    send(document) {
      for (const response of open) write(response, document);
    },
    drop() {
      for (const response of open) response.socket?.resetAndDestroy();
    },
    end() {
      for (const response of open) response.end();
    },
  };
};
