import { email } from '@caudal/notifier-email';
import { type SmtpSimulator, startSmtp } from '@caudal/simulators';
import { virtualClock } from '@caudal/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { firstAdminToken } from '../../src/access/users.ts';
import { openServed, type TestServed } from '../api/served.ts';
import { t0 } from '../store/rows.ts';
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

const access = { passwordMemoryKiB: 8_192 };
const publicUrl = 'https://caudal.example';
const address = 'ana@example.org';

describe.skipIf(chromiumPath === undefined)(
  'a forgotten password in Chromium (skipped without Debian’s chromium)',
  () => {
    let browser: Browser;
    let mailbox: SmtpSimulator;
    let world: TestServed;

    beforeAll(async () => {
      browser = await openBrowser();
      mailbox = await startSmtp({ clock: virtualClock(t0) });
      const { host, port } = mailbox;
      const mail = email({ host, port, allowPlaintext: true, from: 'caudal@example.org' });
      world = await openServed({ access, notifiers: { mail }, http: { publicUrl } }, false);
      const token = await firstAdminToken(world.services);
      const body = { token, email: address, name: 'Ana', password: 'three words and more' };
      expect((await world.ask('POST', '/auth/setup', { body })).status).toBe(200);
    });
    afterAll(async () => {
      await browser.close();
      await world.close();
      await mailbox.close();
    });

    const open = async (root: string) => {
      const context = await browser.newContext({ locale: 'es-CL' });
      onTestFinished(() => context.close());
      const page = await context.newPage();
      const seen = watch(page, root);
      await page.goto(`${root}/`);
      return { page, seen };
    };

    test.each([
      ['a mouse', mouse, byMouse, 'first new password'],
      ['the keyboard alone', keyboard, byKeyboard, 'second new password'],
    ] as readonly (readonly [string, Hand, Writer, string])[])(
      'with %s: ask for a mail, open its link, set a password, log in; the link works for who is logged in, too',
      async (name, act, write, password) => {
        const { page, seen } = await open(world.root);
        await act(page.getByRole('link', { name: 'Olvidé mi contraseña' }));
        await page.getByRole('heading', { name: 'Olvidé mi contraseña' }).waitFor();
        expect(await violations(page)).toEqual([]);
        if (act === mouse) await shoot(page, 'forgot');
        await write(page.locator('input[name=email]'), address);
        const coming = mailbox.received(mailbox.mails.length + 1);
        await act(page.getByRole('button', { name: 'Enviar el enlace' }));
        await page.getByText('un mensaje va en camino').waitFor();

        const link = /https:\/\/caudal\.example(\/#\/redeem\/[\w-]+)/.exec((await coming).at(-1)?.text ?? '')?.[1];
        const follow = async () => {
          await page.goto('about:blank');
          await page.goto(`${world.root}${link ?? ''}`);
          await page.getByRole('heading', { name: 'Elija su contraseña' }).waitFor();
        };
        await follow();
        expect(await violations(page)).toEqual([]);
        await write(page.locator('input[name=password]'), password);
        await act(page.getByRole('button', { name: 'Guardar contraseña' }));
        await page.getByRole('heading', { name: 'Su contraseña está guardada.' }).waitFor();
        await act(page.getByRole('link', { name: 'Iniciar sesión' }));
        await write(page.locator('input[name=email]'), address);
        await write(page.locator('input[name=password]'), password);
        await act(page.getByRole('button', { name: 'Iniciar sesión' }));
        await page.getByRole('heading', { name: 'Lo que requiere atención' }).waitFor();

        // Spent by now, and the page says so.
        await follow();
        await write(page.locator('input[name=password]'), `${password} ${name}`);
        await act(page.getByRole('button', { name: 'Guardar contraseña' }));
        await page.getByRole('alert').waitFor();
        expect(seen).toEqual({ complaints: [], strangers: [] });
      },
    );

    test('where no mail is sent, the page names an administrator instead', async () => {
      const own = await openServed({ access, http: { publicUrl } }, false);
      onTestFinished(() => own.close());
      const { page } = await open(own.root);
      await page.getByText('Pida a un administrador').waitFor();
      expect(await page.getByRole('link', { name: 'Olvidé mi contraseña' }).count()).toBe(0);
    });
  },
);
