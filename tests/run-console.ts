/** The built service with its console, on the embedded store in a folder of its own, and a browser before it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { BUNDLE } from './run-cli.ts';

export const CHROMIUM = '/usr/bin/chromium';
export const hasChromium = existsSync(CHROMIUM);

export interface RunningConsole {
  readonly url: string;
  /** The link for the first administrator. */
  readonly setUpUrl: string;
  stop(): Promise<void>;
}

export const ADMINISTRATOR = {
  name: 'Ada Example',
  email: 'ada@example.org',
  password: 'correct horse battery',
  organisation: 'Acme Ltd.',
};

export async function startConsole(
  host = '127.0.0.1',
  environment: NodeJS.ProcessEnv = {},
): Promise<RunningConsole> {
  const home = mkdtempSync(join(tmpdir(), 'custos-console-'));
  const port = await freePort();
  const child = spawn(process.execPath, [BUNDLE, 'up'], {
    env: {
      PATH: process.env.PATH,
      HOME: home,
      CUSTOS_DATA_DIR: join(home, 'data'),
      CUSTOS_PORT: String(port),
      CUSTOS_BASE_URL: `http://${host}:${port}`,
      NO_COLOR: '1',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return {
    url: `http://${host}:${port}`,
    setUpUrl: await linkOf(child),
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function linkOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (chunk: Buffer) => {
      said += chunk;
      const link = /https?:\S+set-up#\S+/.exec(said)?.[0];
      if (link !== undefined) resolve(link);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', (code) => reject(new Error(`custos up ended with ${code}: ${said}`)));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
}

/** Fills the set-up form and begins; one click. */
export async function setUpConsole(page: Page, running: RunningConsole): Promise<void> {
  await page.goto(running.setUpUrl);
  await page.getByLabel('Your name').fill(ADMINISTRATOR.name);
  await page.getByLabel('E-mail').fill(ADMINISTRATOR.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(ADMINISTRATOR.password);
  await page.getByLabel('Organisation').fill(ADMINISTRATOR.organisation);
  await page.getByRole('button', { name: 'Begin' }).click();
}

/** Everything has arrived: there is a heading, and for a while no placeholder. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  for (let calm = 0; calm < 3; calm++) {
    await page.waitForTimeout(100);
    const waiting = page.locator('.mantine-Skeleton-root:visible, .mantine-Loader-root:visible');
    if ((await waiting.count()) > 0) {
      await waiting.first().waitFor({ state: 'hidden' });
      calm = 0;
    }
  }
}
