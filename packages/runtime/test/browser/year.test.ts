import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServed, type TestServed } from '../api/served.ts';
import { minute, processed, raw, t0, value } from '../store/rows.ts';
import { chromiumPath, openBrowser, shoot, watch } from './page.ts';

const values = 525_600;
const atOnce = 7_300;

/** A year of a level that swings with the days and the seasons, one value a minute. */
const fillYear = async ({ services: { store } }: TestServed): Promise<void> => {
  const from = t0 - values * minute;
  await store.write.appendRaw([raw('raw-year', { instance: 'tago' })]);
  for (let done = 0; done < values; done += atOnce)
    await store.write.commitProcessed(
      processed({
        marks: [],
        values: Array.from({ length: atOnce }, (_, index) => {
          const at = from + (done + index) * minute;
          const level = 20 + 3 * Math.sin(at / 5e9) + Math.sin(at / 1.4e7);
          return value(at, Math.round(level * 1000) / 1000, {
            series: 'well-north/level',
            raw: 'raw-year',
            device: 'logger-north',
            variable: 'level',
          });
        }),
      }),
    );
};

const drawn = (page: Page) => page.locator('section', { hasText: 'Nivel' }).locator('.chart canvas').first();

describe.skipIf(chromiumPath === undefined)('a year of minutes (skipped without Debian’s chromium)', () => {
  let browser: Browser;
  let world: TestServed;

  beforeAll(async () => {
    browser = await openBrowser();
    world = await openServed({}, false);
    await fillYear(world);
  }, 180_000);
  afterAll(async () => {
    await browser.close();
    await world.close();
  });

  test(`${values} values of one point open and are looked at closer without a full reload`, async () => {
    const token = await world.key({ role: 'admin' });
    const person = { email: 'ana@example.org', name: 'Ana', role: 'viewer' };
    const { token: invitation } = (await world.ask('POST', '/users', { token, body: person })).json;
    const password = 'three words and more';
    await world.ask('POST', '/auth/redeem', { body: { token: invitation, password } });
    const context = await browser.newContext({ locale: 'es-CL', viewport: { width: 1280, height: 900 } });
    await context.clock.setSystemTime(world.clock.now());
    const page = await context.newPage();
    const seen = watch(page, world.root);
    await page.goto(`${world.root}/#/points`);
    await page.locator('input[name=email]').fill(person.email);
    await page.locator('input[name=password]').fill(password);
    await page.getByRole('button', { name: 'Iniciar sesión' }).click();
    await page
      .getByRole('link', { name: /well-north|Well/ })
      .first()
      .click();
    await drawn(page).waitFor();
    await page.evaluate('window.untouched = true');

    const chartAnswer = () =>
      page.waitForResponse((answer) => answer.url().includes('/level/chart') && answer.status() === 200);
    /** From the press until the answer is drawn: two frames after it has come. */
    const timed = async (what: string, press: () => Promise<unknown>) => {
      const begun = performance.now();
      const [answer] = await Promise.all([chartAnswer(), press()]);
      const body = await answer.body();
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
      const took = performance.now() - begun;
      const chart = JSON.parse(body.toString('utf8')) as { at: readonly number[]; widthMs: number; count: number[] };
      console.log(
        `${what}: ${took.toFixed(0)} ms, ${chart.at.length} points of ${chart.widthMs / minute} min, ${(body.byteLength / 1000).toFixed(0)} kB`,
      );
      return chart;
    };

    const year = await timed('a year opens', () => page.getByRole('button', { name: '1 año' }).click());
    // A span of a year ends now, a day after the newest value.
    expect(year.count.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(values - 2 * 1440);
    expect(year.at.length).toBeLessThanOrEqual(4_000);
    await shoot(page, 'year');

    const drag = async (from: number, to: number) => {
      const over = page.locator('section', { hasText: 'Nivel' }).locator('.chart .u-over').first();
      await over.scrollIntoViewIfNeeded();
      const box = (await over.boundingBox()) as { x: number; y: number; width: number; height: number };
      await page.mouse.move(box.x + box.width * from, box.y + box.height / 2);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * to, box.y + box.height / 2, { steps: 4 });
      await page.mouse.up();
    };
    const closer = await timed('closer, about a month', () => drag(0.4, 0.48));
    expect(closer.widthMs).toBeLessThan(year.widthMs);
    const closest = await timed('closer, about three days', () => drag(0.4, 0.5));
    expect(closest.widthMs).toBeLessThan(closer.widthMs);
    await timed('back to the year', () => page.getByRole('button', { name: '1 año' }).click());
    expect(await page.evaluate('window.untouched')).toBe(true);
    expect(seen).toEqual({ complaints: [], strangers: [] });
    await context.close();
  });
});
