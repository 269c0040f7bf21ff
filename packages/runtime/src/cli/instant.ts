import { CaudalError, parseInstant } from '@caudal/core';

/** An instant of an option. A time without a zone is refused: nobody could know which was meant. */
export const instantOption = (name: string, text: string | boolean | undefined): number | undefined => {
  if (typeof text !== 'string') return undefined;
  const instant = parseInstant(text);
  if (instant === undefined) {
    throw new CaudalError(
      'config',
      `--${name} ${text} is no instant with a zone, for example 2026-01-01T00:00:00-04:00`,
      { sent: 'no' },
    );
  }
  return instant;
};

/** An option that a command can not do without. */
export const requiredOption = (name: string, text: string | boolean | undefined): string => {
  if (typeof text === 'string' && text !== '') return text;
  throw new CaudalError('config', `--${name} is missing`, { sent: 'no' });
};
