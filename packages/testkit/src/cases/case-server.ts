import { type FaultServer, startFaultServer } from '../faults/fault-server.ts';
import type { RecordedRequest } from '../faults/recorded-request.ts';
import { replies, type Reply } from '../faults/reply.ts';
import type { CaseAnswer } from './every-case-format.ts';

const placeholder = '{{server}}';

/** Replaces `{{server}}` in every text of a value. */
export const withServer = <T>(value: T, url: string): T => {
  const visit = (part: unknown): unknown => {
    if (typeof part === 'string') return part.replaceAll(placeholder, url);
    if (Array.isArray(part)) return part.map(visit);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, item]) => [key, visit(item)]));
  };
  return visit(value) as T;
};

/** The same in bytes; what does not hold it is left as it is. */
const bytesWithServer = (bytes: Uint8Array, url: string): Uint8Array => {
  const buffer = Buffer.from(bytes);
  if (!buffer.includes(placeholder)) return bytes;
  return new Uint8Array(Buffer.from(buffer.toString('latin1').replaceAll(placeholder, url), 'latin1'));
};

/** The server's address, another in every run, as the case folder writes it. */
export const withoutServer = <T>(value: T, url: string): T => {
  const visit = (part: unknown): unknown => {
    if (typeof part === 'string') return part.replaceAll(url, placeholder);
    if (part instanceof Uint8Array) {
      const text = Buffer.from(part).toString('latin1');
      return text.includes(url) ? new Uint8Array(Buffer.from(text.replaceAll(url, placeholder), 'latin1')) : part;
    }
    if (Array.isArray(part)) return part.map(visit);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, item]) => [key, visit(item)]));
  };
  return visit(value) as T;
};

/** The other side of a case: it says each answer once, in order, and nothing else. */
export interface CaseServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  /** Answers that nobody has asked for yet. */
  left(): number;
}

/** Starts the server of a case. */
export const startCaseServer = async (
  answers: readonly CaseAnswer[],
  files: ReadonlyMap<string, Uint8Array>,
): Promise<CaseServer> => {
  const server: FaultServer = await startFaultServer();
  const said = answers.map(({ status, headers = {}, file }): Reply => {
    const body = file === undefined ? '' : bytesWithServer(files.get(file) ?? new Uint8Array(), server.url);
    return replies.answer(status, body, withServer(headers, server.url));
  });
  server.reply('*', replies.answer(404, 'the case has no answer for this request'));
  server.next(...said);
  return {
    url: server.url,
    requests: server.requests,
    left: () => Math.max(0, said.length - server.requests.length),
    [Symbol.asyncDispose]: () => server.close(),
  };
};

/** Throws where requests and answers are not one to one: a case that is not what it says proves nothing. */
export const refuseLeftovers = ({ requests }: CaseServer, answers: readonly CaseAnswer[]): void => {
  const shown = (request: RecordedRequest | undefined) => `${request?.method} ${request?.target}`;
  if (requests.length > answers.length) {
    throw new Error(
      `the case has ${answers.length} answers, and request ${answers.length + 1} came: ${shown(requests[answers.length])}`,
    );
  }
  const unasked = answers[requests.length];
  if (unasked !== undefined) {
    const name = unasked.file === undefined ? `answer ${requests.length + 1}` : unasked.file;
    throw new Error(`nobody asked for ${name}: ${requests.length} requests, ${answers.length} answers`);
  }
};
