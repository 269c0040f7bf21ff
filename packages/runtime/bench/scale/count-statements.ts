import type { Store } from '../../src/store/store.ts';

/** How often the store was asked for what, by the name of the operation. */
export type Asked = Map<string, number>;

/** What an operation takes in one call: the rows of the lists that it is given. */
const counted = <T extends object>(operations: T, asked: Asked): T =>
  new Proxy(operations, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name);
      if (typeof found !== 'function') return found;
      if (name === 'as') return (...args: unknown[]) => counted(found.apply(target, args) as T, asked);
      return (...args: unknown[]): unknown => {
        asked.set(String(name), (asked.get(String(name)) ?? 0) + 1);
        return found.apply(target, args);
      };
    },
  });

/** The same store, with every operation counted in `asked`. */
export const countOperations = (store: Store, asked: Asked): Store =>
  Object.create(store, {
    read: { value: counted(store.read, asked) },
    write: { value: counted(store.write, asked) },
  }) as Store;
