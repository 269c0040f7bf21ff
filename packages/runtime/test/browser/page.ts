import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';

/** Debian's Chromium; what a user's machine has may be named by CAUDAL_CHROMIUM. */
export const chromiumPath = [process.env['CAUDAL_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => path !== undefined && existsSync(path),
);

/** Where screenshots are left for people to look at. */
const shots = fileURLToPath(new URL('../../../../.tmp/browser/', import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const openBrowser = (): Promise<Browser> => {
  if (chromiumPath === undefined) throw new Error('there is no Chromium');
  return chromium.launch({
    executablePath: chromiumPath,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--lang=en-US'],
  });
};

/** What a page complained of, and what it asked of anybody but its runtime. */
export interface Watch {
  readonly complaints: string[];
  readonly strangers: string[];
}

export const watch = (page: Page, origin: string): Watch => {
  const seen: Watch = { complaints: [], strangers: [] };
  page.on('pageerror', (error) => seen.complaints.push(error.message));
  page.on('console', (message) => {
    // A browser says of every refusal that it failed to load: the page asks whether it is logged in, and shows what a form lacks.
    if (message.type() === 'error' && !/status of (401|412|422)/.test(message.text()))
      seen.complaints.push(message.text());
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !url.startsWith('blob:') && !url.startsWith('data:')) seen.strangers.push(url);
  });
  return seen;
};

/** Rules of WCAG 2.2 AA that the page breaks, with the first place of each. */
export const violations = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(axe);
  const results = await page.evaluate<AxeResults>(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })`,
  );
  return results.violations.map(
    ({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''} (${nodes[0]?.failureSummary ?? ''})`,
  );
};

export const shoot = async (page: Page, name: string): Promise<void> => {
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
};

/** How somebody works with the page: with a mouse, or by keyboard alone. */
export type Hand = (target: Locator) => Promise<void>;

export const mouse: Hand = (target) => target.click();

/** Goes to a control with the Tab key, as nobody who has no mouse can do otherwise. */
const reach = async (target: Locator): Promise<void> => {
  const page = target.page();
  await target.waitFor();
  for (let step = 0; step < 600; step += 1) {
    if ((await target.and(page.locator(':focus')).count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('the control can not be reached with the Tab key');
};

export const keyboard: Hand = async (target) => {
  await reach(target);
  await target.page().keyboard.press('Enter');
};

/** How somebody fills in a field: by pointing at it, or by going to it with the Tab key and typing. */
export type Writer = (field: Locator, text: string) => Promise<void>;

const isList = async (field: Locator): Promise<boolean> =>
  (await field.and(field.page().locator('select')).count()) > 0;

export const byMouse: Writer = async (field, text) => {
  await field.click();
  await ((await isList(field)) ? field.selectOption({ label: text }) : field.fill(text));
};

/** A list is gone through with the arrow keys until it says what is wanted. */
const pick = async (field: Locator, text: string): Promise<void> => {
  const options = await field.locator('option').allTextContents();
  const wanted = options.indexOf(text);
  if (wanted < 0) throw new Error(`the list has ${options.join(', ')}, not ${text}`);
  await field.press('Home');
  for (let step = 0; step < wanted; step += 1) await field.press('ArrowDown');
};

/** An instant is typed part by part, in the order of Chromium's own language, which `openBrowser` sets. */
const typeInstant = async (page: Page, text: string): Promise<void> => {
  const [, year = '', month = '', day = '', hours = '', minutes = ''] =
    /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})$/.exec(text) ?? [];
  await page.keyboard.type(`${month}${day}${year}`);
  // A year may have more digits.
  await page.keyboard.press('ArrowRight');
  const hour = String(Number(hours) % 12 || 12).padStart(2, '0');
  await page.keyboard.type(`${hour}${minutes}00${Number(hours) < 12 ? 'A' : 'P'}`);
};

export const byKeyboard: Writer = async (field, text) => {
  const page = field.page();
  await reach(field);
  if (await isList(field)) await pick(field, text);
  else if ((await field.getAttribute('type')) === 'datetime-local') await typeInstant(page, text);
  else {
    await page.keyboard.press('Control+A');
    await page.keyboard.type(text);
  }
};
