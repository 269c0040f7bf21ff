import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { manual } from '@caudal/provider-manual';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hour, minute, openWorld, steady, type TestWorld } from '../pipeline/world.ts';
import {
  byKeyboard,
  byMouse,
  chromiumPath,
  type Hand,
  keyboard,
  mouse,
  openBrowser,
  shoot,
  violations,
  watch,
  type Writer,
} from './page.ts';

const person = { email: 'ana@example.org', name: 'Ana', password: 'three words and more' };

describe.skipIf(chromiumPath === undefined)('data entry in Chromium (skipped without Debian’s chromium)', () => {
  let browser: Browser;
  let world: TestWorld;
  let root: string;
  let token: string;

  beforeAll(async () => {
    browser = await openBrowser();
    world = await openWorld({
      config: (config) => ({ ...config, providers: { ...config.providers, hand: manual({}) } }),
    });
    const runtime = await world.run();
    root = runtime.url as string;
    await world.clock.advance(30 * minute);
    const answer = await fetch(`${root}/api/v1/auth/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...person, token: await runtime.firstAdminToken() }),
    });
    token = ((await answer.json()) as { accessToken: string }).accessToken;
    // A key outlives what the clock of the world does to tokens.
    token = (await ask('POST', '/keys', { name: 'test', role: 'admin' })).json.token;
  });
  afterAll(async () => {
    await browser.close();
    await world.close();
    for (const name of ['TEST_TOKEN_2', 'TEST_TOKEN_3']) delete process.env[name];
  });

  const opened: Page[] = [];
  afterEach(async () => {
    for (const page of opened.splice(0)) await page.context().close();
  });

  const ask = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${root}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, json: text === '' ? null : JSON.parse(text) };
  };

  const enter = async (path: string, act: Hand = mouse) => {
    const context = await browser.newContext({ locale: 'es-CL', acceptDownloads: true });
    await context.clock.setSystemTime(world.clock.now());
    const page = await context.newPage();
    opened.push(page);
    const seen = watch(page, root);
    await page.goto(`${root}/#/${path}`);
    await page.locator('input[name=email]').fill(person.email);
    await page.locator('input[name=password]').fill(person.password);
    await act(page.getByRole('button', { name: 'Iniciar sesión' }));
    await page.getByRole('button', { name: 'Salir' }).waitFor();
    return { page, seen };
  };

  const field = (page: Page, name: string | RegExp) => page.getByLabel(name, { exact: true }).first();

  test.each([
    ['a mouse', 'pozo-2', mouse, byMouse],
    ['the keyboard alone', 'pozo-3', keyboard, byKeyboard],
  ] as const)(
    'with %s: a point is added with its device’s binding, and its live values arrive',
    async (_, id, act: Hand, write: Writer) => {
      const externalId = `5a3c0d9e1f2b4a6c8d7e00${id.slice(-1)}2`;
      const variable = `TEST_TOKEN_${id.slice(-1)}`;
      process.env[variable] = `token of ${id}`;
      const source = { source: steady, sourceFrom: world.clock.now() };
      world.vendor.addDevice({ id: externalId, token: `token of ${id}`, ...source });
      const { page, seen } = await enter('', act);
      await act(page.getByRole('link', { name: 'Datos', exact: true }));
      await act(page.locator('main').getByRole('link', { name: 'Puntos', exact: true }));
      await act(page.getByRole('link', { name: 'Agregar', exact: true }));
      await write(field(page, 'Identificador *'), id);
      await write(field(page, 'Motivo *'), 'Se perforó otro pozo');
      // What is missing is said at its field and altogether, and nothing typed is lost.
      await act(page.getByRole('button', { name: 'Guardar', exact: true }));
      await page.getByText('No se guardó nada').waitFor();
      expect(await field(page, 'Nombre *').getAttribute('aria-invalid')).toBe('true');
      await write(field(page, 'Nombre *'), `Pozo ${id}`);
      await write(field(page, 'Tipo *'), 'Pozo');
      await write(field(page, 'Nombre nuevo'), 'flow');
      await act(page.getByRole('button', { name: 'Agregar: Series' }));
      await act(page.getByRole('button', { name: 'Guardar', exact: true }));
      await page.getByRole('heading', { name: `Pozo ${id}` }).waitFor();
      expect((await ask('GET', `/data/points/${id}`)).json.content).toEqual({
        id,
        name: `Pozo ${id}`,
        kind: 'well',
        series: { flow: {} },
      });

      const logger = `registrador-${id}`;
      await act(page.getByRole('link', { name: 'Agregar: Equipos' }));
      await write(field(page, 'Identificador *'), logger);
      await write(field(page, 'Proveedor *'), 'tago');
      await write(field(page, 'Identificador del proveedor *'), externalId);
      await write(field(page, 'Credencial'), `env:${variable}`);
      await write(field(page, 'Motivo *'), 'Se instaló hoy');
      await act(page.getByRole('button', { name: 'Guardar', exact: true }));
      await page.getByRole('heading', { name: logger }).waitFor();

      await page.goto(`${root}/#/data/points/${id}`);
      await act(page.getByRole('link', { name: 'Agregar: Asociaciones' }));
      await write(field(page, 'Equipo *'), logger);
      await write(field(page, 'Variable *'), 'flow');
      await write(field(page, 'Serie *'), `${id}/flow`);
      await write(field(page, 'Motivo *'), 'El registrador nuevo lo mide');
      await act(page.getByRole('button', { name: 'Guardar', exact: true }));
      await page.getByRole('heading', { name: `${logger} → flow → ${id}/flow` }).waitFor();

      await act(page.locator('nav').getByRole('link', { name: 'Puntos', exact: true }));
      await act(page.getByRole('link', { name: `Pozo ${id}` }));
      await page.getByRole('heading', { name: `Pozo ${id}` }).waitFor();
      await world.clock.advance(11 * minute);
      await page.context().clock.setSystemTime(world.clock.now());
      const newest = page.locator('section', { hasText: 'Valores' }).locator('tbody tr').first();
      await expect.poll(async () => newest.locator('time').first().getAttribute('datetime')).not.toBeNull();
      await newest.getByText('20 L/s').waitFor();
      expect(seen).toEqual({ complaints: [], strangers: [] });
    },
  );

  test('a change made meanwhile is told with who and what, and mine may stand or fall', async () => {
    const made = await ask('POST', '/data/owners', { id: 'o-1', content: { name: 'Uno' }, because: 'new here' });
    const { page } = await enter('data/owners/o-1');
    await field(page, 'RUT').fill('76123456-0');
    await field(page, 'Motivo *').fill('Faltaba el RUT');
    const theirs = { content: { id: 'o-1', name: 'Dos' }, because: 'renamed' };
    expect((await ask('PUT', '/data/owners/o-1', theirs, { 'if-match': `"${made.json.version}"` })).status).toBe(200);
    await page.getByRole('button', { name: 'Guardar', exact: true }).click();
    await page.getByText('lo cambió mientras usted escribía').waitFor();
    await page.getByText('"Dos"').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Conservar lo mío' }).click();
    await page.getByRole('button', { name: 'Guardar', exact: true }).click();
    await page.getByText('Guardado, y en vigor.').waitFor();
    expect((await ask('GET', '/data/owners/o-1')).json.content).toEqual({ id: 'o-1', name: 'Uno', rut: '76123456-0' });
  });

  test('a meter is calibrated and replaced, and neither rewrites what was', async () => {
    const meter = { series: 'site/total', step: 0.1, pulses: { litersPerPulse: 100 } };
    const changes = [
      { kind: 'points', id: 'site', content: { name: 'Site', kind: 'well', series: { total: {} } } },
      { kind: 'meters', id: 'm-1', content: meter },
    ];
    expect((await ask('POST', '/data-changes', { changes, because: 'new here' })).status).toBe(200);
    const { page } = await enter('data/meters/m-1');
    const form = (name: string) => page.locator('details', { has: page.locator('summary', { hasText: name }) });
    await page.getByText('Anotar una calibración').first().click();
    const calibration = form('Anotar una calibración');
    await calibration.getByLabel('Desde *').fill('2026-02-01T00:00:00');
    await calibration.getByLabel('Factor *').fill('1.02');
    await calibration.getByLabel('Registro de pulsos en ese momento').fill('1000');
    await calibration.getByLabel('Motivo *').fill('Informe 12');
    await calibration.getByRole('button', { name: 'Anotar una calibración' }).click();
    await expect
      .poll(async () => (await ask('GET', '/data/meters/m-1')).json.content.calibrations)
      .toEqual([{ factor: 1 }, { from: '2026-02-01T00:00:00-03:00', factor: 1.02, atPulses: 1000 }]);
    await page.getByText('Informe 12').waitFor();
    await page.getByText('Reemplazar el medidor').first().click();
    const replacement = form('Reemplazar el medidor');
    await replacement.getByLabel('Retirado *').fill('2026-03-01T10:00:00');
    await replacement.getByLabel('Lectura final *').fill('431.5');
    await replacement.getByLabel('Identificador *').fill('m-2');
    await replacement.getByLabel('Lectura inicial *').fill('0');
    await replacement.getByLabel('Motivo *').fill('Detenido');
    await replacement.getByRole('button', { name: 'Reemplazar el medidor' }).click();
    await page.waitForURL(/m-2/);
    expect((await ask('GET', '/data/meters/m-1')).json.content).toMatchObject({
      removedAt: '2026-03-01T10:00:00-03:00',
      lastReading: 431.5,
    });
    expect((await ask('GET', '/data/meters/m-2')).json.content).toEqual({
      ...meter,
      id: 'm-2',
      installedAt: '2026-03-01T10:00:00-03:00',
      firstReading: 0,
    });
  });

  test('a CSV of points shows every mistake with its cell, and is imported whole', async () => {
    const csv = (name: string, text: string) => {
      const path = join(world.folder, name);
      writeFileSync(path, text);
      return path;
    };
    const { page } = await enter('data/import');
    await page.getByLabel('Archivo CSV').setInputFiles(csv('bad.csv', 'point,name,kind,variable\na-1,Uno,hole,flow\n'));
    await page.getByRole('button', { name: 'Revisar', exact: true }).click();
    await page.getByRole('cell', { name: 'kind' }).waitFor();
    expect(await page.getByRole('button', { name: 'Importar todo' }).count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await shoot(page, 'data-import');
    await page
      .getByLabel('Archivo CSV')
      .setInputFiles(csv('good.csv', 'punto;nombre;tipo;variable;longitud\na-1;Uno;well;flow;-70,6\n'));
    await page.getByRole('button', { name: 'Revisar', exact: true }).click();
    await page.getByRole('button', { name: 'Importar todo' }).click();
    await page.locator('dialog').getByLabel('Motivo').fill('Planilla de enero');
    await page.locator('dialog').getByRole('button', { name: 'Importar todo' }).click();
    await page.getByText('Importado.').waitFor();
    expect((await ask('GET', '/data/points/a-1')).json.content.place).toEqual({ longitude: -70.6 });
  });

  test('a correction is written and taken back with who and why; what was read stays', async () => {
    const { page, seen } = await enter('points/well');
    const flow = page.locator('section', { has: page.getByRole('heading', { name: /^Caudal/ }) }).first();
    await flow.getByText('Correcciones (0)').click();
    await flow.getByRole('button', { name: 'Agregar corrección' }).click();
    const dialog = page.locator('dialog');
    const values = () => ask('GET', '/series/well/flow/values?sort=-at&limit=1');
    const [before] = (await values()).json.items;
    await dialog.getByLabel('Cuál').selectOption({ label: 'Fijar un valor' });
    await dialog.getByLabel('Desde *').fill('2026-01-15T09:00:00');
    await dialog.getByLabel('Hasta *').fill('2026-01-15T12:00:00');
    await dialog.getByLabel('Cantidad *').fill('12.5');
    await dialog.getByLabel('Motivo *').fill('Bomba detenida, sensor pegado');
    expect(await violations(page)).toEqual([]);
    await shoot(page, 'correction');
    await dialog.getByRole('button', { name: 'Agregar corrección' }).click();
    const row = flow.locator('tbody tr', { hasText: 'sensor pegado' });
    await row.getByText('Ana').waitFor();
    await row.getByText('Fijar un valor 12,5 L/s').waitFor();
    expect((await values()).json.items).toEqual([before]);
    expect(await violations(page)).toEqual([]);
    await row.getByRole('button', { name: 'Deshacer' }).click();
    await dialog.getByLabel('Motivo').fill('Era otro pozo');
    await dialog.getByRole('button', { name: 'Deshacer' }).click();
    await flow.getByText('Correcciones (0)').waitFor();
    const { items } = (await ask('GET', '/audit?limit=5')).json;
    expect(items.map(({ act }: { act: string }) => act)).toEqual(
      expect.arrayContaining(['data added', 'data removed']),
    );
    expect(seen).toEqual({ complaints: [], strangers: [] });
  });

  test('a reading taken by hand is entered and becomes a value with its raw record', async () => {
    const changes = [
      { kind: 'points', id: 'dug', content: { name: 'Noria', kind: 'well', series: { level: {} } } },
      { kind: 'devices', id: 'notebook', content: { provider: 'hand', externalId: 'notebook' } },
      {
        kind: 'bindings',
        id: 'notebook-level',
        content: { device: 'notebook', variable: 'nivel', series: 'dug/level', unit: 'm' },
      },
    ];
    expect((await ask('POST', '/data-changes', { changes, because: 'new here' })).status).toBe(200);
    const { page, seen } = await enter('points/dug');
    await page.getByLabel('Instante *').fill('2026-01-15T09:15:00');
    await page.getByLabel('Valor *').fill('7.25');
    await page.getByLabel('Motivo *').fill('Pozómetro, medido por Luis');
    await page.getByRole('button', { name: 'Ingresar una lectura' }).click();
    await page.getByText('Guardada; se procesa como cualquier otra.').waitFor();
    await world.clock.advance(minute);
    const [value] = (await ask('GET', '/series/dug/level/values')).json.items;
    expect(value).toMatchObject({ at: '2026-01-15T12:15:00.000Z', value: 7.25, unit: 'm' });
    await page.getByText('Calcular').click();
    await page.getByRole('heading', { name: 'Pronóstico de 72 horas' }).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(seen).toEqual({ complaints: [], strangers: [] });
  });

  test('every kind of data has a form, in both themes, that breaks no rule of WCAG 2.2 AA', async () => {
    const { page, seen } = await enter('data');
    await page.getByRole('link', { name: 'Esquemas' }).waitFor();
    const kinds =
      'points devices bindings meters owners sources obligations people subscriptions maintenance schemas corrections';
    const broken: string[] = [];
    for (const theme of ['light', 'dark'] as const) {
      await page.getByLabel('Tema').selectOption(theme);
      for (const path of ['data', 'data/points/well', ...kinds.split(' ').map((kind) => `data/${kind}?new=yes`)]) {
        await page.goto(`${root}/#/${path}`);
        await page.locator('main h1').first().waitFor();
        await expect.poll(() => page.getByText('Cargando…').count()).toBe(0);
        // Closed parts are looked at too.
        await page.evaluate(`document.querySelectorAll('details').forEach((one) => one.open = true)`);
        broken.push(...(await violations(page)).map((one) => `${path}, ${theme}: ${one}`));
        await shoot(page, `${path.replaceAll(/[/?=]/g, '-')}-${theme}`);
      }
    }
    expect(broken).toEqual([]);
    expect(seen).toEqual({ complaints: [], strangers: [] });
  });

  test('the clock of the world went on', () => expect(world.clock.now()).toBeGreaterThan(hour));
});
