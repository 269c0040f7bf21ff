/** A promise together with what resolves it. */
export interface Deferred {
  readonly promise: Promise<void>;
  resolve(this: void): void;
}

/** See {@link Deferred}. */
export const deferred = (): Deferred => {
  let resolve: () => void = Function.prototype as () => void;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
};
