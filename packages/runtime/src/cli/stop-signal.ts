/** What ends a command that goes on until it is told: SIGTERM, Ctrl-C, or itself. */
export const stopSignal = (): { readonly signal: AbortSignal; abort(): void; [Symbol.dispose](): void } => {
  const stop = new AbortController();
  const abort = () => stop.abort();
  const names = ['SIGTERM', 'SIGINT'] as const;
  for (const name of names) process.once(name, abort);
  return {
    signal: stop.signal,
    abort,
    [Symbol.dispose]() {
      for (const name of names) process.off(name, abort);
    },
  };
};
