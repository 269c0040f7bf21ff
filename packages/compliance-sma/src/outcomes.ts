import type { Outcome } from '@caudal/core';
import type { ReadAnswer } from './answer.ts';
import type { SmaConfig } from './config.ts';

type Until = Extract<Outcome, { status: 'rejected' }>['until'];

const excerpt = (text: string) => text.replaceAll(/\s+/g, ' ').trim().slice(0, 300);

const says = ({ httpStatus, fields, text, isHtml }: ReadAnswer, why: string): string => {
  const told = isHtml ? '' : excerpt(fields?.mensaje ?? text);
  return `HTTP ${httpStatus}, ${why}${told === '' ? '' : `: ${told}`}`;
};

/**
 * What a status means that is no success. Documented are 400, 401, 403 and 500 (SMA Res. Ex. 254/2020); the bodies are not, so the
 * status decides.
 */
const refusals: Readonly<Record<number, readonly [until: Until, why: string]>> = {
  400: [
    'configuration',
    'parameters of this instant are missing or exceed the registered ones, or their form is wrong',
  ],
  401: ['next-permitted-day', 'a token that was just given is refused'],
  403: ['configuration', 'these credentials may not report this process'],
  404: ['configuration', 'there is no such Unidad Fiscalizable or process'],
  413: ['configuration', 'the request is too large'],
};

const means = {
  duplicate: 'duplicate',
  final: 'final',
  configuration: 'configuration',
  later: 'next-permitted-day',
} as const;

const rejected = (until: Until, reason: string): Outcome => ({ status: 'rejected', until, reason });

/**
 * What an answer means. `accepted` only for 200 or 201 with a JSON object that has `IdVerificacion`, a number or a word, or at least
 * the `mensaje` of a success; a page, a cut body and any other status never are.
 */
export const outcomeOf = (answer: ReadAnswer, configured: SmaConfig['answers']): Outcome => {
  const { httpStatus, fields, isHtml, text } = answer;
  const success = httpStatus === 200 || httpStatus === 201;
  if (success && fields?.idVerificacion !== undefined) return { status: 'accepted', receipt: fields.idVerificacion };
  const known = configured.find(({ contains }) => text.toLowerCase().includes(contains.toLowerCase()));
  if (known !== undefined) {
    const meaning = means[known.means];
    return meaning === 'duplicate' ? { status: 'duplicate' } : rejected(meaning, says(answer, 'a configured answer'));
  }
  if (success && fields?.mensaje !== undefined) return { status: 'accepted' };
  if (isHtml) return rejected('next-permitted-day', says(answer, "a web page instead of the SMA's answer"));
  if (success) return rejected('next-permitted-day', says(answer, 'a body that is not the JSON of a success'));
  const [until, why] = refusals[httpStatus] ?? ['next-permitted-day', 'not accepted'];
  return rejected(until, says(answer, why));
};
