import { CaudalError } from '@caudal/core';

/** Names that are safe inside a tag: the link is a web address, the others are of fixed lists. */
const insideTags: ReadonlySet<string> = new Set(['link', 'language', 'severity', 'colour']);

/** Elements in which escaping for HTML does not protect. */
const raw = /<(script|style|iframe|object|embed|svg|math|textarea|title|!--)/i;

const refuse = (why: string): never => {
  throw new CaudalError('config', `layout.html: ${why}`, { sent: 'no' });
};

/**
 * Escaping keeps text from becoming markup only where text stands: between tags, or in a quoted attribute. So a placeholder may stand
 * inside a tag only in quotes and only for a few names, and never in an element whose content is not text. `<style>` and `<title>` may
 * stand in a layout, without placeholders.
 *
 * @throws CaudalError kind `config` that names the place
 */
export const checkPlaces = (html: string): void => {
  let inTag = false;
  let quote = '';
  let element: string | undefined;
  for (let at = 0; at < html.length; at += 1) {
    const rest = html.slice(at, at + 64);
    const name = /^\{\{[#^/]?([a-z]+)\}\}/i.exec(rest)?.[1];
    if (name !== undefined) {
      if (element !== undefined) refuse(`{{${name}}} may not stand in <${element}>`);
      if (inTag && quote === '') refuse(`{{${name}}} inside a tag needs quotes around it`);
      if (inTag && !insideTags.has(name))
        refuse(`{{${name}}} may not stand in an attribute; ${[...insideTags].join(', ')} may`);
      continue;
    }
    const character = html.charAt(at);
    if (element !== undefined) {
      const end = element === '!--' ? '-->' : `</${element}`;
      if (rest.toLowerCase().startsWith(end)) element = undefined;
    } else if (inTag) {
      if (quote !== '') quote = character === quote ? '' : quote;
      else if (character === '"' || character === "'") quote = character;
      else if (character === '>') inTag = false;
    } else if (/^<[!/a-z]/i.test(rest)) {
      const opened = new RegExp(`^(?:${raw.source})`, 'i').exec(rest)?.[1];
      element = opened?.toLowerCase();
      inTag = element === undefined;
    }
  }
};
