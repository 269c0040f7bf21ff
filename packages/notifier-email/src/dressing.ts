import type { Message } from '@caudal/core';

interface Words {
  readonly severity: Readonly<Record<Message['severity'], string>>;
  readonly details: string;
}

/** The few words that are not the host's, by primary language; any other language gets English. */
const words = {
  es: { severity: { info: 'Información', warning: 'Advertencia', critical: 'Crítico' }, details: 'Ver detalles' },
  en: { severity: { info: 'Information', warning: 'Warning', critical: 'Critical' }, details: 'See details' },
} as const satisfies Record<string, Words>;

const wordsFor = (language: string): Words => (/^es\b/i.test(language) ? words.es : words.en);

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
};

/** Text of a vendor as HTML text or attribute value. */
const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');

/** A link that a mail program may open: the web only, never `javascript:` or `data:`. */
const webLink = (link: string | undefined): string | undefined =>
  link !== undefined && /^https?:\/\//i.test(link) && URL.canParse(link) ? link : undefined;

/** One line: a subject with a line break would be cut or become a header. */
export const subjectOf = ({ title }: Message): string => title.replaceAll(/\s+/g, ' ').trim();

/** The message for programs and people that read plain text. */
export const textOf = ({ severity, language, title, text, facts, link }: Message): string => {
  const { severity: names, details } = wordsFor(language);
  return [
    `${names[severity]}: ${title}`,
    text,
    facts.map(({ label, value }) => `${label}: ${value}`).join('\n'),
    link === undefined ? '' : `${details}: ${link}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
};

/** The same as HTML: inline styles alone, nothing loaded from anywhere. */
export const htmlOf = ({ severity, language, title, text, facts, link }: Message): string => {
  const { severity: names, details } = wordsFor(language);
  const paragraphs = text
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${escapeHtml(paragraph).replaceAll('\n', '<br>')}</p>`)
    .join('\n');
  const rows = facts
    .map(
      ({ label, value }) =>
        `<tr><th style="text-align:left;padding:4px 12px 4px 0;font-weight:normal;color:#555">${escapeHtml(label)}</th><td style="padding:4px 0">${escapeHtml(value)}</td></tr>`,
    )
    .join('\n');
  const target = webLink(link);
  return [
    `<!doctype html><html lang="${escapeHtml(language)}"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>`,
    '<body style="font-family:sans-serif;font-size:15px;line-height:1.5;color:#222;max-width:640px;margin:0 auto;padding:16px">',
    `<p style="margin:0;color:${colours[severity]};font-weight:bold">${names[severity]}</p>`,
    `<h1 style="font-size:20px;margin:4px 0 16px">${escapeHtml(title)}</h1>`,
    paragraphs,
    rows === '' ? '' : `<table style="border-collapse:collapse">\n${rows}\n</table>`,
    target === undefined ? '' : `<p><a href="${escapeHtml(target)}">${details}</a></p>`,
    '</body></html>',
  ]
    .filter((line) => line !== '')
    .join('\n');
};
