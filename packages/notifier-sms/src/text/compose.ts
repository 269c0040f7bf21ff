import { type Message, visibleText } from '@caudal/core';
import { isGsm7 } from './gsm7.ts';
import { neverFits, type Segments, segmentsOf } from './segments.ts';
import { transliterate } from './transliterate.ts';

export interface TextOptions {
  readonly maxSegments: number;
  readonly transliterate: boolean;
  readonly facts: boolean;
}

/** A text as it goes out, and what was done to it. */
export interface Composed extends Segments {
  readonly text: string;
  /** Its end was left out, which a mark in the text says. */
  readonly cut: boolean;
  /** The link alone did not fit. */
  readonly linkLeftOut: boolean;
}

const cleaned = (text: string): string =>
  visibleText(text.normalize('NFC'))
    .replaceAll('\t', ' ')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();

const graphemes = new Intl.Segmenter('es', { granularity: 'grapheme' });

/** Where the text may be cut: before whole characters as a person sees them. */
const cutsOf = (text: string): number[] => Array.from(graphemes.segment(text), ({ index }) => index);

/**
 * The longest start of `body` that fits together with a mark and `tail`; undefined when not even the mark fits. Adding
 * characters never makes a text cheaper, so the place is found by halving.
 */
const longest = (
  body: string,
  tail: string,
  encode: (text: string) => string,
  maxSegments: number,
): string | undefined => {
  const cuts = cutsOf(body.slice(0, neverFits(maxSegments)));
  const candidate = (at: number) => {
    const start = body.slice(0, at).trimEnd();
    return encode(`${start}${isGsm7(encode(start + tail)) ? '...' : '…'}${tail}`);
  };
  const fits = (at: number) => segmentsOf(candidate(at)).segments <= maxSegments;
  let [low, high] = [0, cuts.length - 1];
  if (cuts.length === 0 || !fits(0)) return undefined;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(cuts[middle] ?? 0)) low = middle;
    else high = middle - 1;
  }
  return candidate(cuts[low] ?? 0);
};

/**
 * A message as one text: title, text, facts where they are asked for, link. A longer one than `maxSegments` is cut at a whole
 * character, says so with a mark, and keeps its link.
 */
export const compose = (message: Message, options: TextOptions): Composed => {
  const { maxSegments } = options;
  const encode = options.transliterate ? transliterate : (text: string) => text;
  const facts = options.facts ? message.facts.map(({ label, value }) => `${label}: ${value}`) : [];
  const body = cleaned([message.title, message.text, ...facts].filter((part) => part.trim() !== '').join('\n'));
  const link = message.link === undefined ? '' : cleaned(message.link).replaceAll(/\s/g, '');
  const tail = link === '' ? '' : `\n${link}`;
  const whole = encode((body + tail).trim());
  const cost = segmentsOf(whole);
  if (cost.segments <= maxSegments) return { text: whole, ...cost, cut: false, linkLeftOut: false };
  const withLink = longest(body, tail, encode, maxSegments);
  const text = withLink ?? longest(body, '', encode, maxSegments) ?? '...';
  return { text, ...segmentsOf(text), cut: true, linkLeftOut: withLink === undefined };
};
