import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { acts, keySubject } from '../../src/evidence/acts.ts';
import { canonicalJson } from '../../src/evidence/canonical.ts';
import {
  type AuditEntry,
  type ChainRow,
  chainRows,
  entryText,
  genesis,
  linkOf,
  sha256,
} from '../../src/evidence/chain.ts';
import { headLine, parseHeads, signHead } from '../../src/evidence/heads.ts';
import { createSigningKey, openSigningKey, publicPem, readPublicKey, rotationText } from '../../src/evidence/keys.ts';
import { createVerifier, type VerifierOptions } from '../../src/evidence/verify-chain.ts';

const text = fc.string({ unit: 'binary', maxLength: 30 });
const someEntry: fc.Arbitrary<AuditEntry> = fc.record(
  {
    at: fc.integer({ min: 0, max: 4e12 }),
    actor: text,
    act: text,
    subject: text,
    hash: fc.option(text),
    detail: fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<never>,
  },
  { requiredKeys: ['at', 'actor', 'act', 'subject', 'hash'] },
);
const someChain = fc.array(someEntry, { minLength: 1, maxLength: 12 }).map((entries) => chainRows(undefined, entries));

const verify = (rows: readonly ChainRow[], options?: VerifierOptions) => {
  const verifier = createVerifier(options);
  for (const row of rows) if (!verifier.push(row)) break;
  return verifier.end();
};

const named = (subject: string): AuditEntry => ({ at: 1, actor: 'ana', act: 'backfill', subject, hash: null });
const five = chainRows(undefined, ['a', 'b', 'c', 'd', 'e'].map(named));
const without = (index: number) => five.filter((_, other) => other !== index);

describe('canonical JSON', () => {
  test('is the form of RFC 8785: its own example, sorted by UTF-16 code units', () => {
    // RFC 8785, 3.2.3
    const sorted = canonicalJson({
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    });
    expect(Object.values(JSON.parse(sorted) as object)).toHaveLength(7);
    expect([...sorted.matchAll(/:"([^"]+)"/g)].map(([, value]) => value)).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
    // RFC 8785, 3.2.2
    expect(canonicalJson({ numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27], literals: [null, true, false] })).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27]}',
    );
  });

  test('keeps names that look like numbers in the order of texts', () => {
    expect(canonicalJson({ 9: 1, 10: 2 })).toBe('{"10":2,"9":1}');
  });

  test('does not depend on the order in which properties were given, and leads back to the same value', () => {
    fc.assert(
      fc.property(fc.dictionary(text, fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).toReversed());
        expect(canonicalJson(turned)).toBe(canonicalJson(value));
        expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value));
      }),
    );
  });

  test('has no form for what is no JSON', () => {
    for (const value of [Number.NaN, Infinity, undefined, () => 1])
      expect(() => canonicalJson(value)).toThrow(TypeError);
  });
});

describe('the chain', () => {
  test('is the published algorithm, and nothing else', () => {
    const [first, second] = five as [ChainRow, ChainRow];
    expect(first.entry).toBe('{"act":"backfill","actor":"ana","at":1,"hash":null,"seq":1,"subject":"a"}');
    expect(first.link).toBe(linkOf(genesis, sha256(first.entry)));
    expect(second.link).toBe(linkOf(first.link, sha256(second.entry)));
    // Fixed: a change of the format would make every kept chain unreadable.
    expect(second.link).toBe('2a8463bbacf2bec70390bdd754adcc208b2c7a0cfbd36884f3ee23f6ab01989d');
  });

  test('can be written in any parts', () => {
    fc.assert(
      fc.property(fc.array(someEntry, { maxLength: 12 }), fc.nat(12), (entries, cut) => {
        const begun = chainRows(undefined, entries.slice(0, cut));
        expect([...begun, ...chainRows(begun.at(-1), entries.slice(cut))]).toEqual(chainRows(undefined, entries));
      }),
    );
  });

  test('bears itself out', () => {
    fc.assert(
      fc.property(someChain, (rows) => {
        expect(verify(rows)).toMatchObject({ fault: undefined, entries: rows.length, link: rows.at(-1)?.link });
      }),
    );
  });

  test('any single byte changed in any entry is found, at that entry', () => {
    fc.assert(
      fc.property(someChain, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), (rows, which, where, change) => {
        const index = which % rows.length;
        const row = rows[index] as ChainRow;
        const bytes = Buffer.from(row.entry, 'utf8');
        const place = where % bytes.length;
        bytes[place] = (bytes[place] as number) ^ change;
        const changed = rows.map((one, other) => (other === index ? { ...one, entry: bytes.toString('utf8') } : one));
        expect(verify(changed).fault?.seq).toBe(row.seq);
      }),
    );
  });

  test('any single digit changed in any link is found, at that entry', () => {
    fc.assert(
      fc.property(someChain, fc.nat(), fc.nat(63), fc.integer({ min: 1, max: 15 }), (rows, which, place, change) => {
        const index = which % rows.length;
        const row = rows[index] as ChainRow;
        const digit = (Number.parseInt(row.link[place] as string, 16) ^ change).toString(16);
        const link = row.link.slice(0, place) + digit + row.link.slice(place + 1);
        expect(verify(rows.map((one, other) => (other === index ? { ...one, link } : one))).fault?.seq).toBe(row.seq);
      }),
    );
  });

  test.each([
    ['the first entry removed', without(0), 1],
    ['an entry removed', without(2), 3],
    ['an entry removed and the rest numbered anew', without(2).map((row, index) => ({ ...row, seq: index + 1 })), 3],
    ['two entries exchanged', [five[0], five[2], five[1], five[3], five[4]], 2],
    [
      'two entries exchanged and numbered anew',
      [five[0], five[2], five[1]].map((row, i) => ({ ...row, seq: i + 1 })),
      2,
    ],
    ['an entry twice', [five[0], five[1], five[1], five[2]], 3],
    ['an entry put in', [...five.slice(0, 2), ...chainRows(five[1], [named('x')]), ...five.slice(2)], 4],
    [
      'an entry replaced, its link made again',
      [...five.slice(0, 2), ...chainRows(five[1], [named('x')]), ...five.slice(3)],
      4,
    ],
  ])('%s is found, and the first bad entry named', (_, rows, seq) => {
    expect(verify(rows as ChainRow[]).fault?.seq).toBe(seq);
  });

  test('can be followed from the middle', () => {
    expect(verify(five.slice(3), { after: five[2] as ChainRow })).toMatchObject({
      fault: undefined,
      first: 4,
      last: 5,
    });
  });
});

const key = openSigningKey(createSigningKey().privatePem);
const other = openSigningKey(createSigningKey().privatePem);
const keyEntry = ({ key: id, publicKey }: typeof key): AuditEntry => ({
  ...named(keySubject),
  act: acts.keyIntroduced,
  detail: { key: id, publicKey },
});
const rotation = (from: typeof key, to: typeof key, by = from): AuditEntry => ({
  ...named(keySubject),
  act: acts.keyRotated,
  detail: { key: to.key, publicKey: to.publicKey, from: from.key, signature: by.sign(rotationText(to, from.key)) },
});
const signedChain = chainRows(undefined, [keyEntry(key), named('a'), named('b'), rotation(key, other), named('c')]);
const row = (seq: number) => signedChain[seq - 1] as ChainRow;
const honest = [signHead(row(3), 7, key), signHead(row(5), 8, other)];

describe('signed heads', () => {
  test('bear the chain out to the newest', () => {
    expect(verify(signedChain, { heads: honest })).toMatchObject({
      fault: undefined,
      heads: 2,
      signedTo: 5,
      keys: [key.key, other.key],
    });
  });

  test('find a history that was written anew from an entry on', () => {
    const anew = [...signedChain.slice(0, 2), ...chainRows(row(2), [named('B'), rotation(key, other), named('c')])];
    expect(verify(anew).fault).toBeUndefined();
    expect(verify(anew, { heads: honest }).fault?.seq).toBe(3);
  });

  test('find that the newest entries are gone', () => {
    expect(verify(signedChain.slice(0, 4), { heads: honest }).fault).toEqual({
      seq: 5,
      message: 'is missing, and all after it: a head was signed for entry 5',
    });
  });

  test.each([
    ['a stranger', signHead(row(3), 7, openSigningKey(createSigningKey().privatePem))],
    ['the key after', signHead(row(3), 7, other)],
    ['the key before', signHead(row(5), 7, key)],
    ['nobody', { ...signHead(row(3), 7, key), at: 6 }],
  ])('do not count when signed by %s', (_, head) => {
    expect(verify(signedChain, { heads: [head] }).fault?.seq).toBe(head.seq);
  });

  test('by a new key count only when the old one signed it in', () => {
    const stolen = chainRows(undefined, [keyEntry(key), rotation(key, other, other)]);
    expect(verify(stolen).fault?.seq).toBe(2);
    const second = chainRows(undefined, [keyEntry(key), keyEntry(other)]);
    expect(verify(second).fault?.seq).toBe(2);
  });

  test('count from the key on that is known to be ours', () => {
    const { publicKey } = other;
    expect(verify(signedChain, { heads: honest, trusted: publicKey })).toMatchObject({
      signedTo: 5,
      keys: [other.key],
    });
    const forged = chainRows(undefined, [keyEntry(key), named('a')]);
    const head = signHead(forged[1] as ChainRow, 7, key);
    expect(verify(forged, { heads: [head], trusted: publicKey })).toMatchObject({ signedTo: 0, keys: [] });
  });

  test('are read from lines, each once', () => {
    const lines = [...honest, ...honest].map(headLine).join('\n');
    expect(parseHeads(`${lines}\n`)).toEqual(honest);
    expect(() => parseHeads(`${lines}\n{"seq":1}`)).toThrow('line 5 is no head');
  });
});

describe('keys', () => {
  test('are Ed25519 in PKCS#8, and nothing of what was given is repeated', () => {
    const made = createSigningKey();
    expect(openSigningKey(made.privatePem)).toMatchObject({ key: made.key, publicKey: made.publicKey });
    expect(readPublicKey(publicPem(made.publicKey))).toEqual({ key: made.key, publicKey: made.publicKey });
    expect(publicPem(made.publicKey)).toBe(made.publicPem);
    const rsa = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
    for (const pem of [rsa.toString(), 'no key', made.publicPem])
      expect(() => openSigningKey(pem)).toThrow('the audit key is no Ed25519 private key in PKCS#8 PEM');
  });
});

test('an entry holds its place', () => {
  expect(entryText(1, named('a'))).not.toBe(entryText(2, named('a')));
});
