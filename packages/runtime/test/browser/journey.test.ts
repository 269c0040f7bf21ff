import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hour, minute, openWorld, secrets, steady, type TestWorld } from '../pipeline/world.ts';
import {
  byKeyboard,
  byMouse,
  chromiumPath,
  type Hand,
  keyboard,
  mouse,
  openBrowser,
  watch,
  type Writer,
} from './page.ts';

const person = { email: 'ana@example.org', name: 'Ana', password: 'three words and more' };

/** As the page asks for it, in Santiago's summer. */
const civil = (at: number) => new Date(at - 3 * hour).toISOString().slice(0, 16);

describe.skipIf(chromiumPath === undefined)(
  'the operator’s day in Chromium (skipped without Debian’s chromium)',
  () => {
    let browser: Browser;
    let world: TestWorld;
    let root: string;

    beforeAll(async () => {
      browser = await openBrowser();
      world = await openWorld();
      const runtime = await world.run();
      root = runtime.url as string;
      await world.clock.advance(10 * minute);
      const { status } = await fetch(`${root}/api/v1/auth/setup`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...person, token: await runtime.firstAdminToken() }),
      });
      expect(status).toBe(200);
    });
    afterAll(async () => {
      await browser.close();
      await world.close();
      for (const name of ['TEST_TOKEN_2', 'TEST_TOKEN_3']) delete process.env[name];
    });

    test.each([
      ['a mouse', 2, mouse, byMouse],
      ['the keyboard alone', 3, keyboard, byKeyboard],
    ] as const)(
      'with %s: a point is added, its value arrives and is followed to its receipt, its alert acknowledged, its values exported',
      async (_, number, act: Hand, write: Writer) => {
        const id = `pozo-${number}`;
        const logger = `registrador-${number}`;
        const work = `OB-0101-${number}`;
        const token = `token of ${id}`;
        const externalId = `5a3c0d9e1f2b4a6c8d7e00${number}2`;
        process.env[`TEST_TOKEN_${number}`] = token;
        /** Until when the logger measures. */
        let lives = Infinity;
        world.vendor.addDevice({
          id: externalId,
          token,
          source: (from, to) => steady(from, Math.min(to, lives)),
          sourceFrom: world.clock.now(),
        });
        world.regulator.register({ code: work, variant: 'superficial', informant: '20999888-2', mayLeaveEmpty: true });

        const context = await browser.newContext({ locale: 'es-CL', acceptDownloads: true });
        await context.clock.setSystemTime(world.clock.now());
        const page: Page = await context.newPage();
        const seen = watch(page, root);
        const pass = async (ms: number) => {
          await world.clock.advance(ms);
          await context.clock.setSystemTime(world.clock.now());
        };
        const main = page.locator('main');
        const field = (name: string) => page.getByLabel(name, { exact: true }).first();
        const press = (name: string) => act(page.getByRole('button', { name, exact: true }));
        const follow = (name: string) => act(main.getByRole('link', { name, exact: true }));
        const turnTo = (name: string) => act(page.locator('nav').getByRole('link', { name, exact: true }));
        const openPart = (name: string) => act(page.locator('summary', { hasText: name }).first());
        const saved = async (name: string, because: string) => {
          await write(page.locator('textarea[name=because]'), because);
          await press('Guardar');
          await page.getByRole('heading', { name, exact: true }).waitFor();
        };
        const parts = async () => {
          await turnTo('Datos');
          await follow('Puntos');
          await follow(`Pozo ${number}`);
          await page.getByRole('heading', { name: 'Obligaciones' }).waitFor();
        };

        await page.goto(`${root}/`);
        await write(page.locator('input[name=email]'), person.email);
        await write(page.locator('input[name=password]'), person.password);
        await press('Iniciar sesión');
        await page.getByRole('heading', { name: 'Lo que requiere atención' }).waitFor();

        await turnTo('Datos');
        await follow('Puntos');
        await follow('Agregar');
        await write(field('Identificador *'), id);
        await write(field('Nombre *'), `Pozo ${number}`);
        await write(field('Tipo *'), 'Pozo');
        await write(field('Nombre nuevo'), 'flow');
        await press('Agregar: Series');
        await saved(`Pozo ${number}`, 'Se perforó otro pozo');

        await follow('Agregar: Equipos');
        await write(field('Identificador *'), logger);
        await write(field('Proveedor *'), 'tago');
        await write(field('Identificador del proveedor *'), externalId);
        await write(field('Credencial'), `env:TEST_TOKEN_${number}`);
        await write(field('Intervalo (minutos)'), '10');
        await write(field('Avisar tras silencio de (minutos)'), '45');
        await saved(logger, 'Se instaló hoy');

        await parts();
        await follow('Agregar: Asociaciones');
        await write(field('Equipo *'), logger);
        await write(field('Variable *'), 'flow');
        await write(field('Serie *'), `${id}/flow`);
        await saved(`${logger} → flow → ${id}/flow`, 'El registrador nuevo lo mide');

        const slot = Math.ceil(world.clock.now() / hour) * hour;
        await parts();
        await follow('Agregar: Obligaciones');
        await write(field('Identificador *'), `dga-${id}`);
        await write(field('Regulador *'), 'dga');
        await write(field('Código *'), work);
        await write(field('Variante *'), 'limnimetrica');
        await write(field('Puede ir vacío por'), 'caudales-muy-pequenos');
        await openPart('Informante');
        await write(field('RUT *'), '20999888-2');
        await write(field('Contraseña *'), 'env:TEST_DGA_PASSWORD');
        await write(field('Estándar *'), 'MAYOR');
        await write(field('Desde *'), civil(slot));
        await write(field('Nombre nuevo'), 'caudal');
        await press('Agregar: Parámetros');
        await write(field('Serie *'), `${id}/flow`);
        await saved(`dga-${id}`, 'Resolución de este mes');

        // The value comes to the page that is open: nobody asks for it again.
        await turnTo('Puntos');
        await follow(`Pozo ${number}`);
        await page.getByRole('heading', { name: `Pozo ${number}` }).waitFor();
        const values = page.locator('section', { has: page.getByRole('heading', { name: 'Valores', exact: true }) });
        await pass(slot + 5 * minute - world.clock.now());
        const row = values.locator('tbody tr', {
          has: page.locator(`time[datetime="${new Date(slot).toISOString()}"]`),
        });
        await row.getByText('20 L/s').waitFor();

        // That value, and no other, went to the regulator, and is there under this receipt.
        await pass(35 * minute);
        await act(row.getByRole('link', { name: 'Trazar' }));
        const record = world.regulator.ledger.records.find((one) => one.work === work);
        const receipt = record?.receipt as string;
        expect(record?.values).toMatchObject({ caudal: '20.00' });
        await main.getByText(receipt).waitFor();
        await act(main.getByRole('link', { name: 'Revisar', exact: true }));
        await page.getByRole('heading', { name: 'Intentos' }).waitFor();
        await main.getByText(receipt).first().waitFor();

        // The logger falls silent, and somebody takes note of it.
        lives = world.clock.now();
        await pass(hour + 10 * minute);
        await turnTo('Alertas');
        const silent = main.getByRole('row').filter({ hasText: logger });
        await act(silent.getByRole('link', { name: 'Equipo sin comunicación' }));
        await press('Dar por recibida');
        const dialog = page.getByRole('dialog');
        await write(dialog.getByLabel('Nota (opcional)'), 'Ya voy');
        await act(dialog.getByRole('button', { name: 'Dar por recibida' }));
        await page.getByRole('status').filter({ hasText: 'Recibida por Ana' }).filter({ hasText: 'Ya voy' }).waitFor();

        await turnTo('Puntos');
        await follow(`Pozo ${number}`);
        const [download] = await Promise.all([page.waitForEvent('download'), press('Exportar CSV')]);
        const exported = readFileSync(await download.path(), 'utf8');
        expect(exported.split('\n')[0]).toContain('America/Santiago');
        expect(exported).toMatch(/;20(,0+)?;/);

        await press('English');
        await page.getByRole('heading', { name: 'Values', exact: true }).waitFor();
        await press('Log out');
        await page.getByRole('heading', { name: 'Log in' }).waitFor();
        expect(seen).toEqual({ complaints: [], strangers: [] });
        expect(world.regulator.ledger.violations).toEqual([]);
        expect(await page.content()).not.toContain(secrets.TEST_DGA_PASSWORD);
        await context.close();
      },
    );
  },
);
