import type { Answer, Redactor } from '@caudal/core';
import type { HttpResponse } from '@caudal/http';

/** Longest answer that is kept and understood. */
const maxBodyBytes = 64 * 1024;

/** An answer as it is classified. */
export interface ReadAnswer {
  readonly httpStatus: number;
  readonly isHtml: boolean;
  /** Whole text, redacted; absent parts of a body that was too long are cut. */
  readonly text: string;
  /** Absent when the body is no JSON object, whole and within the limit. */
  readonly fields?: { readonly mensaje?: string; readonly idVerificacion?: string };
}

type WithSource = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** Numbers as the text that stood there: a receipt longer than a double's digits must not change. */
const keepDigits: WithSource = (_key, value, context) =>
  typeof value === 'number' && context.source !== undefined ? { digits: context.source } : value;

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text, keepDigits as Parameters<typeof JSON.parse>[1]);
  } catch {
    return undefined;
  }
};

const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null && 'digits' in value && typeof value.digits === 'string'
    ? value.digits
    : undefined;
};

/** A receipt is a number or a word; a sentence or a sentinel in its place is none. */
const receiptPattern = /^[\w.:-]{1,128}$/;

const readFields = (body: string): ReadAnswer['fields'] => {
  const found = parse(body);
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return undefined;
  const own = (name: string) => (Object.hasOwn(found, name) ? (found as Record<string, unknown>)[name] : undefined);
  const mensaje = textOf(own('mensaje'));
  const id = textOf(own('IdVerificacion'))?.trim();
  return {
    ...(mensaje === undefined ? {} : { mensaje }),
    ...(id === undefined || !receiptPattern.test(id) || /^(null|undefined|none|0)$/i.test(id)
      ? {}
      : { idVerificacion: id }),
  };
};

const decoder = new TextDecoder();

/** The answer as it is understood, and as it is stored: redacted, because a server may echo what it was sent. */
export const readAnswer = (
  { status, headers, body, contentType }: HttpResponse,
  redact: Redactor,
): { readonly read: ReadAnswer; readonly answer: Answer } => {
  const truncatedBytes = Math.max(0, body.byteLength - maxBodyBytes);
  const text = decoder.decode(body.subarray(0, maxBodyBytes));
  const fields = truncatedBytes === 0 ? readFields(text) : undefined;
  const shown = redact.text(text);
  return {
    read: {
      httpStatus: status,
      isHtml: /\bhtml\b/i.test(contentType ?? '') || /^\s*<(!doctype|html|head|body)\b/i.test(text),
      text: shown,
      ...(fields === undefined ? {} : { fields }),
    },
    answer: { status, headers, body: shown, ...(truncatedBytes === 0 ? {} : { truncatedBytes }) },
  };
};
