import type { CallOptions, Client } from './client.ts';

/** Something that happened, as the stream tells it. `reset`: something was missed, lists are to be read again. */
export interface LiveEvent {
  /** To be given as `lastEventId` by who comes again. */
  readonly id: string;
  readonly kind: string;
  readonly data: unknown;
}

const fieldOf = (lines: readonly string[], name: string) =>
  lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);

/** Live events until the stream or the signal ends. The server ends it with the token: then come again. */
export async function* liveEvents(
  client: Pick<Client, 'events'>,
  input: Parameters<Client['events']>[0] = {},
  options: CallOptions = {},
): AsyncGenerator<LiveEvent> {
  const { body } = await client.events(input, options);
  if (body === null) return;
  let waiting = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream() as never) as unknown as AsyncIterable<string>) {
    waiting += chunk;
    for (let end = waiting.indexOf('\n\n'); end >= 0; end = waiting.indexOf('\n\n')) {
      const lines = waiting.slice(0, end).split('\n');
      waiting = waiting.slice(end + 2);
      const kind = fieldOf(lines, 'event');
      if (kind !== undefined)
        yield { id: fieldOf(lines, 'id') ?? '', kind, data: JSON.parse(fieldOf(lines, 'data') ?? 'null') as unknown };
    }
  }
}
