import type { Readable } from 'node:stream';
import type { Static, TSchema } from '@caudal/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../access/principal.ts';
import type { Permission } from '../access/roles.ts';
import type { Operations } from '../operate/operations.ts';
import type { Services } from '../services.ts';
import type { Gate } from './gate.ts';
import type { Live } from './live.ts';
import type { Sight } from './sight.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A body that is not JSON, or not all in memory. */
export interface Content {
  readonly contentType: string;
  readonly body: Readable | Uint8Array | string;
  readonly headers?: Readonly<Record<string, string>>;
}

type Of<S extends TSchema | undefined> = S extends TSchema ? Static<S> : undefined;

/** A request that was let in and fits its schemas. */
export interface Call<P extends TSchema | undefined, Q extends TSchema | undefined, B extends TSchema | undefined> {
  readonly params: Of<P>;
  readonly query: Of<Q>;
  readonly body: Of<B>;
  readonly services: Services;
  readonly gate: Gate;
  readonly live: Live;
  /** Who asks; on routes that are open to all, nobody. */
  readonly principal: Principal;
  /** What they may see of points and all that hangs on them. */
  readonly sight: Sight;
  /** In the name of who asks. */
  readonly operations: Operations;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** One thing that can be asked, with all that the document says of it. */
export interface Route {
  /** `listPoints`: the client's name of it. */
  readonly id: string;
  readonly method: Method;
  /** Below `/api/v1`, parameters in braces. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** Which permission opens it; `open` for everybody. */
  readonly needs: Permission | 'open';
  readonly params?: TSchema;
  readonly query?: TSchema;
  readonly body?: TSchema;
  /** Absent for 204. */
  readonly answer?: TSchema;
  /** Media types of an answer that is not JSON. */
  readonly content?: readonly string[];
  /** Default 200, or 204 without an answer. */
  readonly status?: number;
  /** A resource with a version: GET gives an ETag, a change takes If-Match. */
  readonly versioned?: boolean;
  /** Never kept for a repeated request: the answer holds a secret. */
  readonly once?: boolean;
  /** Its body is a file: the limit is the one for files. */
  readonly large?: boolean;
  /** Guessing is slowed by the limit for log-ins. */
  readonly guessable?: boolean;
  run(call: Call<TSchema | undefined, TSchema | undefined, TSchema | undefined>): Promise<unknown>;
}

type Declared<P extends TSchema | undefined, Q extends TSchema | undefined, B extends TSchema | undefined> = Omit<
  Route,
  'params' | 'query' | 'body' | 'run'
> & {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  run(call: Call<P, Q, B>): Promise<unknown>;
};

/** Infers what the handler gets from the schemas beside it. */
export const route = <
  P extends TSchema | undefined = undefined,
  Q extends TSchema | undefined = undefined,
  B extends TSchema | undefined = undefined,
>(
  declared: Declared<P, Q, B>,
): Route => declared as unknown as Route;

export const isContent = (value: unknown): value is Content =>
  typeof value === 'object' && value !== null && 'contentType' in value && 'body' in value;
