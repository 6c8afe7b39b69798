/** The console in a real Chromium, against the built service. Skipped where there is no chromium. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  CHROMIUM,
  hasChromium,
  openBrowser,
  type RunningConsole,
  settled,
  setUpConsole,
  startConsole,
} from './run-console.ts';

const SYSTEM = '/acme-ltd/systems/lindenhof-support-chatbot';

describe.skipIf(!hasChromium)(`console (needs ${CHROMIUM})`, () => {
  let running: RunningConsole;
  let browser: Browser;
  let page: Page;
  const failures: string[] = [];

  beforeAll(async () => {
    running = await startConsole();
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(10_000);
    page.on('pageerror', (error) => failures.push(error.message));
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await running?.stop();
  });

  async function open(path: string): Promise<void> {
    await page.goto(running.url + path);
    await settled(page);
  }

  test('from the first sign-in to the first finished assessment in ten clicks or fewer', async () => {
    const counting =
      "addEventListener('click', (e) => { if (e.isTrusted) sessionStorage.clicks = Number(sessionStorage.clicks ?? 0) + 1; }, true)";
    await page.addInitScript({ content: counting });
    await setUpConsole(page, running);
    await page.getByRole('button', { name: 'Load the three example systems' }).click();
    await page.getByRole('link', { name: 'Systems', exact: true }).click();
    await page.getByRole('link', { name: 'Lindenhof support chatbot' }).click();
    await page.getByRole('heading', { name: 'Provision board' }).waitFor();
    expect(await page.getByRole('button', { name: /^\d[\d.-]+\/[a-z] / }).count()).toBe(133);
    const clicks = Number(await page.evaluate("sessionStorage.getItem('clicks')"));
    expect(clicks).toBeGreaterThan(0);
    expect(clicks).toBeLessThanOrEqual(10);
  }, 120_000);

  test('focus goes to the heading of what was opened, and the window is named after it', async () => {
    await open('/acme-ltd');
    await page.getByRole('link', { name: 'Systems', exact: true }).click();
    await page.locator('h1:focus', { hasText: 'Systems' }).waitFor();
    expect(await page.title()).toBe('Systems – Custos');
    await page.getByRole('link', { name: 'Lindenhof support chatbot' }).click();
    await page.getByRole('link', { name: /^Findings/ }).click();
    await page.locator('h2:focus', { hasText: 'Findings' }).waitFor();
    expect(await page.title()).toBe('Findings, Lindenhof support chatbot – Custos');
  });

  test('the keyboard alone: skip link, palette that finds a system, g and ?, which can be switched off', async () => {
    await open('/acme-ltd');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement?.textContent')).toBe('Skip to content');
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Find a page or a system').fill('fraud');
    await page.getByText('Card-payment').or(page.getByText(/fraud/i)).first().waitFor();
    await page.waitForTimeout(400);
    await page.keyboard.press('Enter');
    await page.waitForURL(/systems\/.*fraud.*\/board/);
    await settled(page);
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await page.waitForURL(/\/acme-ltd\/systems$/);
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await help.getByText('Go to Systems').waitFor();
    await help.getByRole('switch').press('Space');
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'hidden' });
    await page.keyboard.press('g');
    await page.keyboard.press('h');
    await page.waitForTimeout(200);
    expect(new URL(page.url()).pathname).toBe('/acme-ltd/systems');
    await page.evaluate('localStorage.clear()');
  });

  test('filters of the board stand in the address, and a duty opens by its own link', async () => {
    await open(`${SYSTEM}/board`);
    await page.getByRole('combobox', { name: 'Verdict' }).click();
    await page.getByRole('option', { name: 'Fail' }).click();
    await page.waitForURL(/verdict=fail/);
    const said = await page.getByRole('status').filter({ hasText: 'of 133 duties' }).textContent();
    const n = Number(said?.split(' ')[0]);
    expect(n).toBeGreaterThan(0);
    expect(n).toBeLessThan(133);
    await open(`${SYSTEM}/board?verdict=fail&duty=5.1.1-1%2Fa`);
    const why = page.getByRole('dialog', { name: 'Why: 5.1.1-1/a' });
    await why.getByRole('heading', { name: 'What re-opens it' }).waitFor();
    await page.keyboard.press('Escape');
    await why.waitFor({ state: 'hidden' });
    expect(page.url()).not.toContain('duty=');
  });

  test('an example is replayed to the same digest', async () => {
    await open(`${SYSTEM}/history`);
    await page.getByRole('button', { name: 'Replay 1' }).click();
    await page.getByText('Computed again from the ledger: the same digest.').waitFor();
  });

  test('a system is declared, a duty attested, the declaration changed against somebody else’s change', async () => {
    await open('/acme-ltd/new-system');
    await page.getByLabel('Name').fill('Invoice reader');
    expect(await page.getByRole('textbox', { name: 'Id', exact: true }).inputValue()).toBe('invoice-reader');
    await page.getByLabel('Purpose').fill('Reads invoices that suppliers send, and proposes the booking.');
    await page.getByRole('button', { name: 'Declare', exact: true }).click();
    await page.waitForURL(/invoice-reader\/board/);
    await settled(page);
    const duty = page.getByRole('button', { name: /^5\.1\.2-2\/a / }).first();
    await duty.click();
    const why = page.getByRole('dialog', { name: /^Why: 5\.1\.2-2\/a/ });
    await why
      .getByRole('button', { name: /^Attest|^Record/ })
      .first()
      .click();
    const form = page.getByRole('dialog', { name: 'Record an observation' });
    await form.getByRole('combobox', { name: 'Kind of evidence' }).fill('adequacy');
    await page.getByRole('option', { name: 'adequacy attestation' }).click();
    await form.getByLabel('Duty').fill('5.1.2-2/a');
    await form.getByLabel('Statement').fill('The design was tried against the attacks that we know of.');
    await form.getByRole('button', { name: 'Record', exact: true }).click();
    await page.getByText('Recorded. The system is assessed again.').waitFor();

    await open('/acme-ltd/systems/invoice-reader/evidence?type=adequacy-attestation');
    await page.getByRole('button', { name: /adequacy attestation/ }).click();
    await page.getByText('Signature verified').waitFor();

    await open('/acme-ltd/systems/invoice-reader/declaration');
    await page.getByRole('button', { name: 'Change the declaration' }).click();
    await page.getByLabel('Name').fill('Invoice reader of mine');
    const address = `${running.url}/api/v1/organisations/acme-ltd/systems/invoice-reader`;
    const read = await page.request.get(address);
    const { declaration } = z.object({ declaration: z.looseObject({}) }).parse(await read.json());
    const written = await page.request.put(`${address}/declaration`, {
      headers: { origin: running.url, 'if-match': read.headers().etag ?? '' },
      data: { ...declaration, name: 'Invoice reader of theirs' },
    });
    expect(written.status()).toBe(200);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const conflict = page.getByRole('alert').filter({ hasText: 'Somebody changed it' });
    await conflict.getByText('Invoice reader of theirs').waitFor();
    await conflict.getByText('Invoice reader of mine').waitFor();
    await conflict.getByRole('button', { name: 'Save mine over it' }).click();
    await page.getByRole('heading', { name: 'Invoice reader of mine' }).waitFor();
  }, 120_000);

  test('roles are assigned', async () => {
    await open('/acme-ltd/systems/invoice-reader/people');
    await page.getByRole('button', { name: 'Change roles' }).click();
    const custodian = page.getByRole('combobox', { name: 'Data Custodian' });
    await custodian.fill('nobody@example.org');
    await custodian.press('Enter');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('is no member of the organisation').waitFor();
    await custodian.press('Backspace');
    await custodian.fill('ada@example.org');
    await custodian.press('Enter');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('button', { name: 'Change roles' }).waitFor();
    expect(await page.getByText('ada@example.org').count()).toBe(2);
  });

  test('nothing threw on the way', () => {
    expect(failures).toEqual([]);
  });
});
