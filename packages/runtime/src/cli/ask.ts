import { request } from 'node:http';
import { CaudalError } from '@caudal/core';
import { controlSocketOf } from '../api/http.ts';
import { loadConfigFile } from '../config/load-config.ts';
import { placesOf } from '../config/places.ts';
import { openQuiet } from '../main.ts';
import { isReading } from '../operate/does.ts';

/** Asks the running runtime over its socket. Undefined when none listens. */
const askRunning = (socketPath: string, name: string, input: unknown): Promise<{ result: unknown } | undefined> =>
  new Promise((done, fail) => {
    const call = request(
      { socketPath, path: `/operations/${name}`, method: 'POST', headers: { 'content-type': 'application/json' } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', fail);
        response.on('end', () => {
          const answer = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
            result?: unknown;
            error?: { kind: CaudalError['kind']; message: string };
          };
          if (answer.error === undefined) done({ result: answer.result ?? null });
          else fail(new CaudalError(answer.error.kind, answer.error.message));
        });
      },
    );
    call.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') done(undefined);
      else fail(error);
    });
    call.end(JSON.stringify(input ?? null));
  });

/**
 * What happens in the running runtime, as lines of JSON, until the signal. Answers false when none runs.
 *
 * @param started is called when it listens: from then on nothing is missed
 */
export const follow = async (
  configPath: string,
  { started, onLine, signal }: { started: () => void; onLine: (line: string) => void; signal: AbortSignal },
): Promise<boolean> => {
  const config = await loadConfigFile(configPath);
  return new Promise((done, fail) => {
    const call = request(
      { socketPath: controlSocketOf(placesOf(config).socket), path: '/events', signal },
      (response) => {
        if (response.statusCode !== 200) {
          response.resume();
          return fail(new CaudalError('transient', 'the runtime lets nobody look now: too many do', { sent: 'no' }));
        }
        started();
        // Cut by the end of the runtime: it ends the look.
        response.on('error', () => done(true));
        response.once('close', () => done(true));
        let rest = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          const lines = (rest + chunk).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) if (line !== '') onLine(line);
        });
      },
    );
    signal.addEventListener('abort', () => done(true), { once: true });
    call.on('error', (error: NodeJS.ErrnoException) => {
      if (signal.aborted) done(true);
      else if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') done(false);
      else fail(error);
    });
    call.end();
  });
};

/**
 * One operation: of the runtime that runs, or, when none answers, on the database itself. A question takes no lock.
 *
 * @param configPath of `--config`
 */
export const ask = async <T>(configPath: string, name: string, input: unknown): Promise<T> => {
  const config = await loadConfigFile(configPath);
  const running = await askRunning(controlSocketOf(placesOf(config).socket), name, input);
  if (running !== undefined) return running.result as T;
  const quiet = await openQuiet(config, isReading(name));
  try {
    return (await quiet.call(name, input)) as T;
  } finally {
    await quiet.close();
  }
};
