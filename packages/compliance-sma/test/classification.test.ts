import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRedactor, type Outcome } from '@caudal/core';
import { readAnswer } from '../src/answer.ts';
import { outcomeOf } from '../src/outcomes.ts';

const classify = (
  status: number,
  body: string,
  contentType = 'application/json',
  configured: Parameters<typeof outcomeOf>[1] = [],
): Outcome => {
  const response = {
    method: 'POST',
    path: '/',
    status,
    headers: {},
    contentType,
    body: new TextEncoder().encode(body),
  };
  return outcomeOf(readAnswer(response, createRedactor()).read, configured);
};

const later = { status: 'rejected', until: 'next-permitted-day' };
const configuration = { status: 'rejected', until: 'configuration' };

test.each<readonly [string, number, string, object]>([
  ['a number', 200, '{"mensaje":"ok","IdVerificacion":42}', { status: 'accepted', receipt: '42' }],
  ['201', 201, '{"IdVerificacion":42}', { status: 'accepted', receipt: '42' }],
  ['a word', 200, '{"IdVerificacion":"ab-12"}', { status: 'accepted', receipt: 'ab-12' }],
  [
    'more digits than a double',
    200,
    '{"IdVerificacion":12345678901234567890}',
    { status: 'accepted', receipt: '12345678901234567890' },
  ],
  ['no id', 200, '{"mensaje":"ok"}', { status: 'accepted' }],
  ['a sentence for an id', 200, '{"mensaje":"ok","IdVerificacion":"sin id"}', { status: 'accepted' }],
  ['null for an id', 200, '{"mensaje":"ok","IdVerificacion":null}', { status: 'accepted' }],
  ['zero for an id', 200, '{"IdVerificacion":0}', later],
  ['202', 202, '{"IdVerificacion":42}', later],
  ['an id beside 500', 500, '{"IdVerificacion":42}', later],
  ['an empty object', 200, '{}', later],
  ['an array', 200, '[{"IdVerificacion":42}]', later],
  ['another key', 200, '{"id":42}', later],
  ['a cut body', 200, '{"mensaje":"ok","IdVerificacion":4', later],
  ['an empty body', 200, '', later],
  ['an inherited id', 200, '{"__proto__":{"IdVerificacion":42}}', later],
  ['400', 400, '{"mensaje":"faltan parámetros"}', configuration],
  ['400 without a body', 400, '', configuration],
  ['400 as a page', 400, '<html>Bad Request</html>', later],
  ['401', 401, '', later],
  ['403', 403, '{}', configuration],
  ['403 as a page', 403, '<html>Forbidden</html>', later],
  ['404', 404, '{}', configuration],
  ['413', 413, '', configuration],
  ['429', 429, '', later],
  ['500', 500, '{}', later],
  ['502 page', 502, '<html></html>', later],
  ['302', 302, '', later],
])('%s', (_name, status, body, expected) => {
  expect(classify(status, body)).toEqual(
    'until' in expected ? { ...expected, reason: expect.stringContaining(`HTTP ${status}`) } : expected,
  );
});

test('a duplicate is recognised only by a configured text, and other answers get a meaning the same way', () => {
  const body = '{"mensaje":"Ya existen datos para esa estampa"}';
  expect(classify(400, body)).toMatchObject(configuration);
  const configured = [
    { contains: 'ya EXISTEN datos', means: 'duplicate' as const },
    { contains: 'mantención', means: 'later' as const },
    { contains: 'proceso cerrado', means: 'final' as const },
  ];
  expect(classify(400, body, undefined, configured)).toEqual({ status: 'duplicate' });
  expect(classify(403, '{"mensaje":"En mantención"}', undefined, configured)).toMatchObject(later);
  expect(classify(400, 'Proceso cerrado', undefined, configured)).toMatchObject({ status: 'rejected', until: 'final' });
  expect(classify(200, '{"IdVerificacion":1,"mensaje":"Ya existen datos"}', undefined, configured)).toEqual({
    status: 'accepted',
    receipt: '1',
  });
});

const near = fc.record(
  {
    IdVerificacion: fc.oneof(fc.string(), fc.integer(), fc.jsonValue()),
    mensaje: fc.oneof(fc.string(), fc.jsonValue()),
    error: fc.string(),
  },
  { requiredKeys: [] },
);

test('10,000 answers of any kind: accepted only for 200 or 201 with a JSON object that says so', () => {
  let accepted = 0;
  fc.assert(
    fc.property(
      fc.oneof(fc.constantFrom(200, 201, 400, 401, 403, 500), fc.integer({ min: 200, max: 599 })),
      fc.oneof(
        near.map((value) => JSON.stringify(value)),
        fc.json(),
        fc.string(),
        near.map((value) => `<html>${JSON.stringify(value)}`),
      ),
      fc.constantFrom('application/json', 'text/html', ''),
      (status, body, type) => {
        const outcome = classify(status, body, type);
        expect(outcome.status === 'duplicate' || (outcome.status === 'rejected' && outcome.until === 'final')).toBe(
          false,
        );
        if (outcome.status !== 'accepted') return;
        accepted += 1;
        expect([200, 201]).toContain(status);
        const parsed = JSON.parse(body) as object;
        expect(Array.isArray(parsed)).toBe(false);
        expect(Object.keys(parsed).some((key) => key === 'IdVerificacion' || key === 'mensaje')).toBe(true);
      },
    ),
    { numRuns: 10_000, seed: 20_200_210 },
  );
  expect(accepted).toBeGreaterThan(100);
});
