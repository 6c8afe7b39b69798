/**
 * Every page of the console in a real Chromium: no accessibility violation, nothing that runs over sideways, nothing that throws.
 * With CUSTOS_SCREENSHOTS=1 it makes the pictures in docs/console.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { signInWithPassword, urlOf } from '@custos/contract';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Mailbox, openMailbox } from '../packages/server/src/testing/mailbox.ts';
import { type ConsolePage, consolePages, REDIRECTS } from './console-pages.ts';
import { fillConsole, type Name, PEOPLE } from './console-world.ts';
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
const LOOKS = [
  ['light', 1440],
  ['dark', 1440],
  ['light', 390],
  ['dark', 390],
] as const;

describe.skipIf(!hasChromium)(`pages of the console (needs ${CHROMIUM})`, () => {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const sessions = new Map<Name, BrowserContextOptions['storageState']>();
  let mailbox: Mailbox;
  let running: RunningConsole;
  let browser: Browser;
  let pages: ConsolePage[];

  beforeAll(async () => {
    mailbox = await openMailbox();
    running = await startConsole('127.0.0.1', {
      CUSTOS_SMTP_URL: mailbox.url,
      CUSTOS_MAIL_FROM: 'custos@example.org',
    });
    browser = await openBrowser();
    const first = await browser.newPage();
    await setUpConsole(first, running);
    await first.waitForURL(/acme-ltd/);
    await first.close();
    pages = consolePages(await fillConsole(running, mailbox));
    for (const name of ['administrator', 'developer', 'operator', 'auditor', 'guest'] as const)
      sessions.set(name, await sessionOf(name));
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await running?.stop();
    await mailbox?.close();
  });

  async function sessionOf(name: Name): Promise<BrowserContextOptions['storageState']> {
    const context = await browser.newContext();
    const { email, password } = PEOPLE[name];
    const { url } = running;
    const answer = await context.request.post(url + urlOf(signInWithPassword, {}), {
      headers: { origin: url },
      data: { email, password },
    });
    expect(answer.status(), name).toBe(200);
    const state = await context.storageState();
    await context.close();
    return state;
  }

  async function violations(page: Page): Promise<z.infer<typeof Found>> {
    await page.evaluate(axe);
    return Found.parse(
      await page.evaluate(
        `axe.run(document, { runOnly: ${JSON.stringify(TAGS)} }).then((r) => r.violations.map((v) => ({ id: v.id, nodes: v.nodes.slice(0, 3).map((n) => n.html.slice(0, 240)) })))`,
      ),
    );
  }

  test('each page that the router knows is looked at', async () => {
    const file = new URL('../packages/web/src/router.tsx', import.meta.url).href;
    const { router } = z
      .object({ router: z.object({ routesByPath: z.record(z.string(), z.unknown()) }) })
      .parse(await import(/* @vite-ignore */ file));
    const looked = new Set([...pages.map(({ route }) => route), ...REDIRECTS]);
    looked.delete('server');
    expect([...looked].sort()).toEqual(Object.keys(router.routesByPath).sort());
  });

  test.each(LOOKS)(
    '%s at %i pixels',
    async (colorScheme, width) => {
      const found: Record<string, unknown> = {};
      for (const who of new Set(pages.map(({ as }) => as))) {
        const storageState = who === null ? undefined : sessions.get(who ?? 'administrator');
        const context = await browser.newContext({
          colorScheme,
          bypassCSP: true,
          reducedMotion: 'reduce',
          viewport: { width, height: width === 390 ? 844 : 900 },
          ...(storageState ? { storageState } : {}),
        });
        for (const one of pages.filter(({ as }) => as === who))
          await lookAt(await context.newPage(), one, `${width}-${colorScheme}`, found);
        await context.close();
      }
      expect(found).toEqual({});
    },
    900_000,
  );

  async function lookAt(
    page: Page,
    { name, path, act }: ConsolePage,
    look: string,
    found: Record<string, unknown>,
  ): Promise<void> {
    page.on('pageerror', ({ message }) => {
      found[`${name} throws`] = message;
    });
    await page.goto(running.url + path);
    await settled(page);
    await act?.(page);
    await settled(page);
    const wrong = await violations(page);
    if (wrong.length > 0) found[name] = wrong;
    const wide = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
    if (Number(wide) > 0) found[`${name} sideways`] = wide;
    if (process.env.CUSTOS_SCREENSHOTS) await page.screenshot({ path: `${PICTURES}${name}-${look}.png` });
    await page.close();
  }

  test('finds a planted violation', async () => {
    const context = await browser.newContext({ bypassCSP: true });
    const page = await context.newPage();
    await page.goto(`${running.url}/sign-in`);
    await settled(page);
    await page.evaluate("document.querySelector('main').append(document.createElement('img'))");
    expect((await violations(page)).map(({ id }) => id)).toContain('image-alt');
    await context.close();
  });
});
