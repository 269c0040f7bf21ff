import type { Outcome } from '@caudal/core';
import type { ReadAnswer } from './answer.ts';
import type { DgaConfig } from './config.ts';

/** One kind of answer. The first pattern that matches decides. */
interface AnswerPattern {
  readonly name: string;
  matches(answer: ReadAnswer): boolean;
  outcome(answer: ReadAnswer): Outcome;
}

/** Every receipt of the REST interface seen so far. Another text in its place (a sentinel, a message) is no receipt. */
const receiptPattern = /^[A-Za-z0-9]{32}$/;

/** In the message of a duplicate; rows from before the REST interface have receipts of other lengths. */
const duplicateReceiptPattern = /Comprobante:\s*([A-Za-z0-9]{8,64})(?![A-Za-z0-9])/i;

const messageOf = ({ envelope }: ReadAnswer): string => envelope?.message ?? '';

const excerpt = (text: string) => text.replaceAll(/\s+/g, ' ').trim().slice(0, 300);

const says = (answer: ReadAnswer): string => {
  const message = excerpt(messageOf(answer));
  const status = answer.envelope?.status;
  const code = status === undefined ? 'no status' : `status ${JSON.stringify(excerpt(status))}`;
  return `HTTP ${answer.httpStatus}, ${code}${message === '' ? '' : `: ${message}`}`;
};

const tomorrow = (reason: string): Outcome => ({ status: 'rejected', until: 'next-permitted-day', reason });

/** What the manual documents and what production has shown; the rest is not understood and tried once on another day. */
const known: readonly AnswerPattern[] = [
  {
    name: 'already stored',
    matches: (answer) => /ya existe un registro/i.test(messageOf(answer)),
    outcome: (answer) => {
      const receipt = duplicateReceiptPattern.exec(messageOf(answer))?.[1];
      return { status: 'duplicate', ...(receipt === undefined ? {} : { receipt }) };
    },
  },
  {
    name: 'stored',
    matches: ({ httpStatus, envelope }) => httpStatus >= 200 && httpStatus <= 299 && envelope?.status === '00',
    outcome: ({ envelope }) => {
      const receipt = envelope?.data['numeroComprobante'];
      return typeof receipt === 'string' && receiptPattern.test(receipt)
        ? { status: 'accepted', receipt }
        : { status: 'accepted' };
    },
  },
  {
    name: 'informant does not match the work',
    matches: (answer) => /usuario no es el informante/i.test(messageOf(answer)),
    outcome: (answer) => ({ status: 'rejected', until: 'configuration', reason: says(answer) }),
  },
];

const notUnderstood: readonly AnswerPattern[] = [
  {
    name: 'perimeter block',
    matches: ({ httpStatus, isHtml, envelope }) => httpStatus === 403 && (isHtml || envelope === undefined),
    outcome: () =>
      tomorrow(
        "perimeter block suspected: HTTP 403 without the DGA's own answer. Its perimeter security blocks unusual traffic; a support ticket unblocks it",
      ),
  },
  {
    name: 'page',
    matches: ({ isHtml, envelope }) => isHtml && envelope === undefined,
    outcome: ({ httpStatus }) => tomorrow(`HTTP ${httpStatus} with an HTML page instead of the DGA's answer`),
  },
  {
    name: 'no JSON',
    matches: ({ envelope }) => envelope === undefined,
    outcome: ({ httpStatus }) => tomorrow(`HTTP ${httpStatus} with a body that is no whole JSON object`),
  },
  { name: 'any other answer', matches: () => true, outcome: (answer) => tomorrow(says(answer)) },
];

const configuredPatterns = (permanent: DgaConfig['permanentAnswers']): AnswerPattern[] =>
  permanent.map(({ contains, until }) => ({
    name: contains,
    matches: (answer) => messageOf(answer).toLowerCase().includes(contains.toLowerCase()),
    outcome: (answer) => ({ status: 'rejected', until, reason: says(answer) }),
  }));

/**
 * What an answer means. `accepted` only for a 2xx whose body is JSON with the status `"00"`, character for character; an
 * accepting answer without a receipt is accepted all the same, and never sent again.
 */
export const outcomeOf = (answer: ReadAnswer, permanent: DgaConfig['permanentAnswers']): Outcome => {
  const pattern = [...known, ...configuredPatterns(permanent), ...notUnderstood].find((candidate) =>
    candidate.matches(answer),
  );
  return pattern === undefined ? tomorrow(says(answer)) : pattern.outcome(answer);
};
