import { leaks } from '../conformance/leaks.ts';
import type { AnyCase } from './case-schemas.ts';
import type { RecordedCase } from './recorded-case.ts';

/** The spellings that are replaced, each by the same spelling of the stand-in. */
const spellings: readonly ((secret: string) => string)[] = [
  (secret) => secret,
  (secret) => JSON.stringify(secret).slice(1, -1),
  encodeURIComponent,
  (secret) => new URLSearchParams({ s: secret }).toString().slice(2),
  (secret) => Buffer.from(secret).toString('base64'),
  (secret) => Buffer.from(secret).toString('base64url'),
  (secret) => Buffer.from(secret).toString('hex'),
];

/** The bytes of UTF-8 text as one character each, so that binary bodies survive being searched as text. */
const bytewise = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

/** A recorded case with every secret replaced; throws where one is left. */
export const withStandIns = (recorded: RecordedCase, secrets: Readonly<Record<string, string>>): RecordedCase => {
  const pairs = Object.entries(secrets).map(([reference, secret], index) => ({
    reference,
    secret,
    standIn: `stand-in-${index + 1}`,
  }));
  if (pairs.length === 0) return recorded;
  const replacements = pairs
    .flatMap(({ secret, standIn }) => spellings.map((spell) => [bytewise(spell(secret)), spell(standIn)] as const))
    .toSorted(([one], [other]) => other.length - one.length);
  const replaced = (text: string) => replacements.reduce((all, [from, to]) => all.replaceAll(from, to), text);
  const clean = (name: string, bytes: Uint8Array): Uint8Array => {
    const text = replaced(Buffer.from(bytes).toString('latin1'));
    const left = leaks(text, Object.fromEntries(pairs.map(({ reference, secret }) => [reference, bytewise(secret)])));
    if (left.length > 0) throw new Error(`${name} still holds ${left.join(', ')}: replace it by hand`);
    return new Uint8Array(Buffer.from(text, 'latin1'));
  };
  const cleanJson = <T extends object>(name: string, value: T): T =>
    JSON.parse(Buffer.from(clean(name, Buffer.from(JSON.stringify(value)))).toString('utf8')) as T;
  const given = cleanJson('case.json', recorded.given);
  const before = 'secrets' in given ? given.secrets : {};
  return {
    given: {
      ...given,
      secrets: { ...before, ...Object.fromEntries(pairs.map(({ reference, standIn }) => [reference, standIn])) },
    } as AnyCase,
    files: new Map([...recorded.files].map(([name, bytes]) => [name, clean(name, bytes)])),
    ...(recorded.expected === undefined ? {} : { expected: cleanJson('expected.json', recorded.expected) }),
  };
};
