import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { folder } from '@caudal/dashboard';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hour, minute, openWorld, start, type TestWorld, work } from '../pipeline/world.ts';
import { chromiumPath, type Hand, keyboard, mouse, openBrowser, shoot, violations, watch } from './page.ts';

test('the scripts of the page are at most 120 kB gzip', () => {
  const assets = join(folder, 'assets');
  const bytes = readdirSync(assets)
    .filter((name) => name.endsWith('.js'))
    .reduce((sum, name) => sum + gzipSync(readFileSync(join(assets, name))).byteLength, 0);
  console.log(`dashboard: ${(bytes / 1000).toFixed(1)} kB of script, gzip`);
  expect(bytes).toBeLessThanOrEqual(120_000);
});

const pages = [
  'overview',
  'points',
  'points/well',
  'map',
  'compliance',
  'compliance/dga-well',
  'alerts',
  'quality',
  'reports',
  'providers',
  'jobs',
  'settings',
  'account',
  'trace',
];

describe.skipIf(chromiumPath === undefined)('in Chromium (skipped without Debian’s chromium)', () => {
  let browser: Browser;
  let world: TestWorld;
  let root: string;
  let token: string;

  beforeAll(async () => {
    browser = await openBrowser();
    world = await openWorld();
    const runtime = await world.run();
    root = runtime.url as string;
    token = (await runtime.firstAdminToken()) as string;
    await world.clock.advance(2 * hour + 30 * minute);
  });
  afterAll(async () => {
    await browser.close();
    await world.close();
  });

  const opened: Page[] = [];
  afterEach(async () => {
    for (const page of opened.splice(0)) await page.context().close();
  });

  /** A page in a browser whose clock is the world's. */
  const open = async (path: string) => {
    const context = await browser.newContext({ locale: 'es-CL', acceptDownloads: true });
    await context.clock.setSystemTime(world.clock.now());
    const page = await context.newPage();
    opened.push(page);
    const seen = watch(page, root);
    await page.goto(`${root}/#/${path}`);
    return { page, seen };
  };

  const logIn = async (page: Page, act: Hand) => {
    await page.locator('input[name=email]').fill('ana@example.org');
    await page.locator('input[name=password]').fill('three words and more');
    await act(page.getByRole('button', { name: 'Iniciar sesión' }));
    await page.getByRole('heading', { name: 'Lo que requiere atención' }).waitFor();
  };

  test('the first administrator comes in with the token of the first start, and it is spent', async () => {
    const { page, seen } = await open(`setup/${token}`);
    await page.locator('input[name=name]').fill('Ana');
    await page.locator('input[name=email]').fill('ana@example.org');
    await page.locator('input[name=password]').fill('short');
    await page.getByRole('button', { name: 'Crear y entrar' }).click();
    expect(await page.locator('input[name=password]:invalid').count()).toBe(1);
    await page.locator('input[name=password]').fill('three words and more');
    await page.getByRole('button', { name: 'Crear y entrar' }).click();
    await page.getByRole('heading', { name: 'Lo que requiere atención' }).waitFor();
    expect(seen).toEqual({ complaints: [], strangers: [] });

    const second = await open(`setup/${token}`);
    await second.page.locator('input[name=name]').fill('Eva');
    await second.page.locator('input[name=email]').fill('eva@example.org');
    await second.page.locator('input[name=password]').fill('three words and more');
    await second.page.getByRole('button', { name: 'Crear y entrar' }).click();
    await second.page.getByText(/spent|too old/).waitFor();
  });

  test.each([
    ['a mouse', mouse],
    ['the keyboard alone', keyboard],
  ] as const)(
    'with %s: log in, see a value come in, export, follow it to its receipt, change the language',
    async (_, act) => {
      const { page, seen } = await open('');
      await logIn(page, act);
      await act(page.getByRole('link', { name: 'Puntos', exact: true }));
      await act(page.getByRole('link', { name: 'Test well' }));
      await page.locator('.chart canvas').first().waitFor();

      const newest = page.locator('section', { hasText: 'Valores' }).locator('tbody tr').first();
      const before = await newest.locator('time').getAttribute('datetime');
      // Less than an access token lives: the browser's cookies go by its own clock, not by the world's.
      await world.clock.advance(11 * minute);
      await page.context().clock.setSystemTime(world.clock.now());
      await expect
        .poll(async () => Date.parse((await newest.locator('time').getAttribute('datetime')) ?? ''))
        .toBeGreaterThan(Date.parse(before ?? ''));

      const [download] = await Promise.all([
        page.waitForEvent('download'),
        act(page.getByRole('button', { name: 'Exportar CSV' })),
      ]);
      const exported = readFileSync(await download.path(), 'utf8');
      expect(exported.split('\n')[0]).toContain('America/Santiago');
      expect(exported).toMatch(/;20(,0+)?;/);

      await act(page.getByRole('link', { name: 'Cumplimiento' }));
      await act(page.getByRole('link', { name: work }).first());
      await act(page.locator('.slot[data-tone=good]').first());
      await page.getByRole('heading', { name: 'Intentos' }).waitFor();
      const receipt = world.regulator.ledger.records.find(({ values }) => values !== undefined)?.receipt as string;
      await page.getByText(receipt).first().waitFor();
      expect(await page.getByRole('link', { name: /consultaQR/ }).getAttribute('href')).toContain(work);
      await act(page.getByRole('link', { name: 'Trazar' }).first());
      await page.getByText(receipt).first().waitFor();
      await act(page.locator('a[href^="#/raw/"]').first());
      await page.getByRole('heading', { name: 'Contenido tal como llegó' }).waitFor();
      await page.getByText('"status":true').waitFor();

      await act(page.getByRole('button', { name: 'English' }));
      await page.getByRole('heading', { name: 'Body as it came' }).waitFor();
      await act(page.getByRole('button', { name: 'Log out' }));
      await page.getByRole('heading', { name: 'Log in' }).waitFor();
      expect(seen).toEqual({ complaints: [], strangers: [] });
    },
  );

  /** An hour without the vendor: the device is silent, and people are told. Comes back after it. */
  const outage = async (): Promise<void> => {
    const from = world.clock.now();
    world.vendor.behave({ outages: [{ from, to: from + hour, as: 'html-502' }] });
    await world.clock.advance(hour - minute);
  };

  test.each([
    ['a mouse', mouse, 'Ya voy'],
    ['the keyboard alone', keyboard, 'En camino'],
  ] as const)('with %s: acknowledge an alert, silence it, end the silence', async (_, act, note) => {
    await outage();
    const { page, seen } = await open('');
    await logIn(page, act);
    await act(page.getByRole('link', { name: 'Alertas', exact: true }));
    await act(page.getByRole('link', { name: 'Equipo sin comunicación' }).first());
    await page.getByText('Nadie la ha dado por recibida.').waitFor();
    const dialog = page.getByRole('dialog');

    await act(page.getByRole('button', { name: 'Dar por recibida' }));
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await act(page.getByRole('button', { name: 'Dar por recibida' }));
    await dialog.getByLabel('Nota (opcional)').fill(note);
    await act(dialog.getByRole('button', { name: 'Dar por recibida' }));
    await page.getByRole('status').filter({ hasText: 'Recibida por Ana' }).filter({ hasText: note }).waitFor();
    await dialog.waitFor({ state: 'detached' });
    expect(await page.getByRole('button', { name: 'Dar por recibida' }).count()).toBe(0);

    await act(page.getByRole('button', { name: 'Silenciar' }));
    await dialog.getByLabel('Por cuánto tiempo').selectOption('4 horas');
    await dialog.getByLabel('Motivo').fill('Bomba en taller');
    expect(await violations(page)).toEqual([]);
    await act(dialog.getByRole('button', { name: 'Silenciar' }));
    await page.getByRole('cell', { name: 'Bomba en taller' }).waitFor();
    await shoot(page, 'alert');
    await act(page.getByRole('button', { name: 'Terminar el silencio' }));
    await page.getByRole('cell', { name: 'Bomba en taller' }).waitFor({ state: 'detached' });

    await act(page.getByRole('button', { name: 'English' }));
    await page.getByRole('status').filter({ hasText: 'Acknowledged by' }).waitFor();
    expect(seen).toEqual({ complaints: [], strangers: [] });
    await world.clock.advance(30 * minute);
  });

  test('every page in both themes breaks no rule of WCAG 2.2 AA', async () => {
    const { page, seen } = await open('');
    await logIn(page, mouse);
    const broken: string[] = [];
    for (const theme of ['light', 'dark'] as const) {
      await page.getByLabel('Tema').selectOption(theme);
      for (const name of pages) {
        await page.goto(`${root}/#/${name}`);
        await page.locator('main h1').first().waitFor();
        await expect.poll(() => page.getByText('Cargando…').count()).toBe(0);
        broken.push(...(await violations(page)).map((one) => `${name}, ${theme}: ${one}`));
        await shoot(page, `${name.replaceAll('/', '-')}-${theme}`);
      }
    }
    expect(broken).toEqual([]);
    expect(seen).toEqual({ complaints: [], strangers: [] });
  });

  test('on a phone nothing is wider than the screen', async () => {
    const { page } = await open('');
    await page.setViewportSize({ width: 360, height: 760 });
    await logIn(page, mouse);
    for (const name of pages) {
      await page.goto(`${root}/#/${name}`);
      await page.locator('main h1').first().waitFor();
      await expect.poll(() => page.getByText('Cargando…').count()).toBe(0);
      expect(await page.evaluate('document.documentElement.scrollWidth'), name).toBeLessThanOrEqual(360);
    }
    await shoot(page, 'phone');
  });

  test('the world of the test keeps the regulator’s rules', () => {
    expect(world.regulator.ledger.violations).toEqual([]);
    expect(world.clock.now()).toBeGreaterThan(start);
  });
});
