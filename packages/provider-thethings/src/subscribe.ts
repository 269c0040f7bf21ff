import { type Call, CaudalError, type RawInput, isJsonObject } from '@caudal/core';
import type { HttpStream } from '@caudal/http';
import { parseBody } from './body.ts';
import type { ThingsClient } from './client.ts';
import type { TheThingsConfig } from './config.ts';
import { refusalOf } from './item.ts';
import type { TheThingsDevice } from './page.ts';
import { createSplitter } from './splitter.ts';

type Subscription = Call & {
  readonly devices: readonly TheThingsDevice[];
  connected(): void;
  emit(records: readonly RawInput[]): Promise<void>;
};

const lost = (message: string): CaudalError => new CaudalError('transient', message, { scope: 'device' });

/** A message that is not JSON after all is kept like any other: `decode` says what is wrong with it. */
const parsed = (document: Uint8Array): unknown => {
  try {
    return parseBody(document);
  } catch {
    return undefined;
  }
};

/** `{}` is a sign of life, `{"status":"success","message":"subscribed"}` the beginning. Neither is data. */
const isSignal = (body: unknown): boolean =>
  isJsonObject(body) && (Object.keys(body).length === 0 || (body['status'] === 'success' && !('values' in body)));

const flow = async (
  client: ThingsClient,
  stream: HttpStream,
  device: TheThingsDevice,
  maxDocumentBytes: number,
  subscription: Subscription,
): Promise<void> => {
  const splitter = createSplitter(maxDocumentBytes);
  const envelope: RawInput['envelope'] = {
    channel: 'subscribe',
    device: device.id,
    path: stream.path,
    status: stream.status,
    ...(stream.contentType === undefined ? {} : { contentType: stream.contentType }),
  };
  let flowing = false;
  for await (const chunk of stream.chunks) {
    const { documents, broken } = splitter.push(chunk);
    const records: RawInput[] = [];
    let refusal: Uint8Array | undefined;
    for (const body of documents) {
      const message = parsed(body);
      if (refusalOf(message) !== undefined) {
        refusal = body;
        break;
      }
      if (!flowing) {
        flowing = true;
        subscription.connected();
      }
      if (!isSignal(message)) records.push({ body, envelope });
    }
    if (records.length > 0) await subscription.emit(records);
    if (refusal !== undefined) throw client.refusal(stream, refusal);
    if (broken !== undefined) throw new CaudalError('invalid-data', broken, { scope: 'device' });
  }
};

/**
 * The keep-alive HTTP stream of one thing: JSON documents without separators, each a raw record with its exact bytes. What is
 * read is on disk before more is read, so that at most one network chunk is in flight. The stream does not repeat and is not
 * acknowledged: after every connection the host reads the gap.
 *
 * @throws CaudalError kind `transient` when the stream ends, breaks, or is silent for longer than its keep-alive and the margin
 */
export const subscribe = async (
  client: ThingsClient,
  config: NonNullable<TheThingsConfig['stream']>,
  request: Subscription,
): Promise<void> => {
  const { keepAliveMs = 60_000, marginMs = 15_000, maxDocumentBytes = 1024 * 1024 } = config;
  const { devices, signal } = request;
  const [device] = devices;
  if (device === undefined || devices.length > 1)
    throw new CaudalError('config', 'a stream belongs to one device', { sent: 'no' });
  try {
    const stream = await client.stream(device.credential, keepAliveMs, keepAliveMs + marginMs, request);
    if (/\bx?html\b/i.test(stream.contentType ?? '')) {
      await stream.chunks[Symbol.asyncIterator]().return?.();
      throw lost('a web page came instead of the stream: a proxy, a maintenance page or a wrong base URL');
    }
    await flow(client, stream, device, maxDocumentBytes, request);
  } catch (error) {
    if (signal.aborted) return;
    throw error;
  }
  if (!signal.aborted) throw lost('thethings.iO ended the stream');
};
