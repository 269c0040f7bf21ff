import { createHash } from 'node:crypto';
import { CaudalError, parseInstant, isJsonObject, type JsonObject, spellingOf } from '@caudal/core';

const refuse = (why: string): never => {
  throw new CaudalError('invalid-data', why, { scope: 'item' });
};

/** What the platform says instead of data: `{"status":"error","code":401,"message":"…"}`. */
export const refusalOf = (body: unknown): { readonly code?: number; readonly message: string } | undefined => {
  if (!isJsonObject(body) || body['status'] !== 'error') return undefined;
  const { code, message } = body;
  return {
    message: typeof message === 'string' ? message : '',
    ...(typeof code === 'number' ? { code } : {}),
  };
};

/**
 * Items of an answer or a message: the list itself, or `values` of an object, the two forms in which devices write and streams send.
 * @throws CaudalError kind `invalid-data` for anything else
 */
export const itemsOf = (body: unknown): readonly unknown[] => {
  if (Array.isArray(body)) return body;
  if (!isJsonObject(body)) return refuse('the body is no list of items');
  if (refusalOf(body) !== undefined) return refuse('the body is a refusal, not data');
  return Array.isArray(body['values']) ? body['values'] : refuse('the body has no list of items');
};

/** `20260706143000` and `20260706T143000`, the forms of the documentation and of the JavaScript library. */
const compact = /^(\d{4})(\d{2})(\d{2})T?(\d{2})(\d{2})(\d{2})$/;

/** When an item was measured. A time without a zone counts only where `zone` declares one. */
export const timeOf = (item: JsonObject, zone?: string): number | undefined => {
  const text = item['datetime'];
  return typeof text === 'string' ? parseInstant(text.trim().replace(compact, '$1-$2-$3T$4:$5:$6'), zone) : undefined;
};

/**
 * What makes an item the same as one on an earlier page: key, time and spelling. The spelling belongs to it, because two
 * different values for one instant are a conflict that the host has to see.
 */
export const identityOf = (item: JsonObject): string =>
  createHash('sha256')
    .update(JSON.stringify([item['key'] ?? null, item['datetime'], typeof item['value'], spellingOf(item['value'])]))
    .digest('base64url')
    .slice(0, 16);
