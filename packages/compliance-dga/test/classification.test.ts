import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { outcomeOf } from '../src/outcomes.ts';
import { readAnswer } from '../src/answer.ts';
import { createRedactor, type Outcome } from '@caudal/core';

const classify = (
  status: number,
  body: string | Uint8Array,
  contentType = 'application/json',
  permanent: Parameters<typeof outcomeOf>[1] = [],
): Outcome => {
  const response = {
    method: 'POST',
    path: '/mediciones/subterraneas',
    status,
    headers: {},
    contentType,
    body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
  };
  return outcomeOf(readAnswer(response, createRedactor()).read, permanent);
};

const receipt = 'a'.repeat(32);
const accepted = `{"status":"00","message":"ok","data":{"numeroComprobante":"${receipt}"}}`;
const later = { status: 'rejected', until: 'next-permitted-day' };

const table: readonly (readonly [string, number, string, object])[] = [
  ['00 with a receipt', 200, accepted, { status: 'accepted', receipt }],
  ['00 with HTTP 201', 201, accepted, { status: 'accepted', receipt }],
  ['00 without data', 200, '{"status":"00","message":"ok"}', { status: 'accepted' }],
  ['00 with null data', 200, '{"status":"00","message":"ok","data":null}', { status: 'accepted' }],
  ['00 without a receipt', 200, '{"status":"00","message":"ok","data":{}}', { status: 'accepted' }],
  ['00 with an empty receipt', 200, '{"status":"00","data":{"numeroComprobante":""}}', { status: 'accepted' }],
  [
    '00 with a sentence for a receipt',
    200,
    '{"status":"00","data":{"numeroComprobante":"SIN COMPROBANTE"}}',
    { status: 'accepted' },
  ],
  [
    '00 with a receipt of 31',
    200,
    `{"status":"00","data":{"numeroComprobante":"${'a'.repeat(31)}"}}`,
    { status: 'accepted' },
  ],
  ['00 with a number for a receipt', 200, '{"status":"00","data":{"numeroComprobante":12}}', { status: 'accepted' }],
  ['00 with HTTP 500', 500, accepted, later],
  ['00 with HTTP 302', 302, accepted, later],
  ['status 0', 200, '{"status":"0"}', later],
  ['status 000', 200, '{"status":"000"}', later],
  ['status 00 with a space', 200, '{"status":"00 "}', later],
  ['status as a number', 200, '{"status":0}', later],
  ['status true', 200, '{"status":true}', later],
  ['status in another case', 200, '{"Status":"00"}', later],
  ['status inside data', 200, '{"data":{"status":"00"}}', later],
  ['status in an array', 200, '[{"status":"00"}]', later],
  ['status by prototype', 200, '{"__proto__":{"status":"00"}}', later],
  ['SOAP code', 200, '{"Code":"0"}', later],
  ['an undocumented code', 200, '{"status":"99","message":"Error"}', later],
  ['a JSON string', 200, '"00"', later],
  ['null', 200, 'null', later],
  ['an empty body', 200, '', later],
  ['a cut body', 200, accepted.slice(0, -1), later],
  ['two bodies', 200, accepted + accepted, later],
  ['HTML', 200, '<html><body>{"status":"00"}</body></html>', later],
  ['HTTP 400', 400, '{"status":"400","message":"Formato","data":{}}', later],
  ['HTTP 401', 401, '{"status":"401"}', later],
  ['HTTP 404', 404, '{"status":"404"}', later],
  ['HTTP 429', 429, '', later],
  ['HTTP 500', 500, '{"status":"500"}', later],
  ['HTTP 502 page', 502, '<html>Bad Gateway</html>', later],
  ['duplicate beside 00', 200, '{"status":"00","message":"Ya existe un registro"}', { status: 'duplicate' }],
  [
    'duplicate with a short receipt',
    400,
    '{"message":"Ya existe un registro. Comprobante: abc"}',
    { status: 'duplicate' },
  ],
  [
    'duplicate with an old receipt',
    400,
    '{"message":"ya existe un registro comprobante:0123456789abcdef0123456789abcd"}',
    { status: 'duplicate', receipt: '0123456789abcdef0123456789abcd' },
  ],
  [
    'duplicate with an endless receipt',
    400,
    `{"message":"Ya existe un registro. Comprobante: ${'a'.repeat(80)}"}`,
    { status: 'duplicate' },
  ],
  [
    'informant',
    400,
    '{"message":"USUARIO NO ES EL INFORMANTE registrado en la Obra"}',
    { status: 'rejected', until: 'configuration' },
  ],
];

test.each(table)('%s', (_name, status, body, expected) => {
  expect(classify(status, body)).toEqual(
    'until' in expected ? expect.objectContaining({ ...expected, reason: expect.any(String) }) : expected,
  );
});

test('a perimeter block is recognisable in the reason', () => {
  const outcome = classify(403, '<html>Request Rejected</html>', 'text/html');
  expect(outcome).toMatchObject(later);
  expect(outcome).toHaveProperty('reason', expect.stringContaining('perimeter block'));
});

test('answers that waiting does not cure are configuration', () => {
  const permanent = [
    { contains: 'obra inexistente', until: 'final' as const },
    { contains: 'ingresada', until: 'final' as const },
  ];
  expect(classify(400, '{"message":"Obra INEXISTENTE"}', 'application/json', permanent)).toMatchObject({
    status: 'rejected',
    until: 'final',
  });
  expect(classify(200, '{"status":"00","message":"Medición ingresada"}', 'application/json', permanent)).toEqual({
    status: 'accepted',
  });
});

test('an answer longer than 64 KiB is cut, counted and not accepted', () => {
  const long = `{"status":"00","message":"${'a'.repeat(70_000)}"}`;
  expect(classify(200, long)).toMatchObject(later);
});

/** The rule as a second implementation: a 2xx, JSON object, own status exactly "00". */
const mayAccept = (status: number, body: Uint8Array): boolean => {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(body));
    return (
      status >= 200 &&
      status < 300 &&
      typeof parsed === 'object' &&
      parsed !== null &&
      !Array.isArray(parsed) &&
      Object.entries(parsed).some(([key, value]) => key === 'status' && value === '00')
    );
  } catch {
    return false;
  }
};

const near00 = fc.constantFrom<unknown>('00', '0', '000', ' 00', '00 ', 0, true, null, '01', ['00'], { status: '00' });
const envelope = fc
  .record(
    {
      status: fc.oneof(near00, fc.string()),
      message: fc.oneof(fc.string(), fc.constantFrom('Ya existe un registro', 'Usuario no es el informante', 'ok')),
      data: fc.oneof(fc.jsonValue(), fc.record({ numeroComprobante: fc.oneof(fc.string(), fc.constant(receipt)) })),
    },
    { requiredKeys: [] },
  )
  .map((value) => JSON.stringify(value));
const bytes = (text: string) => new TextEncoder().encode(text);
const body = fc.oneof(
  envelope.map(bytes),
  fc.tuple(envelope, fc.nat(120)).map(([text, at]) => bytes(text.slice(0, at))),
  envelope.map((text) => bytes(`<html>${text}</html>`)),
  fc.json().map(bytes),
  fc.string().map(bytes),
  fc.uint8Array({ maxLength: 200 }),
);

test('10,000 answers of any kind: accepted only for JSON with the status "00"', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(
      fc.oneof(fc.constantFrom(200, 201, 400, 403, 500, 502), fc.integer({ min: 200, max: 599 })),
      body,
      fc.constantFrom('application/json', 'text/html', 'text/plain', ''),
      (status, content, type) => {
        const outcome = classify(status, content, type);
        seen.set(outcome.status, (seen.get(outcome.status) ?? 0) + 1);
        if (outcome.status === 'accepted') expect(mayAccept(status, content)).toBe(true);
        if (outcome.status === 'rejected') expect(outcome.until).not.toBe('final');
      },
    ),
    { numRuns: 10_000, seed: 20_250_704 },
  );
  expect([...seen.keys()].toSorted()).toEqual(['accepted', 'duplicate', 'rejected']);
});
