/** axe-core in a real browser, in light and dark, wide and narrow. Skipped where there is no chromium. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { assessmentFixture, contextFixture, hostileFixture } from './fixture.ts';
import { renderHtml } from './index.ts';

const CHROMIUM = '/usr/bin/chromium';
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const Found = z.array(z.object({ id: z.string(), nodes: z.array(z.string()) }));

describe.skipIf(!existsSync(CHROMIUM))(`accessibility (needs ${CHROMIUM})`, () => {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const hostile = hostileFixture();
  const pages = {
    usual: renderHtml(assessmentFixture(), contextFixture()),
    hostile: renderHtml(hostile.assessment, hostile.context),
  };
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterAll(async () => browser?.close());

  async function violations(html: string, colorScheme: 'light' | 'dark', width: number) {
    const context = await browser.newContext({
      colorScheme,
      bypassCSP: true,
      viewport: { width, height: 900 },
    });
    const page = await context.newPage();
    await page.setContent(html);
    await page.evaluate(axe);
    const found = await page.evaluate(
      `axe.run(document, { runOnly: ${JSON.stringify(TAGS)} }).then((r) => r.violations.map((v) => ({ id: v.id, nodes: v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200)) })))`,
    );
    await context.close();
    return Found.parse(found);
  }

  it.each([
    ['usual', 'light', 1280],
    ['usual', 'dark', 1280],
    ['usual', 'light', 360],
    ['hostile', 'dark', 1280],
  ] as const)('%s report in %s at %i pixels has no violation', async (name, scheme, width) => {
    expect(await violations(pages[name], scheme, width)).toEqual([]);
  });

  it('finds a planted violation', async () => {
    const broken = pages.usual.replace('</main>', '<img src="data:,"></main>');
    expect((await violations(broken, 'light', 1280)).map((found) => found.id)).toContain('image-alt');
  });
});
