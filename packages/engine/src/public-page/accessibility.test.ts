/** axe-core on the public pages, in a real browser. Skipped where there is no chromium. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PublishedOrganisation, PublishedSystem, renderOrganisationPage, renderSystemPage } from './index.ts';

const CHROMIUM = '/usr/bin/chromium';
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const Found = z.array(z.object({ id: z.string(), where: z.array(z.string()) }));
const LONG = `${'A sentence of some length. '.repeat(6)}\n\n${'Unbroken'.repeat(20)}`;
const AT = '2026-06-01T00:00:00Z';
const ROOT = 'https://custos.example/p/acme';

const organisation = renderOrganisationPage(
  PublishedOrganisation.parse({
    name: 'Acme',
    edition: 1,
    publishedAt: AT,
    page: {
      version: '1',
      scope: LONG,
      aiIssues: LONG,
      reporting: LONG,
      responseTime: LONG,
      safeHarbour: LONG,
      contacts: ['mailto:security@acme.example', 'https://acme.example/report'],
      incidentContact: 'tel:+49-30-1234',
      expires: '2027-01-01T00:00:00Z',
      languages: ['en'],
    },
  }),
  { root: ROOT, systems: [{ id: 'chatbot', name: 'Chatbot' }] },
);

const component = { name: 'model', version: '1', missing: ['licence: none is named'] };
const system = renderSystemPage(
  PublishedSystem.parse({
    organisation: 'Acme',
    system: { id: 'chatbot', name: 'Chatbot' },
    edition: 1,
    publishedAt: AT,
    page: {
      version: '1',
      release: 'R-1',
      purpose: LONG,
      use: LONG,
      management: LONG,
      integration: LONG,
      configuration: LONG,
      prohibited: ['Legal advice'],
      limitations: ['Knows nothing after 2025'],
      failureModes: [],
      dataUse: {
        text: LONG,
        retentionDays: 30,
        storageRegions: 'EU',
        usedForTraining: false,
        humanReview: true,
        subProcessors: 'none',
      },
      hashes: [{ name: 'model.safetensors', digest: `sha256:${'ab'.repeat(32)}` }],
      justifications: true,
      incidentContact: 'mailto:incident@acme.example',
    },
    components: {
      unscored: 1,
      poor: [
        { id: 'model:a', ...component },
        {
          id: 'model:b',
          ...component,
          justification: { id: 'x', rationale: LONG, risk: LONG, controls: ['CTL-1'], at: AT, until: AT },
        },
      ],
    },
  }),
  {
    root: ROOT,
    hasOrganisationPage: true,
    notices: [
      {
        id: `sha256:${'cd'.repeat(32)}`,
        title: 'Update',
        kind: 'security_update',
        audience: 'end_user',
        about: ['CVE-1'],
        description: LONG,
        impact: LONG,
        action: LONG,
        at: AT,
      },
    ],
  },
);

describe.skipIf(!existsSync(CHROMIUM))(`accessibility (needs ${CHROMIUM})`, () => {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterAll(async () => browser?.close());

  const pages = { organisation, system };
  const looks = [
    ['light', 1280],
    ['dark', 360],
  ] as const;
  it.each(
    Object.entries(pages).flatMap(([name, html]) =>
      looks.map(([scheme, width]) => ({ name, html, scheme, width })),
    ),
  )('$name, $scheme, $width pixels: no violation, and nothing wider than the window', async (of) => {
    const context = await browser.newContext({
      colorScheme: of.scheme,
      bypassCSP: true,
      viewport: { width: of.width, height: 900 },
    });
    const page = await context.newPage();
    await page.setContent(of.html);
    await page.evaluate(axe);
    const found = await page.evaluate(
      `axe.run(document, { runOnly: ${JSON.stringify(TAGS)} }).then((r) => r.violations.map(({ id, nodes }) => ({ id, where: nodes.map((n) => n.html) })))`,
    );
    expect(Found.parse(found)).toEqual([]);
    expect(
      await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
    ).toBe(0);
    await context.close();
  });
});
