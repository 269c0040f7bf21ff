import { follow } from '../ask.ts';
import { exitCodes, type Invocation } from '../command.ts';
import { stopSignal } from '../stop-signal.ts';
import { type Filter, type Happened, kinds, tapLines, wants } from '../tap-lines.ts';

export const run = async ({ values, out, err }: Invocation): Promise<number> => {
  const filter: Filter = {
    kinds: typeof values['kind'] === 'string' ? values['kind'].split(',') : kinds,
    point: values['point'] as string | undefined,
    obligation: values['obligation'] as string | undefined,
  };
  const unknown = filter.kinds.filter((kind) => !(kinds as readonly string[]).includes(kind));
  const most = Number(values['lines'] ?? Infinity);
  if (unknown.length > 0 || !(most >= 1)) {
    err(
      unknown.length > 0 ? `caudal tap: kinds are ${kinds.join(', ')}.` : 'caudal tap: --lines is a number from 1 on.',
    );
    return exitCodes.usage;
  }
  using stop = stopSignal();
  let left = most;
  const runs = await follow(values['config'] as string, {
    signal: stop.signal,
    started: () => err('caudal tap: listening; Ctrl-C ends it'),
    onLine(text) {
      const happened = JSON.parse(text) as Happened;
      if (!wants(filter, happened)) return;
      for (const line of values['json'] === true ? [text] : tapLines(happened)) {
        if (left <= 0) break;
        left -= 1;
        out(line);
      }
      if (left <= 0) stop.abort();
    },
  });
  if (runs) return exitCodes.ok;
  err('caudal tap: nothing runs here that could be followed.');
  return exitCodes.failed;
};
