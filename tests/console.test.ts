/** The console in a real Chromium, against the built service. Skipped where there is no chromium. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
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

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const Found = z.array(z.object({ id: z.string(), nodes: z.array(z.string()) }));
const PICTURES = fileURLToPath(new URL('../docs/console/', import.meta.url));
const SYSTEM = '/acme-ltd/systems/lindenhof-support-chatbot';

/** Addresses within the organisation, by the name of their picture. Those in the navigation are added when it is read. */
const ADDRESSES: Readonly<Record<string, string>> = {
  home: '/acme-ltd',
  systems: '/acme-ltd/systems',
  'new-system': '/acme-ltd/new-system',
  board: `${SYSTEM}/board`,
  'board-filtered': `${SYSTEM}/board?verdict=fail&norm=shall`,
  inventory: `${SYSTEM}/inventory`,
  'inventory-list': `${SYSTEM}/inventory?view=list`,
  triage: `${SYSTEM}/triage`,
  components: `${SYSTEM}/components`,
  ledger: `${SYSTEM}/ledger`,
  audit: `${SYSTEM}/audit?seed=spring`,
  'public-page-of-system': `${SYSTEM}/public-page`,
  'look-back-of-a-source': '/acme-ltd/look-back?source=lindenhof',
  findings: `${SYSTEM}/findings`,
  unknowns: `${SYSTEM}/unknowns`,
  applicability: `${SYSTEM}/applicability`,
  ixit: `${SYSTEM}/ixit`,
  evidence: `${SYSTEM}/evidence`,
  history: `${SYSTEM}/history?replay=1`,
  declaration: `${SYSTEM}/declaration`,
  people: `${SYSTEM}/people`,
  'system-not-found': '/acme-ltd/systems/no-such-system/board',
};

describe.skipIf(!hasChromium)(`console (needs ${CHROMIUM})`, () => {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  let running: RunningConsole;
  let browser: Browser;
  let session: Awaited<ReturnType<BrowserContext['storageState']>>;
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
    session = await page.context().storageState();
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

  async function violations(look: Page): Promise<z.infer<typeof Found>> {
    await look.evaluate(axe);
    return Found.parse(
      await look.evaluate(
        `axe.run(document, { runOnly: ${JSON.stringify(TAGS)} }).then((r) => r.violations.map((v) => ({ id: v.id, nodes: v.nodes.slice(0, 3).map((n) => n.html.slice(0, 240)) })))`,
      ),
    );
  }

  async function addresses(): Promise<[string, string][]> {
    await open('/acme-ltd');
    const links = z
      .array(z.string())
      .parse(
        await page.evaluate(
          "[...document.querySelectorAll('nav[aria-label=\"Main\"] a')].map((a) => a.getAttribute('href'))",
        ),
      );
    const known = new Set(Object.values(ADDRESSES));
    const more = links
      .filter((href) => !known.has(href))
      .map((href): [string, string] => [
        href.replace(/^\/acme-ltd\//, '').replaceAll(/[^a-z0-9]+/g, '-'),
        href,
      ]);
    return [...Object.entries(ADDRESSES), ...more];
  }

  describe.each([
    ['light', 1440],
    ['dark', 1440],
    ['light', 390],
    ['dark', 390],
  ] as const)('%s at %i pixels', (colorScheme, width) => {
    test('no page has an accessibility violation, runs over sideways, or throws', async () => {
      const context = await browser.newContext({
        colorScheme,
        bypassCSP: true,
        storageState: session,
        reducedMotion: 'reduce',
        viewport: { width, height: width === 390 ? 844 : 900 },
      });
      const look = await context.newPage();
      look.on('pageerror', (error) => failures.push(`${look.url()}: ${error.message}`));
      const found: Record<string, unknown> = {};
      for (const [name, path] of await addresses()) {
        await look.goto(running.url + path);
        await settled(look);
        const wrong = await violations(look);
        if (wrong.length > 0) found[name] = wrong;
        const wide = Number(await look.evaluate('document.documentElement.scrollWidth'));
        if (wide > width) found[`${name} sideways`] = wide;
        if (process.env.CUSTOS_SCREENSHOTS) {
          mkdirSync(PICTURES, { recursive: true });
          await look.screenshot({ path: `${PICTURES}${name}-${width}-${colorScheme}.png` });
        }
      }
      // What opens over a page.
      for (const [name, path] of [
        ['why', `${SYSTEM}/board?duty=5.2.1-1%2Fa`],
        ['asset', `${SYSTEM}/inventory?view=list&asset=${await firstAsset()}`],
      ] as const) {
        await look.goto(running.url + path);
        await look.getByRole('dialog').waitFor();
        await settled(look);
        const wrong = await violations(look);
        if (wrong.length > 0) found[name] = wrong;
        if (process.env.CUSTOS_SCREENSHOTS)
          await look.screenshot({ path: `${PICTURES}${name}-${width}-${colorScheme}.png` });
      }
      await context.close();
      expect(found).toEqual({});
      expect(failures).toEqual([]);
    }, 600_000);
  });

  async function firstAsset(): Promise<string> {
    const response = await page.request.get(
      `${running.url}/api/v1/organisations/acme-ltd/systems/lindenhof-support-chatbot/inventory`,
    );
    const { assets } = z
      .object({ assets: z.array(z.object({ id: z.string() })) })
      .parse(await response.json());
    return encodeURIComponent(assets[0]?.id ?? '');
  }

  test('finds a planted violation', async () => {
    const context = await browser.newContext({ bypassCSP: true, storageState: session });
    const look = await context.newPage();
    await look.goto(`${running.url}/acme-ltd`);
    await settled(look);
    await look.evaluate("document.querySelector('main').append(document.createElement('img'))");
    expect((await violations(look)).map(({ id }) => id)).toContain('image-alt');
    await context.close();
  });
});
