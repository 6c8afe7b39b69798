/** Where the console leads, and what it asks in somebody's name, in a real Chromium against the built service. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

describe.skipIf(!hasChromium)(`console (needs ${CHROMIUM})`, () => {
  let running: RunningConsole;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    running = await startConsole();
    browser = await openBrowser();
    page = await browser.newPage({ bypassCSP: true });
    page.setDefaultTimeout(15_000);
    await setUpConsole(page, running);
    await page.waitForURL(/acme-ltd/);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await running?.stop();
  });

  test('around a report without a name nothing of one’s own is asked', async () => {
    const asked: string[] = [];
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.startsWith('/api/')) asked.push(`${request.method()} ${pathname}`);
    });
    await page.goto(`${running.url}/acme-ltd/report-a-risk`);
    await settled(page);
    await page.getByLabel('What is it about?').fill('The assistant tells prices');
    await page.getByLabel('What did you see?').fill('It told me the purchase prices of a supplier.');
    await page.getByRole('checkbox', { name: 'Report without my name' }).check();
    await page.getByRole('button', { name: 'Send the report' }).click();
    await page.getByText('Keep this code.').waitFor();
    // What would follow comes at once.
    await page.waitForTimeout(1500);
    expect(asked.at(-1)).toBe('POST /api/v1/public/organisations/acme-ltd/risk-reports');
    expect(asked.filter((one) => one.includes('/mine'))).toEqual([]);

    await page.getByRole('button', { name: 'Show my reports' }).click();
    await page.getByText('You made none under your name.').waitFor();
    expect(asked.at(-1)).toBe('GET /api/v1/organisations/acme-ltd/risk-reports/mine');
  });

  test('the inbox shows the open report, and closed ones apart', async () => {
    await page.goto(`${running.url}/acme-ltd/risk-reports`);
    const report = page.getByRole('button', { name: /The assistant tells prices/ });
    await report.waitFor();
    await page.getByText('Closed', { exact: true }).click();
    await page.getByText('No report is closed yet.').waitFor();
    expect(await report.count()).toBe(0);
  });

  test.each(['service', 'report-a-risk', 'risk-reports'])(
    '%s: no accessibility violation, and names of buttons hold what they show',
    async (path) => {
      await page.goto(`${running.url}/acme-ltd/${path}`);
      await settled(page);
      const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
      await page.evaluate(axe);
      const found = await page.evaluate(
        "axe.run(document, { rules: { 'label-content-name-mismatch': { enabled: true } } }).then((r) => ({ wrong: r.violations.flatMap((v) => v.nodes.map((n) => v.id + ' ' + n.html)), checked: r.passes.some((p) => p.id === 'color-contrast') }))",
      );
      expect(found).toEqual({ wrong: [], checked: true });
    },
  );

  test.each(['/\t/evil.invalid/', '/\n/evil.invalid/', '//evil.invalid/', '/\\evil.invalid/'])(
    'after signing in with ?to=%j one is at home',
    async (to) => {
      const context = await browser.newContext();
      const stranger = await context.newPage();
      stranger.setDefaultTimeout(15_000);
      await stranger.goto(`${running.url}/sign-in?to=${encodeURIComponent(to)}`);
      await stranger.getByLabel('E-mail').fill(ADMINISTRATOR.email);
      await stranger.getByRole('textbox', { name: 'Password' }).fill(ADMINISTRATOR.password);
      await stranger.getByRole('button', { name: 'Sign in', exact: true }).click();
      await stranger.waitForURL(`${running.url}/acme-ltd`);
      await context.close();
    },
  );
});
