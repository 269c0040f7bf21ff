import { ApiProblem } from '@caudal/client';
import { preferences } from '../preferences.ts';
import { named, text } from '../text.ts';

/** What went wrong, for the page to show. */
export interface Problem {
  readonly detail: string;
  readonly issues: ApiProblem['issues'];
}

const kinds = 'urn:caudal:problem:';

/** English says all of it; in Spanish its kind, and what the server says of it where it names no single mistakes. */
const detailOf = ({ type, message, issues }: ApiProblem): string => {
  const kind = type.startsWith(kinds) ? type.slice(kinds.length) : '';
  const word = named('problem', kind);
  if (preferences().language === 'en' || word === kind) return message;
  return issues.length > 0 ? word : `${word} (${message})`;
};

/** Whatever went wrong, in words. */
export const problemOf = (thrown: unknown): Problem =>
  thrown instanceof ApiProblem
    ? { detail: detailOf(thrown), issues: thrown.issues }
    : { detail: text('unreachable'), issues: [] };
