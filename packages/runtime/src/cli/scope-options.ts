import type { SendScope } from '../operate/stop-sends.ts';
import type { Invocation } from './command.ts';

/** `--target`, `--work` and `--informant` as they were given. */
export const scopeOptions = (values: Invocation['values']): SendScope =>
  Object.fromEntries(
    (['target', 'work', 'informant'] as const).flatMap((name) => {
      const text = values[name];
      return typeof text === 'string' && text !== '' ? [[name, text]] : [];
    }),
  );
