import type { IncomingMessage } from 'node:http';

/** One request as it arrived. */
export interface RecordedRequest {
  readonly method: string;
  /** Path and query, exactly as in the request line. */
  readonly target: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names and values in turn, as the client spelt and ordered them. */
  readonly rawHeaders: readonly string[];
  /** Byte for byte, transfer coding removed. */
  readonly body: Uint8Array;
  /** The body as UTF-8. */
  readonly text: string;
  /** Request line, headers and body as one text, for searching. */
  readonly whole: string;
}

/** What is known of a request whose body is `body`. */
export const recordedRequest = (message: IncomingMessage, body: Uint8Array): RecordedRequest => {
  const target = message.url ?? '/';
  const question = target.indexOf('?');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) headers[name] = String(value);
  const text = Buffer.from(body).toString('utf8');
  const lines = message.rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [`${name}: ${message.rawHeaders[index + 1]}`] : [],
  );
  return {
    method: message.method ?? 'GET',
    target,
    path: question < 0 ? target : target.slice(0, question),
    query: new URLSearchParams(question < 0 ? '' : target.slice(question + 1)),
    headers,
    rawHeaders: [...message.rawHeaders],
    body,
    text,
    whole: [`${message.method} ${target} HTTP/${message.httpVersion}`, ...lines, '', text].join('\r\n'),
  };
};
