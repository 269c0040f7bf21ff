import type { Services } from '../services.ts';
import { hashOf } from './secret-token.ts';

/** Who fails to log in again and again waits longer and longer: by name, whether somebody has the name or not. */
export interface Lockout {
  /** Milliseconds that the name has to wait still; 0 when it may try. */
  waits(name: string): Promise<number>;
  failed(name: string): Promise<void>;
  worked(name: string): Promise<void>;
}

const maxDoublings = 20;

export const createLockout = ({ store, clock, options }: Pick<Services, 'store' | 'clock' | 'options'>): Lockout => {
  const { failuresBeforeWait, maxWaitMinutes } = options.access;
  const markOf = (name: string) => hashOf(`log-in ${name}`);
  return {
    async waits(name) {
      const failures = await store.read.loginFailures(markOf(name));
      return failures === null || failures.count < failuresBeforeWait ? 0 : Math.max(0, failures.until - clock.now());
    },
    async failed(name) {
      const mark = markOf(name);
      const count = ((await store.read.loginFailures(mark))?.count ?? 0) + 1;
      const over = Math.min(maxDoublings, count - failuresBeforeWait);
      const wait = over < 0 ? 0 : Math.min(maxWaitMinutes * 60_000, 2_000 * 2 ** over);
      await store.write.failLogin({ name: mark, count, until: clock.now() + wait });
    },
    worked: (name) => store.write.clearLogin(markOf(name)),
  };
};
