/** Lets a test wait for what others count. */
export interface Watch {
  /** Something changed. */
  look(): void;
  until(holds: () => boolean): Promise<void>;
}

export const createWatch = (): Watch => {
  const waiting = new Set<() => void>();
  return {
    look() {
      for (const ask of waiting) ask();
    },
    until: (holds) =>
      new Promise((resolve) => {
        const ask = () => {
          if (!holds()) return;
          waiting.delete(ask);
          resolve();
        };
        waiting.add(ask);
        ask();
      }),
  };
};
