import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from './refusal.ts';

/** Gives a resource's version as its ETag. */
export const giveVersion = (reply: FastifyReply, etag: string): void => {
  void reply.header('etag', `"${etag}"`);
};

/** The version that a change is of. A change of what one has not seen is refused. */
export const wantedVersion = ({ headers }: FastifyRequest): string => {
  const given = headers['if-match'];
  if (given === undefined) throw new Refusal('no-version', 'send If-Match with the ETag that you read');
  const found = /^"([\w.-]{1,80})"$/.exec(given.trim());
  if (found === null) throw staleVersion();
  return found[1] as string;
};

export const staleVersion = (): Refusal =>
  new Refusal('changed', 'this is another version than the one that is here now: read it again');

export const etagOf = (body: string): string => `"${createHash('sha1').update(body).digest('base64url')}"`;

/** Whether the caller has it already. RFC 9110: weak comparison, a list, or *. */
export const hasAlready = ({ headers }: FastifyRequest, etag: string): boolean => {
  const given = headers['if-none-match'];
  if (given === undefined) return false;
  return given.trim() === '*' || given.split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
};
