/**
 * What opening the console costs a browser, and how quick the inventory's graph is with 5,000 assets.
 *
 *     npx tsx bench/console.ts
 */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { openBrowser, settled, setUpConsole, startConsole } from '../tests/run-console.ts';

const ASSETS = 5000;
const LIMITS = { scriptBytes: 300 * 1024, paint: 1500, interaction: 100 };

const running = await startConsole();
const browser = await openBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await setUpConsole(page, running);
  await page.getByRole('button', { name: 'Load the three example systems' }).click();
  await page.getByRole('link', { name: 'Systems', exact: true }).waitFor();
  await page.getByRole('heading', { name: 'Systems by phase' }).waitFor();

  const context = await browser.newContext({
    storageState: await page.context().storageState(),
    viewport: { width: 1440, height: 900 },
  });
  const fresh = await context.newPage();
  const scripts = new Map<string, number>();
  fresh.on('response', async (response) => {
    if (!response.url().endsWith('.js')) return;
    const sizes = await response.request().sizes();
    scripts.set(response.url(), sizes.responseBodySize);
  });
  await fresh.addInitScript({
    content:
      "window.paint = 0; new PerformanceObserver((list) => { for (const e of list.getEntries()) window.paint = e.startTime; }).observe({ type: 'largest-contentful-paint', buffered: true });",
  });
  await fresh.goto(`${running.url}/acme-ltd`);
  await settled(fresh);
  await fresh.waitForTimeout(500);
  const bytes = [...scripts.values()].reduce((sum, size) => sum + size, 0);
  const paint = Number(await fresh.evaluate('window.paint'));

  const graph = await context.newPage();
  await graph.route('**/api/**/lindenhof-support-chatbot/inventory', (route) =>
    route.fulfill({ json: inventory() }),
  );
  await graph.goto(`${running.url}/acme-ltd/systems/lindenhof-support-chatbot/inventory`);
  await graph.locator('.react-flow__pane').waitFor({ timeout: 60_000 });
  await graph.waitForTimeout(1000);
  await graph.evaluate(
    "window.slow = []; new PerformanceObserver((list) => { for (const e of list.getEntries()) window.slow.push(e.duration); }).observe({ type: 'event', durationThreshold: 16 }); window.frames = []; let last = performance.now(); const tick = (now) => { window.frames.push(now - last); last = now; requestAnimationFrame(tick); }; requestAnimationFrame(tick);",
  );
  const pane = await graph.locator('.react-flow__pane').boundingBox();
  if (!pane) throw new Error('There is no graph.');
  const [x, y] = [pane.x + pane.width / 2, pane.y + pane.height / 2];
  const steps: [string, () => Promise<void>][] = [
    ['pan near', () => drag(x, y)],
    ['zoom out', () => wheel(400)],
    ['pan far', () => drag(x, y)],
    ['zoom in', () => wheel(-400)],
    ['pick', () => graph.mouse.click(x, y)],
  ];
  const worst: Record<string, number> = {};
  for (const [name, act] of steps) {
    await graph.evaluate('window.frames.length = 0');
    await act();
    await graph.waitForTimeout(300);
    const frames = z.array(z.number()).parse(await graph.evaluate('window.frames'));
    worst[name] = Math.round(Math.max(...frames));
  }
  const events = z.array(z.number()).parse(await graph.evaluate('window.slow'));

  async function drag(fromX: number, fromY: number): Promise<void> {
    await graph.mouse.move(fromX, fromY);
    await graph.mouse.down();
    for (let n = 1; n <= 30; n++) await graph.mouse.move(fromX - 12 * n, fromY - 6 * n);
    await graph.mouse.up();
  }
  async function wheel(by: number): Promise<void> {
    for (let n = 0; n < 12; n++) await graph.mouse.wheel(0, by / 4);
  }

  const said = [
    ['initial JavaScript, compressed (kB)', bytes / 1024, LIMITS.scriptBytes / 1024],
    ['largest contentful paint (ms)', paint, LIMITS.paint],
    [`${ASSETS} assets: slowest event to next paint (ms)`, Math.max(0, ...events), LIMITS.interaction],
  ] as const;
  for (const [what, value, limit] of said)
    console.log(
      `${what}: ${Math.round(value)} (at most ${Math.round(limit)})${value > limit ? '  TOO MUCH' : ''}`,
    );
  console.log(`${ASSETS} assets: longest frame while (ms): ${JSON.stringify(worst)}`);
  if (said.some(([, value, limit]) => value > limit)) process.exitCode = 1;
} finally {
  await browser.close();
  await running.stop();
}

/** One application over many components, models and data sets, as a large repository has them. */
function inventory() {
  const kinds = ['component', 'component', 'component', 'model', 'dataset', 'prompt', 'tool', 'service'];
  const assets = Array.from({ length: ASSETS }, (_, n) => {
    const kind = n < 20 ? 'agent' : (kinds[n % kinds.length] ?? 'component');
    return {
      id: `${kind}:asset-${n}`,
      kind,
      name: `asset-${n}`,
      state: n % 3 === 0 ? 'shadow' : 'approved',
      ...(n % 2 === 0 ? { owner: 'ada@example.org' } : {}),
      ...(n % 4 === 0 ? { digest: `sha256:${randomBytes(32).toString('hex')}` } : {}),
      locations: [{ path: `src/part-${n % 200}.py`, line: 1 }],
    };
  });
  const edges = assets
    .slice(20)
    .flatMap(({ id }, n) =>
      n % 5 === 4
        ? []
        : [
            { from: assets[n % 20]?.id ?? '', to: id, kind: 'depends_on' },
            ...(n % 3 === 0
              ? [{ from: id, to: assets[20 + ((n * 7) % 4000)]?.id ?? '', kind: 'calls' }]
              : []),
          ],
    );
  return { confirmed: true, assets, edges, vanished: [] };
}
