import type { Pull } from '../config/pull.ts';
import type { At } from '../refuse.ts';
import { countedPages } from './counted.ts';
import { cursorPages } from './cursor.ts';
import type { Pages } from './page.ts';
import { timePages } from './time.ts';

const noPages: Pages = { values: () => ({}), next: () => undefined };

/** The page style of a configuration. @throws CaudalError kind `config` that names the place */
export const compilePages = (pull: Pull, at: At): Pages => {
  const { page = { style: 'none' }, limitPer = 'answer' } = pull;
  if (page.style === 'none') return noPages;
  if (page.style === 'time') return timePages(pull, limitPer);
  if (page.style === 'cursor') return cursorPages(page, pull.feed !== undefined, at);
  return countedPages(page, limitPer, at);
};
