import { createHash, randomUUID } from 'node:crypto';
import { CaudalError, type RawEnvelope } from '@caudal/core';
import { keepRaw } from '../collect/read.ts';
import type { Services } from '../services.ts';

/** What a person hands in: typed readings, an uploaded file. */
export interface Entry {
  readonly instance: string;
  /** Our device id, where all of it belongs to one device. */
  readonly device?: string;
  readonly mediaType: string;
  /** As bytes, or where these can not go through JSON as base64. */
  readonly body: Uint8Array | { readonly base64: string };
  readonly author: string;
  readonly note: string;
}

const longest = { author: 200, note: 2_000, mediaType: 200 } as const;

const refuse = (why: string): never => {
  throw new CaudalError('config', why, { scope: 'item', sent: 'no' });
};

/** Without parameters, in lower case. */
const bareType = (mediaType: string) => (mediaType.split(';', 1)[0] ?? '').trim().toLowerCase();

const bytesOf = (body: Entry['body'], limit: number): Uint8Array => {
  const text = body instanceof Uint8Array ? undefined : body.base64;
  if (text !== undefined && (typeof text !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0))
    refuse('the body is neither bytes nor base64');
  const size = body instanceof Uint8Array ? body.byteLength : Math.floor(((text ?? '').length / 4) * 3);
  if (size > limit + 2) refuse(`the body has ${size} bytes; the limit is ${limit}`);
  const bytes = body instanceof Uint8Array ? body : Buffer.from(body.base64, 'base64');
  if (bytes.byteLength > limit) refuse(`the body has ${bytes.byteLength} bytes; the limit is ${limit}`);
  if (bytes.byteLength === 0) refuse('the body is empty');
  return bytes;
};

const textOf = (entry: Entry, name: keyof typeof longest): string => {
  const text = typeof entry[name] === 'string' ? entry[name].trim() : '';
  if (text === '' || text.length > longest[name]) refuse(`${name} must have 1 to ${longest[name]} characters`);
  return text;
};

/**
 * Keeps what a person handed in as a raw record, to be decoded by the provider like any other. Who and why is in the audit of the
 * record, written in the same transaction.
 *
 * @throws CaudalError kind `config` when the provider takes no such thing, or something is missing or too long
 */
export const enter = async (services: Services, entry: Entry): Promise<{ raw: string }> => {
  const { plugins, domain, clock, options } = services;
  const provider = plugins.providers.get(entry.instance);
  if (provider === undefined) return refuse(`there is no provider ${entry.instance}`);
  const taken = provider.capabilities.manual?.mediaTypes ?? [];
  const mediaType = bareType(textOf(entry, 'mediaType'));
  if (!taken.some((one) => bareType(one) === mediaType))
    refuse(
      taken.length === 0
        ? `${entry.instance} takes nothing that people hand in`
        : `${entry.instance} takes ${taken.join(', ')}; this is ${mediaType}`,
    );
  if (entry.device !== undefined && domain.devices.get(entry.device)?.provider !== entry.instance)
    refuse(`${entry.instance} has no device ${entry.device}`);
  const author = textOf(entry, 'author');
  const note = textOf(entry, 'note');
  const body = bytesOf(entry.body, options.http.maxManualBytes);
  const id = randomUUID();
  const at = clock.now();
  const envelope: RawEnvelope = {
    channel: 'manual',
    contentType: entry.mediaType,
    ...(entry.device === undefined ? {} : { device: entry.device }),
  };
  const audit = {
    at,
    actor: author,
    act: `entered ${mediaType} at ${entry.instance}: ${note}`,
    subject: `raw:${id}`,
    hash: createHash('sha256').update(body).digest('hex'),
  };
  await keepRaw(services, [{ id, instance: entry.instance, lane: 'live', receivedAt: at, envelope, body }], {
    audit: [audit],
  });
  return { raw: id };
};
