import vm from 'node:vm';

/**
 * How long one `decode` may take, in real milliseconds, unless the options say otherwise. The largest body of the suite takes some
 * milliseconds; the budget is hundreds of times that, so that a busy machine is no failure and a loop without an end is one.
 */
const defaultBudgetMs = 5000;

const box = vm.createContext({ work: undefined });
const script = new vm.Script('work()');

/** The work did not end in its time, and was ended. */
class OutOfTime extends Error {}

/**
 * Runs synchronous `work` and ends it after `budgetMs`, whatever it does: the engine stops the code, also in a loop, a `catch` or a
 * regular expression. It cannot stop what does not run JavaScript (`Atomics.wait`, a native addon), nor memory that runs out first.
 */
export const withinBudget = <T>(work: () => T, budgetMs = defaultBudgetMs): T => {
  const before = box['work'] as unknown;
  box['work'] = work;
  try {
    return script.runInContext(box, { timeout: budgetMs }) as T;
  } catch (thrown) {
    if ((thrown as { code?: unknown } | null)?.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw thrown;
    throw new OutOfTime(`decode did not end within ${budgetMs} ms`);
  } finally {
    box['work'] = before;
  }
};

/** Whether `work` ends, in one way or the other. */
const ends = (work: () => unknown, budgetMs?: number): boolean => {
  try {
    withinBudget(work, budgetMs);
    return true;
  } catch (thrown) {
    return !(thrown instanceof OutOfTime);
  }
};

/**
 * The first of `items` for which `work` does not end. All are tried in one go, because each go costs a thread; only when that does
 * not end, one by one, and whoever fails gets a second chance: the machine may have slept.
 */
export const firstEndless = <T>(items: readonly T[], work: (item: T) => unknown, budgetMs?: number): T | undefined => {
  const all = () => {
    for (const item of items) {
      try {
        work(item);
      } catch {
        // How it ends is for other checks to judge.
      }
    }
  };
  if (ends(all, budgetMs)) return undefined;
  return items.find((item) => !ends(() => work(item), budgetMs) && !ends(() => work(item), budgetMs));
};
