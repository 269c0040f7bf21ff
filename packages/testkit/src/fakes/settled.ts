import { performance } from 'node:perf_hooks';

/** Requests to the kernel or the thread pool that end by themselves: files, names, connects, writes. */
const request = /Req|ConnectWrap|WriteWrap|ShutdownWrap/;

/** Open sockets, whose bytes may be on their way through the kernel. */
const socket = /TCPSocketWrap|TLSWrap|PipeWrap/;

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 1));
const events = () => performance.nodeTiming.uvMetricsInfo.events;
const active = (kind: RegExp) => process.getActiveResourcesInfo().some((name) => kind.test(name));

/**
 * Resolves when this process has nothing left to do by itself: no file, name or connect request is under way, and turns of the
 * event loop bring no more events. Where sockets are open it listens two milliseconds longer, because even loopback takes the
 * kernel a moment. Worker threads and other processes are not seen. Gives up after `maxTurns` turns (default 10 000) or two
 * thousand pauses, so that a connection that never completes does not stop a test.
 */
export const settled = async (maxTurns = 10_000): Promise<void> => {
  let quiet = 0;
  let listened = 0;
  let pauses = 0;
  for (let count = 0; count < maxTurns && pauses < 2000; count += 1) {
    const before = events();
    if (quiet < 3) {
      await turn();
    } else {
      const busy = active(request);
      if (!busy && (listened >= 2 || !active(socket))) return;
      await pause();
      pauses += 1;
      if (!busy) listened += 1;
    }
    if (events() === before) {
      quiet += 1;
    } else {
      quiet = 0;
      listened = 0;
    }
  }
};
