import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fits, type Message, open } from '@caudal/core';
import { segmentsOf, twilio, type TwilioOptions } from '@caudal/notifier-sms';
import { startTwilio } from '@caudal/simulators';
import { fakeHost, virtualClock } from '@caudal/testkit';

const accountSid = `AC${'0'.repeat(32)}`;
const link = 'https://caudal.example.com/o/1';

const base: Message = { event: 'system', severity: 'info', language: 'es-CL', title: '', text: '', facts: [] };

/** What arrives at Twilio of a message. */
const arriving = async (options: Partial<TwilioOptions> = {}) => {
  const twin = await startTwilio({ clock: virtualClock(Date.UTC(2026, 2, 1)) });
  const notifier = await open(
    twilio({ accountSid, authToken: 'env:TOKEN', from: '+15005550006', baseUrl: twin.url, ...options }),
    fakeHost({ secrets: { 'env:TOKEN': 'auth-token' } }),
  );
  onTestFinished(async () => {
    await notifier.close?.();
    await twin.close();
  });
  return async (message: Partial<Message>) => {
    await notifier.send({
      to: { phone: '+56900000001' },
      message: { ...base, ...message },
      idempotencyKey: 'k',
      signal: new AbortController().signal,
    });
    const sent = twin.messages.at(-1);
    if (sent === undefined) throw new Error('nothing arrived');
    return sent;
  };
};

describe('segments', () => {
  test.each([
    ['nothing', '', 'gsm7', 0, 1],
    ['160 septets', 'a'.repeat(160), 'gsm7', 160, 1],
    ['161 septets', 'a'.repeat(161), 'gsm7', 161, 2],
    ['two whole parts', 'a'.repeat(306), 'gsm7', 306, 2],
    ['one more', 'a'.repeat(307), 'gsm7', 307, 3],
    ['escaped characters count twice', '€'.repeat(80), 'gsm7', 160, 1],
    ['one escaped character too many', '€'.repeat(81), 'gsm7', 162, 2],
    // 152 septets and an escape that does not fit into the 153rd
    ['an escape is not divided', `${'a'.repeat(152)}€${'a'.repeat(152)}`, 'gsm7', 306, 3],
    ['the Spanish letters of GSM-7', 'éñüÑÜ¿¡Éà', 'gsm7', 9, 1],
    ['70 units', 'á'.repeat(70), 'ucs2', 70, 1],
    ['71 units', 'á'.repeat(71), 'ucs2', 71, 2],
    ['134 units', 'ó'.repeat(134), 'ucs2', 134, 2],
    ['135 units', 'ó'.repeat(135), 'ucs2', 135, 3],
    ['a pair of surrogates is not divided', `${'á'.repeat(66)}🌊${'á'.repeat(66)}`, 'ucs2', 134, 3],
  ] as const)('%s', (_name, text, encoding, units, segments) => {
    expect(segmentsOf(text)).toEqual({ encoding, units, segments });
  });

  test.each(['á', 'í', 'ó', 'ú', 'Á', 'Í', 'Ó', 'Ú', '°', '³', '•', '…', '`'])('%s alone makes it UCS-2', (letter) => {
    expect(segmentsOf(`a${letter}`).encoding).toBe('ucs2');
  });

  test('whoever bills counts the same', async () => {
    const arrives = await arriving({ maxSegments: 10 });
    const letters = fc.constantFrom('a', 'é', '€', 'ñ', 'á', 'ó', '{', '🌊', '水', '\n');
    await fc.assert(
      fc.asyncProperty(fc.array(letters, { minLength: 1, maxLength: 400 }), async (list) => {
        const sent = await arrives({ text: `x${list.join('')}x` });
        expect(segmentsOf(sent.body).segments).toBe(sent.segments);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a text', () => {
  test('is cut only when it has to be, at a whole character, with its mark and its link', async () => {
    const family = '👩‍👩‍👧‍👦';
    const script = fc.constantFrom('a', 'é', '€', 'ó', '水', '🌊', family, 'ñ́', ' ', '\n', '\u202E');
    const options = fc.record({ maxSegments: fc.integer({ min: 1, max: 4 }), transliterate: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(options, fc.array(script, { maxLength: 700 }), async (chosen, list) => {
        const arrives = await arriving(chosen);
        const { body, segments } = await arrives({ title: 'T', text: list.join(''), link });
        expect(segments).toBeLessThanOrEqual(chosen.maxSegments);
        expect(body.endsWith(`\n${link}`)).toBe(true);
        const start = body.slice(0, -link.length - 1);
        const mark = /(\.\.\.|…)$/.exec(start)?.[0];
        // nothing of a family was left behind alone
        expect(start.replaceAll(family, '')).not.toMatch(/\u200D/);
        expect(body.isWellFormed()).toBe(true);
        if (mark !== undefined) return;
        const plain = (text: string) =>
          text
            .normalize('NFC')
            .replaceAll(/[\s\u202E]/g, '')
            .replaceAll('ó', 'o');
        expect(plain(start)).toBe(plain(`T${list.join('')}`));
      }),
      { numRuns: 60 },
    );
  });

  test('fills what it may cost', async () => {
    const arrives = await arriving({ maxSegments: 1 });
    const { body } = await arrives({ title: 'T', text: 'a'.repeat(500), link });
    expect(body).toHaveLength(160);
    expect(body).toMatch(/^T\na+\.\.\.\nhttps/);
  });

  test('goes without its link when the link alone does not fit, and still says that it was cut', async () => {
    const arrives = await arriving({ maxSegments: 1 });
    const { body } = await arrives({ title: 'Título', text: 'a'.repeat(500), link: `${link}?q=${'a'.repeat(300)}` });
    expect(body).toMatch(/^Título\na+…$/);
    expect(body).toHaveLength(70);
  });

  test('loses controls, marks of direction and characters without width, and keeps its lines', async () => {
    const arrives = await arriving();
    const { body } = await arrives({
      title: 'a\u202Eb\u0000c',
      text: 'uno\r\ndos\u200B\u2066tres\u0007\n\n\n\ncuatro\tcinco',
    });
    expect(body).toBe('abc\nuno\ndostres\n\ncuatro cinco');
  });

  test('is composed, so that é written as two characters is still GSM-7', async () => {
    const arrives = await arriving();
    expect(await arrives({ title: 'e\u0301' })).toMatchObject({ body: 'é', alphabet: 'GSM-7' });
  });

  test('keeps its accents when transliterating would not make it GSM-7', async () => {
    const arrives = await arriving({ transliterate: true });
    expect((await arrives({ title: 'presión 水' })).body).toBe('presión 水');
    expect((await arrives({ title: 'presión 3 m³ • “ok”' })).body).toBe('presion 3 m3 - "ok"');
  });
});

test('an address is a number in E.164; of Chile it has nine digits', () => {
  const { address } = twilio({ accountSid, from: '+15005550006', authToken: 'env:TOKEN' }).definition;
  const good = ['+56900000001', '+56220000001', '+15005550006', '+4915550000001'];
  const bad = [
    '900000001',
    '+5690000001',
    '+569000000011',
    '+56 9 0000 0001',
    '+0123456789',
    '0056900000001',
    '+56100000001',
    '',
  ];
  expect(good.filter((phone) => !fits(address, { phone }))).toEqual([]);
  expect(bad.filter((phone) => fits(address, { phone }))).toEqual([]);
});
