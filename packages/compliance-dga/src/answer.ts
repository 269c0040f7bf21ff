import type { Answer, Redactor } from '@caudal/core';
import type { HttpResponse } from '@caudal/http';

/** Longest answer that is kept and understood. */
const maxBodyBytes = 64 * 1024;

/** What the DGA's envelope `{ status, message, data }` says; absent parts were absent or of another type. */
export interface Envelope {
  readonly status?: string;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** An answer as it is classified. */
export interface ReadAnswer {
  readonly httpStatus: number;
  readonly isHtml: boolean;
  /** Absent when the body is no JSON object, whole and within the limit. */
  readonly envelope?: Envelope;
}

const objectOf = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The envelope in a body, or undefined when the body is no JSON object. */
const readEnvelope = (body: string): Envelope | undefined => {
  const found = objectOf(parse(body));
  if (found === undefined) return undefined;
  const own = (name: string) => (Object.hasOwn(found, name) ? found[name] : undefined);
  const status = own('status');
  const message = own('message');
  return {
    ...(typeof status === 'string' ? { status } : {}),
    message: typeof message === 'string' ? message : '',
    data: objectOf(own('data')) ?? {},
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
  const envelope = truncatedBytes === 0 ? readEnvelope(text) : undefined;
  return {
    read: {
      httpStatus: status,
      isHtml: /\bhtml\b/i.test(contentType ?? '') || /^\s*<(!doctype|html|head|body)\b/i.test(text),
      ...(envelope === undefined ? {} : { envelope }),
    },
    answer: {
      status,
      headers,
      body: redact.text(text),
      ...(truncatedBytes === 0 ? {} : { truncatedBytes }),
    },
  };
};
