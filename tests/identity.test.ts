/** Coming in, in a real Chromium with a virtual authenticator: invitation, passkey, authenticator app. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, stepNow } from '../packages/server/src/testing/totp.ts';
import {
  ADMINISTRATOR,
  CHROMIUM,
  hasChromium,
  openBrowser,
  type RunningConsole,
  settled,
  setUpConsole,
  startConsole,
} from './run-console.ts';

const NEW = { name: 'Nora Example', email: 'nora@example.org', password: 'violet tram under rain' };

describe.skipIf(!hasChromium)(`identity (needs ${CHROMIUM})`, () => {
  let running: RunningConsole;
  let browser: Browser;
  let admin: Page;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    // WebAuthn wants a name, not an address.
    running = await startConsole('localhost');
    browser = await openBrowser();
    admin = await fresh();
    await setUpConsole(admin, running);
    await admin.waitForURL(/acme-ltd/);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await running?.stop();
  });

  async function fresh(): Promise<Page> {
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const made = await context.newPage();
    made.setDefaultTimeout(10_000);
    return made;
  }

  /** An authenticator that checks its user, or does not. */
  async function authenticator(of: Page, isUserVerified = true): Promise<void> {
    const cdp = await of.context().newCDPSession(of);
    await cdp.send('WebAuthn.enable');
    await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified,
        automaticPresenceSimulation: true,
      },
    });
  }

  async function signIn(on: Page, email: string, password: string): Promise<void> {
    await on.goto(`${running.url}/sign-in`);
    await on.getByLabel('E-mail').fill(email);
    await on.getByRole('textbox', { name: 'Password' }).fill(password);
    await on.getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  test('somebody is invited by a link, chooses a password, and is in', async () => {
    await admin.goto(`${running.url}/acme-ltd/members`);
    await admin.getByRole('tab', { name: 'Invitations' }).click();
    await admin.getByLabel('E-mail').fill(NEW.email);
    await admin.getByRole('button', { name: 'Invite', exact: true }).click();
    await admin.getByText('Their link').waitFor();
    const link = (await admin.locator('.mantine-Code-root').first().textContent()) ?? '';
    page = await fresh();
    await page.goto(link);
    await page.getByText(`${ADMINISTRATOR.email} invites you to ${ADMINISTRATOR.organisation}`).waitFor();
    await page.getByLabel('Your name').fill(NEW.name);
    await page.getByRole('textbox', { name: 'New password' }).fill('nora nora nora');
    await page.getByRole('button', { name: 'Accept' }).click();
    await page.getByText('easy to guess').waitFor();
    await page.getByRole('textbox', { name: 'New password' }).fill(NEW.password);
    await page.getByRole('button', { name: 'Accept' }).click();
    await page.waitForURL(/acme-ltd$/);
    await admin.reload();
    await settled(admin);
    await admin.getByText(NEW.name).waitFor();
  }, 60_000);

  test('a passkey is added, opens a session by itself, and is removed', async () => {
    await authenticator(page);
    await page.goto(`${running.url}/account`);
    await page.getByLabel('Name of the passkey').fill('Laptop');
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByText('Laptop,').waitFor();
    await page.getByRole('button', { name: 'account menu' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL(/sign-in/);
    // Either the field offers it by itself (conditional), or the button asks for it; not both at once.
    const offered = await page.waitForURL(/acme-ltd/, { timeout: 3000 }).then(
      () => true,
      () => false,
    );
    if (!offered) await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.waitForURL(/acme-ltd/);
    await page.goto(`${running.url}/account`);
    await page.getByRole('cell', { name: 'passkey', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Remove the passkey Laptop' }).click();
    const question = page.getByRole('dialog', { name: 'Remove the passkey Laptop?' });
    await question.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('You have none yet').waitFor();
  }, 60_000);

  test('an authenticator that does not check its user makes no passkey here', async () => {
    const other = await fresh();
    await authenticator(other, false);
    await signIn(other, NEW.email, NEW.password);
    await other.waitForURL(/acme-ltd/);
    await other.goto(`${running.url}/account`);
    await other.getByLabel('Name of the passkey').fill('Stick');
    await other.getByRole('button', { name: 'Add a passkey' }).click();
    await other.getByRole('alert').waitFor();
    expect(await other.getByText('Stick,').count()).toBe(0);
  }, 60_000);

  test('an authenticator app is set up from the key shown, and asked for afterwards', async () => {
    const other = await fresh();
    await signIn(other, NEW.email, NEW.password);
    await other.waitForURL(/acme-ltd/);
    await other.goto(`${running.url}/account`);
    await other.getByRole('button', { name: 'Set up an app' }).click();
    const dialog = other.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Current password' }).fill(NEW.password);
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await other.getByAltText('QR code of the key below').waitFor();
    const key = await other.getByText('Key:').locator('.mantine-Code-root').textContent();
    const now = stepNow();
    await other.getByLabel('Code of the app').fill(codeOf(key ?? '', now));
    await other.getByRole('button', { name: 'Confirm' }).click();
    await other.getByRole('dialog', { name: 'Backup codes' }).waitFor();
    await other.getByRole('button', { name: 'I have kept them' }).first().click();
    const again = await fresh();
    await signIn(again, NEW.email, NEW.password);
    await again.getByRole('heading', { name: 'Second factor' }).waitFor();
    await again.getByLabel('Code').fill(codeOf(key ?? '', now + 1));
    await again.getByRole('button', { name: 'Continue' }).click();
    await again.waitForURL(/acme-ltd/);
  }, 60_000);

  test.each(['light', 'dark'] as const)(
    'no page of these has an accessibility violation: %s',
    async (colorScheme) => {
      const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
      const looking = await browser.newContext({
        colorScheme,
        bypassCSP: true,
        storageState: await admin.context().storageState(),
        reducedMotion: 'reduce',
        viewport: { width: 390, height: 844 },
      });
      const look = await looking.newPage();
      const found: Record<string, unknown> = {};
      const tab = (name: string) => () => look.getByRole('tab', { name }).click();
      const pages: [string, (() => Promise<void>)?][] = [
        ['/sign-in?problem=sso-expired'],
        ['/sign-in', () => look.getByRole('button', { name: 'Sign in through your organisation' }).click()],
        ['/invitation'],
        ['/account'],
        ['/acme-ltd/keys'],
        ['/acme-ltd/members'],
        ['/acme-ltd/members', tab('Invitations')],
        ['/acme-ltd/members', tab('Sign-in')],
      ];
      for (const [path, act] of pages) {
        await look.goto(running.url + path);
        await settled(look);
        await act?.();
        await settled(look);
        await look.evaluate(axe);
        const wrong = await look.evaluate(
          "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((r) => r.violations.map((v) => v.id + ': ' + v.nodes[0].html.slice(0, 200)))",
        );
        if (Array.isArray(wrong) && wrong.length > 0) found[`${path} ${String(act)}`] = wrong;
        const wide = Number(await look.evaluate('document.documentElement.scrollWidth'));
        if (wide > 390) found[`${path} sideways`] = wide;
      }
      await looking.close();
      expect(found).toEqual({});
    },
    120_000,
  );
});
