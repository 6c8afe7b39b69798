/** axe-core on the page of justifications, in a real browser. Skipped where there is no chromium. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Asset } from '@custos/core';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { buildJustificationPage } from './page.ts';
import type { ComponentState } from './register.ts';

const CHROMIUM = '/usr/bin/chromium';
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const Found = z.array(z.object({ id: z.string() }));

function state(name: string, justified: boolean): ComponentState {
  const asset: Asset = {
    id: `model:${name}`,
    kind: 'model',
    name,
    origin: 'external',
    version: '1',
    locations: [],
  };
  const content = {
    component: asset.id,
    rationale: 'Nothing else does what this one does',
    controls: ['CTL-1'],
  };
  return {
    asset,
    poor: true,
    score: {
      component: asset.id,
      documentation: 0,
      security: 0,
      parts: { licence: false },
      reasons: { licence: 'none' },
    },
    justification: justified
      ? { id: `sha256:${'ab'.repeat(32)}`, content, at: '2026-06-01T00:00:00Z', until: undefined }
      : undefined,
    assessment: undefined,
    approved: false,
    why: {},
  };
}

describe.skipIf(!existsSync(CHROMIUM))(`accessibility (needs ${CHROMIUM})`, () => {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterAll(async () => browser?.close());

  it.each([
    ['light', 1280],
    ['dark', 360],
  ] as const)('in %s at %i pixels there is no violation', async (colorScheme, width) => {
    const states = [state('a', true), state(`${'long'.repeat(60)}`, false)];
    const { files } = buildJustificationPage({ id: 's', name: 'System' }, states, '2026-06-01T00:00:00Z');
    const context = await browser.newContext({
      colorScheme,
      bypassCSP: true,
      viewport: { width, height: 900 },
    });
    const page = await context.newPage();
    await page.setContent(files.get('index.html') ?? '');
    await page.evaluate(axe);
    const found = await page.evaluate(
      `axe.run(document, { runOnly: ${JSON.stringify(TAGS)} }).then((r) => r.violations.map(({ id }) => ({ id })))`,
    );
    expect(Found.parse(found)).toEqual([]);
    await context.close();
  });
});
