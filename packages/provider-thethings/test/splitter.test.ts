import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSplitter } from '../src/splitter.ts';

const limit = 1024 * 1024;
const text = (documents: readonly Uint8Array[]) => documents.map((bytes) => Buffer.from(bytes).toString());

/** Feeds a stream cut at the given places. */
const split = (stream: Uint8Array, cuts: readonly number[], maxBytes = limit) => {
  const splitter = createSplitter(maxBytes);
  const places = [0, ...cuts.map((cut) => cut % (stream.length + 1)).toSorted((a, b) => a - b), stream.length];
  const documents: Uint8Array[] = [];
  let broken: string | undefined;
  for (const [index, from] of places.slice(0, -1).entries()) {
    const part = splitter.push(stream.subarray(from, places[index + 1]));
    documents.push(...part.documents);
    broken ??= part.broken;
  }
  return { documents: text(documents), broken, pending: splitter.pending };
};

const awkward = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('"', '\\', '\\"', '}', '[{', ']}', '{"a":"', '\\\\"', '\u{1F4A7}ñ}', '\u2028'),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    awkward,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(awkward, tie('any'), { maxKeys: 3 }),
  ),
})).any;
const document = fc
  .oneof(fc.array(value, { maxLength: 4 }), fc.dictionary(awkward, value, { maxKeys: 4 }))
  .chain((json) => fc.constantFrom(JSON.stringify(json), JSON.stringify(json, null, 2)));
const space = fc.constantFrom('', '', '\n', ' \r\n\t');

test('any documents in any chunking come out whole, in order, byte for byte', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(document, space), { maxLength: 6 }),
      fc.array(fc.nat({ max: 4000 }), { maxLength: 40 }),
      (parts, cuts) => {
        const stream = Buffer.from(parts.map(([json, after]) => json + after).join(''));
        expect(split(stream, cuts)).toEqual({
          documents: parts.map(([json]) => json),
          broken: undefined,
          pending: 0,
        });
      },
    ),
  );
});

test('one byte at a time, also inside characters, escapes and strings with brackets', () => {
  const documents = ['{}', '[{"key":"ñ\u{1F4A7}","value":"]}\\"{["}]', '{"a":"\\\\"}', '[]'];
  const stream = Buffer.from(documents.join(''));
  expect(split(stream, [...stream.keys()]).documents).toEqual(documents);
});

test('a document that is not whole is kept, and given when its rest comes', () => {
  const splitter = createSplitter(limit);
  expect(splitter.push(Buffer.from('{}[1,')).documents).toHaveLength(1);
  expect(splitter.pending).toBe(3);
  expect(text(splitter.push(Buffer.from('2]')).documents)).toEqual(['[1,2]']);
  expect(splitter.pending).toBe(0);
});

test('chunks may be reused by whoever gave them', () => {
  const splitter = createSplitter(limit);
  const chunk = Buffer.from('[1][2');
  const { documents } = splitter.push(chunk);
  chunk.fill(0x20);
  expect(text(documents)).toEqual(['[1]']);
  expect(text(splitter.push(Buffer.from(']')).documents)).toEqual(['[2]']);
});

test('a document larger than the limit breaks the stream, whole or not, in any chunking; one of the limit does not', () => {
  const at = (size: number) => Buffer.from(`["${'x'.repeat(size - 4)}"]`);
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 200 }), { maxLength: 20 }), (cuts) => {
      expect(split(at(100), cuts, 100)).toMatchObject({ broken: undefined, documents: [at(100).toString()] });
      const large = split(Buffer.concat([Buffer.from('[1]'), at(101)]), cuts, 100);
      expect(large).toMatchObject({ documents: ['[1]'], pending: 0 });
      expect(large.broken).toContain('larger than 100 bytes');
    }),
  );
  const endless = createSplitter(100);
  for (let count = 0; count < 1000; count += 1) {
    endless.push(Buffer.from('['));
    expect(endless.pending).toBeLessThanOrEqual(100);
  }
});

test.each(['<html>', '1', '"text"', 'null', ']', ','])('%s between messages breaks the stream, for good', (garbage) => {
  const splitter = createSplitter(limit);
  const { documents, broken } = splitter.push(Buffer.from(`[1]${garbage}[2]`));
  expect(text(documents)).toEqual(['[1]']);
  expect(broken).toContain('between its messages');
  expect(splitter.push(Buffer.from('[3]'))).toMatchObject({ documents: [], broken });
});
