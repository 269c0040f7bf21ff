import type { ServerResponse } from 'node:http';
import type { Clock } from '@caudal/core';
import { type Answer, write } from './loopback.ts';

/**
 * What goes wrong with one request. Names are plain text so that a script of them travels as JSON.
 *
 * | fault | processed | the client sees |
 * |---|---|---|
 * | `hang` | no | nothing, until it gives up or the server closes |
 * | `store-then-hang` | yes | nothing |
 * | `reset` | no | the connection is reset |
 * | `store-then-reset` | yes | the connection is reset |
 * | `cut` | yes | headers and the first half of the body, then the end of the connection |
 * | `slow-MS` | yes | the answer, MS milliseconds of the clock later |
 * | `html-CODE` | no | a web page with that HTTP status |
 * | `status-CODE` | no | that HTTP status with a plain text body |
 * | `rate-limit-S` | no | 429 as the simulated service words it, with S seconds to wait |
 */
export type Fault =
  | 'hang'
  | 'store-then-hang'
  | 'reset'
  | 'store-then-reset'
  | 'cut'
  | `slow-${number}`
  | `html-${number}`
  | `status-${number}`
  | `rate-limit-${number}`;

/** How the answer of a fault is made. `process` runs the request for real, at most once. */
export interface FaultScene {
  readonly clock: Clock;
  readonly response: ServerResponse;
  readonly process: () => Answer;
  /** How this service says "too many requests". */
  readonly rateLimited: (seconds: number) => Answer;
}

const page = (status: number): Answer => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: `<!DOCTYPE html><html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`,
});

const reset = (response: ServerResponse) => {
  response.socket?.resetAndDestroy();
};

const cut = (response: ServerResponse, answer: Answer) => {
  const bytes = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': String(bytes.length) });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.socket?.destroy());
};

const slow = async ({ clock, response, process }: FaultScene, ms: number) => {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const answer = process();
  try {
    await clock.sleep(ms, gone.signal);
  } catch {
    return;
  }
  if (!response.destroyed) write(response, answer);
};

const plain: Readonly<Record<string, (scene: FaultScene) => void>> = {
  hang: () => {},
  'store-then-hang': ({ process }) => {
    process();
  },
  reset: ({ response }) => reset(response),
  'store-then-reset': ({ response, process }) => {
    process();
    reset(response);
  },
  cut: ({ response, process }) => cut(response, process()),
};

const numbered: Readonly<Record<string, (scene: FaultScene, number: number) => Promise<void> | void>> = {
  slow,
  html: ({ response }, status) => write(response, page(status)),
  status: ({ response }, status) =>
    write(response, { status, headers: { 'content-type': 'text/plain' }, body: `status ${status}` }),
  'rate-limit': ({ response, rateLimited }, seconds) => write(response, rateLimited(seconds)),
};

const split = (name: string): { readonly kind: string; readonly number: number } | undefined => {
  const match = /^(slow|html|status|rate-limit)-(\d{1,9})$/.exec(name);
  return match === null ? undefined : { kind: match[1] ?? '', number: Number(match[2]) };
};

/** Whether the text names a fault. */
export const isFault = (name: string): name is Fault => Object.hasOwn(plain, name) || split(name) !== undefined;

/** Plays a fault on the response. Resolves when nothing more is to come from the server's side. */
export const play = async (fault: Fault, scene: FaultScene): Promise<void> => {
  const parts = split(fault);
  if (parts === undefined) plain[fault]?.(scene);
  else await numbered[parts.kind]?.(scene, parts.number);
};
