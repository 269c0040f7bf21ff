import { type Message } from '@caudal/core';
import { clean, cleanLine } from './clean.ts';
import type { EmailConfig } from './config.ts';
import { checkPlaces } from './html-places.ts';
import { defaultHtml, defaultText, layoutNames } from './layout.ts';
import { parseTemplate, render, type Scene } from './template.ts';

type Words = Readonly<Record<Message['severity'] | 'details', string>>;

/** The few words that are not the host's, by primary language; any other language gets English. */
const ownWords: Readonly<Record<string, Words>> = {
  es: { info: 'Información', warning: 'Advertencia', critical: 'Crítico', details: 'Ver detalles' },
  en: { info: 'Information', warning: 'Warning', critical: 'Critical', details: 'See details' },
};

const colours = { info: '#1d4ed8', warning: '#b45309', critical: '#b91c1c' } as const satisfies Record<
  Message['severity'],
  string
>;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\n': '<br>',
};

/** A value as HTML text or inside quotes. */
const escapeHtml = (text: string): string => text.replaceAll(/[&<>"'\n]/g, (character) => entities[character] ?? '');

/** A link that a mail program may open: the web only, never `javascript:` or `data:`. */
const isWeb = (link: string): boolean => /^https?:\/\//i.test(link) && URL.canParse(link);

/** A message as a mail says it. */
export interface Dressed {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/**
 * The layouts of a configuration, read once.
 *
 * @throws CaudalError kind `config` for a layout with a mistake, or with a value where escaping would not protect
 */
export const createDressing = ({ layout = {}, words = {}, limits }: EmailConfig): ((message: Message) => Dressed) => {
  const html = layout.html ?? defaultHtml;
  checkPlaces(html);
  const htmlTemplate = parseTemplate(html, 'layout.html', layoutNames);
  const textTemplate = parseTemplate(layout.text ?? defaultText, 'layout.text', layoutNames);
  const known = { ...ownWords, ...words };

  const wordsFor = (language: string): Words => {
    const primary = language.split('-', 1)[0]?.toLowerCase() ?? '';
    return (Object.hasOwn(known, primary) ? known[primary] : undefined) ?? (known['en'] as Words);
  };

  return (message) => {
    const { severity, event } = message;
    const said = wordsFor(message.language);
    const title = cleanLine(message.title, limits.title);
    const text = clean(message.text, limits.text).trim();
    const facts = message.facts.map(({ label, value }) => ({
      label: cleanLine(label, limits.fact),
      value: clean(value, limits.fact),
    }));
    const link = cleanLine(message.link ?? '', 2048);
    const scene: Scene = {
      language: cleanLine(message.language, 35),
      severity,
      severityName: said[severity],
      colour: colours[severity],
      event: cleanLine(event, limits.title),
      title,
      text,
      paragraphs: text.split(/\n{2,}/).map((paragraph) => ({ paragraph })),
      hasFacts: facts.length === 0 ? '' : 'yes',
      facts,
      link: isWeb(link) ? link : '',
      anyLink: link,
      details: said.details,
    };
    return {
      subject: title,
      text: render(textTemplate, scene, (value) => value).replaceAll(/\n{3,}/g, '\n\n'),
      html: render(htmlTemplate, scene, escapeHtml),
    };
  };
};
