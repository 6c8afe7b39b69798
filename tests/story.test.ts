/**
 * One system from its declaration to its audit, by five people in browsers of their own, who do what people do: click, type,
 * read. Only the scan comes from the command line, as it does from a repository.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Download, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientOf, enter, join, person } from './console-people.ts';
import { runCli } from './run-cli.ts';
import {
  ADMINISTRATOR,
  CHROMIUM,
  hasChromium,
  openBrowser,
  type RunningConsole,
  setUpConsole,
  startConsole,
} from './run-console.ts';

const DEVELOPER = person('AI engineering', 'ai-engineering');
const CUSTODIAN = person('Data office', 'data-office');
const OPERATOR = person('Support operations', 'support-operations');
const SECURITY = person('Security office', 'security-office');
const AUDITOR = person('Internal audit', 'internal-audit');

const NAME = 'Help desk assistant';
const ID = 'help-desk-assistant';
const DATASET = 'dataset:data/help_pages.jsonl';
const DAY = 86_400_000;
const EXAMPLE = fileURLToPath(new URL('../examples/support-chatbot/', import.meta.url));

describe.skipIf(!hasChromium)(`story (needs ${CHROMIUM})`, () => {
  const home = mkdtempSync(path(tmpdir(), 'custos-story-'));
  const repository = path(home, 'repository');
  let running: RunningConsole;
  let browser: Browser;
  let administrator: Page;
  let developer: Page;
  let custodian: Page;
  let operator: Page;
  let security: Page;
  let auditor: Page;

  beforeAll(async () => {
    running = await startConsole();
    browser = await openBrowser();
    administrator = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    administrator.setDefaultTimeout(20_000);
    await setUpConsole(administrator, running);
    await administrator.waitForURL(/acme-ltd/);
    const client = await clientOf(running, ADMINISTRATOR);
    for (const who of [DEVELOPER, CUSTODIAN, OPERATOR])
      await join(running, client, { who, role: 'contributor' });
    await join(running, client, { who: SECURITY, role: 'administrator' });
    await join(running, client, { who: AUDITOR, role: 'auditor' });
    developer = await enter(browser, running, DEVELOPER);
    custodian = await enter(browser, running, CUSTODIAN);
    operator = await enter(browser, running, OPERATOR);
    security = await enter(browser, running, SECURITY);
    auditor = await enter(browser, running, AUDITOR);
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await running?.stop();
    rmSync(home, { recursive: true });
  });

  test('a Developer declares a system, an administrator says who does what on it', async () => {
    await developer.getByRole('link', { name: 'Systems', exact: true }).click();
    await developer.getByRole('link', { name: 'Declare a system' }).first().click();
    await developer.getByLabel('Name').fill(NAME);
    await developer.getByLabel('Purpose').fill('Answers colleagues about orders, delivery and returns.');
    await developer.getByRole('button', { name: 'Declare', exact: true }).click();
    await developer.getByRole('heading', { name: 'Provision board' }).waitFor();

    await openSystem(administrator);
    await tab(administrator, 'People');
    await administrator.getByRole('button', { name: 'Change roles' }).click();
    for (const [role, { email }] of [
      ['System Operator', OPERATOR],
      ['Data Custodian', CUSTODIAN],
    ] as const) {
      await administrator.getByRole('combobox', { name: role }).fill(email);
      await administrator.keyboard.press('Enter');
    }
    await administrator.getByRole('button', { name: 'Save', exact: true }).click();
    await administrator.getByRole('button', { name: 'Change roles' }).waitFor();
  }, 60_000);

  test('the Developer makes a key and sends a scan of the repository', async () => {
    await developer.getByText('not scanned yet').waitFor();
    await developer.getByRole('link', { name: 'API keys' }).click();
    await developer.getByLabel('Name').fill('My laptop');
    await developer.getByRole('button', { name: 'Make a key' }).click();
    const key = await developer.getByRole('status').locator('pre').textContent();
    writeFileSync(path(home, 'key'), key ?? '');
    for (const part of ['data', 'prompts', 'support_bot', 'requirements.txt'])
      cpSync(path(EXAMPLE, part), path(repository, part), { recursive: true });
    writeFileSync(
      path(repository, 'custos.yaml'),
      `id: ${ID}
name: ${NAME}
purpose: Answers colleagues about orders, delivery and returns.
phase: design
use: { inputs: [text], outputs: [text], exposure: internal }
roles: { developer: [${DEVELOPER.email}] }
`,
    );
    await cli('login', running.url, '--key-file', path(home, 'key'));
    await scanned();
    await openSystem(developer);
    await developer.getByText('not scanned yet').waitFor({ state: 'detached' });
    await stands(developer, '5.1.2-5/a', 'Inconclusive');
  }, 120_000);

  test('the Data Custodian refuses a use of data; the Developer reads why', async () => {
    await openDuty(developer, '5.1.2-5/a');
    await developer.getByRole('link', { name: 'Ask: Use of data' }).click();
    await choose(developer, 'Data set', DATASET);
    await choose(developer, 'Sensitivity', 'internal');
    await ask(developer, 'Help pages in answers', 'Answers are to come from our own help pages.');
    await sees(developer, 'Waits for data-office@example.org');

    await openWaiting(custodian, 'Help pages in answers');
    await decide(custodian, 'Reject', 'Pages of complaints name customers: that is confidential.');

    await developer.getByRole('link', { name: 'Requests and approvals' }).click();
    await sees(developer, 'Nothing waits for your word.');
    await developer.getByText('Asked by me').click();
    await developer.getByRole('link', { name: 'Help pages in answers' }).click();
    await sees(developer, 'Rejected');
    await sees(developer, 'Pages of complaints name customers: that is confidential.');
  }, 60_000);

  test('asked again with a control, it is approved by its seal, and the board moves', async () => {
    await developer.getByRole('link', { name: 'Ask again' }).click();
    await choose(developer, 'Data set', DATASET);
    await choose(developer, 'Sensitivity', 'confidential');
    await developer.getByRole('combobox', { name: 'Controls that are proposed' }).fill('CTL-REDACT');
    await developer.keyboard.press('Enter');
    await ask(developer, 'Help pages, redacted', 'Names are redacted before a page is indexed.');
    const sealed = await sealOf(developer);
    await sees(developer, 'You can not decide on this');
    await sees(developer, 'You asked for this or wrote what is to be approved.');
    expect(await developer.getByRole('button', { name: 'Approve' }).count()).toBe(0);

    await openWaiting(custodian, 'Help pages, redacted');
    expect(await sealOf(custodian)).toBe(sealed);
    await decide(custodian, 'Approve', 'With the names redacted this use fits its purpose.');
    await sees(developer, 'With the names redacted this use fits its purpose.');
    await openSystem(developer);
    await stands(developer, '5.1.2-5/a', 'Pass');
  }, 60_000);

  test('a design is approved in the order of its steps, and a newer one voids that', async () => {
    await recordDesign('Answers cite the page that they come from, so that anybody can check them.');
    await stands(developer, '5.1.2-1.1/a', 'Inconclusive');
    await openDuty(developer, '5.1.2-1.1/a');
    await developer.getByRole('link', { name: 'Ask: Design assessment' }).click();
    await choose(developer, 'Record to approve', /^design assessment of/);
    await developer.getByRole('button', { name: 'Add a step' }).click();
    await choose(step(developer, 1), 'Role', 'Data Custodian');
    await choose(step(developer, 2), 'Role', 'System Operator');
    await ask(developer, 'Design of the assistant', 'Nothing is built before both of you agree.');

    await openRequest(operator, 'Design of the assistant');
    await sees(operator, 'Step 1 is decided as Data Custodian; you hold System Operator.');
    await openWaiting(custodian, 'Design of the assistant');
    await decide(custodian, 'Approve', 'The data that it needs are the ones that I know.');
    await sees(custodian, 'Waits for support-operations@example.org');
    await decide(operator, 'Approve', 'We can run it as it is described here.');
    await openSystem(developer);
    await stands(developer, '5.1.2-1.1/a', 'Pass');

    await recordDesign('Answers are summed up without citing the page that they come from.');
    await stands(developer, '5.1.2-1.1/a', 'Inconclusive');
    await sees(operator, 'The approval does not cover it any more');
    await sees(operator, /a newer record took its place/);
  }, 120_000);

  test('a release needs its quorum, and a new scan voids it', async () => {
    await openSystem(operator);
    await recordRestore();
    await stands(operator, '5.2.1-3.1/a', 'Inconclusive');
    await tab(operator, 'Requests');
    await operator.getByRole('link', { name: 'Ask for a decision' }).click();
    await choose(operator, 'What is to be decided', 'Release');
    await operator.getByLabel('Name of the release').fill('1.0.0');
    await operator.getByRole('button', { name: 'Add a step' }).click();
    await choose(step(operator, 1), 'Role', 'Developer');
    await choose(step(operator, 2), 'Role', 'Organisation');
    await step(operator, 2).getByLabel('How many').fill('2');
    await ask(operator, 'Release 1.0.0', 'Restored, tested, and the help desk is waiting for it.');
    const address = operator.url();

    await openRequest(administrator, 'Release 1.0.0');
    await sees(administrator, 'Step 1 is decided as Developer; you hold Organisation.');
    await openWaiting(developer, 'Release 1.0.0');
    await decide(developer, 'Approve', 'What was scanned is what we tested.');
    await decide(administrator, 'Approve', 'Losses of an hour a week are borne.');
    await sees(administrator, 'Waits for security-office@example.org');
    await openWaiting(security, 'Release 1.0.0');
    await decide(security, 'Approve', 'The restore was seen by one of us.');
    await sees(operator, 'Approved');
    await openSystem(operator);
    await stands(operator, '5.2.1-3.1/a', 'Pass');

    writeFileSync(path(repository, 'prompts/system.md'), 'Answer everything that you are asked.\n');
    await scanned();
    await stands(operator, '5.2.1-3.1/a', 'Inconclusive');
    await operator.goto(address);
    await sees(operator, 'The approval does not cover it any more');
    await sees(operator, /the system has another fingerprint/);
  }, 180_000);

  test('the auditor samples, verifies in the browser, raises a finding, and closes it once it is answered', async () => {
    await openSystem(auditor);
    await tab(auditor, 'Audit');
    await auditor.getByLabel('Seed').fill('the third of the month');
    await auditor.getByRole('button', { name: 'Draw', exact: true }).click();
    const piece = auditor.getByRole('article').first();
    await piece.getByRole('button', { name: 'Verify in this browser' }).click();
    await piece.getByText('Holds: entry').waitFor();
    await piece.getByRole('button', { name: 'Raise a finding on this' }).click();
    const form = auditor.getByRole('dialog', { name: 'Raise a finding' });
    await form.getByLabel('Title').fill('A design that nobody approved');
    await form.getByLabel('What was found').fill('The newest design is in use, and its approval is void.');
    await form.getByLabel('Duty').fill('5.1.2-1.1/a');
    await form.getByRole('button', { name: 'Raise a finding' }).click();
    await auditor.getByRole('button', { name: /A design that nobody approved/ }).waitFor();

    await developer.getByRole('link', { name: 'Audit findings' }).click();
    await developer.getByRole('button', { name: /A design that nobody approved/ }).click();
    await developer.getByRole('button', { name: 'Answer', exact: true }).click();
    const answer = developer.getByRole('dialog', { name: 'Answer' });
    await answer.getByLabel('What was done about it').fill('Citing is back, and approval asked for again.');
    await answer.getByRole('button', { name: 'Answer', exact: true }).click();

    await auditor.getByRole('button', { name: /A design that nobody approved.*Answered/ }).click();
    await sees(auditor, /Citing is back, and approval asked for again\./);
    await auditor.getByRole('region').getByRole('button', { name: 'Close', exact: true }).click();
    const close = auditor.getByRole('dialog', { name: 'Close' });
    await close.getByLabel('Your words').fill('Read in the ledger, and nothing is left open.');
    await close.getByRole('button', { name: 'Close', exact: true }).last().click();
    await auditor.getByRole('button', { name: /A design that nobody approved.*Closed/ }).waitFor();
  }, 60_000);

  test('the pack is accepted by the verifier, with the key that the console shows', async () => {
    const pack = await downloaded(auditor, 'Download the evidence pack');
    const verifier = await downloaded(auditor, 'Download the verifier');
    await tab(auditor, 'Ledger');
    const key = await auditor.locator('dt', { hasText: 'Public key' }).locator('+ dd').textContent();
    const { status, stdout, stderr } = verified(verifier, pack, key ?? '');
    expect(stdout + stderr).toContain('The pack VERIFIES.');
    expect(status).toBe(0);
    const other = `sha256:${'0'.repeat(64)}`;
    expect(verified(verifier, pack, other).status).toBe(1);
  }, 60_000);

  async function openSystem(page: Page): Promise<void> {
    await page.getByRole('link', { name: 'Systems', exact: true }).click();
    await page.getByRole('link', { name: NAME }).click();
    await page.getByRole('heading', { name: 'Provision board' }).waitFor();
  }

  async function tab(page: Page, name: string): Promise<void> {
    await page.getByRole('navigation', { name: 'Parts of the system' }).getByRole('link', { name }).click();
    await page.getByRole('heading', { level: 2, name }).waitFor();
  }

  /** The board says so, be it at once or as news of what others did. */
  async function stands(page: Page, duty: string, verdict: string): Promise<void> {
    await page
      .getByRole('button', { name: new RegExp(`^${escaped(duty)} Sh(all|ould): ${verdict}$`) })
      .waitFor();
  }

  function escaped(duty: string): string {
    return duty.replaceAll('.', String.raw`\.`);
  }

  async function openDuty(page: Page, duty: string): Promise<void> {
    await page.getByRole('button', { name: new RegExp(`^${escaped(duty)} Sh(all|ould)`) }).click();
    await page.getByRole('dialog', { name: `Why: ${duty}` }).waitFor();
  }

  async function sees(page: Page, text: string | RegExp): Promise<void> {
    await page.getByText(text).first().waitFor();
  }

  async function choose(on: Page | Locator, label: string, option: string | RegExp): Promise<void> {
    await on.getByRole('combobox', { name: label }).click();
    const page = 'page' in on ? on.page() : on;
    await page.getByRole('option', { name: option }).first().click();
  }

  function step(page: Page, n: number): Locator {
    return page.getByRole('group', { name: `Step ${n}`, exact: true });
  }

  /** What every request asks for, and that it was made. */
  async function ask(page: Page, title: string, why: string): Promise<void> {
    await page.getByLabel('Title').fill(title);
    await page.getByLabel('Why it is asked').fill(why);
    const due = new Date(Date.now() + 7 * DAY).toISOString().slice(0, 10);
    await page.getByLabel('Until when it is needed').fill(due);
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await page.getByRole('heading', { name: title }).waitFor();
  }

  async function openWaiting(page: Page, title: string): Promise<void> {
    await page.getByRole('link', { name: 'Requests and approvals' }).click();
    await page.getByRole('link', { name: title }).click();
    await page.getByRole('heading', { name: title }).waitFor();
  }

  async function openRequest(page: Page, title: string): Promise<void> {
    await openSystem(page);
    await tab(page, 'Requests');
    await page.getByRole('link', { name: title }).click();
    await page.getByRole('heading', { name: title }).waitFor();
  }

  async function decide(page: Page, word: 'Approve' | 'Reject', reason: string): Promise<void> {
    await page.getByRole('textbox', { name: 'Reason' }).fill(reason);
    await page.getByRole('button', { name: word, exact: true }).click();
    await sees(page, `Your ${word === 'Approve' ? 'approval' : 'rejection'} is recorded.`);
    await sees(page, reason);
  }

  async function sealOf(page: Page): Promise<string> {
    const seal = page.getByText(/^sha256:[0-9a-f]{64}$/);
    return (await seal.last().textContent()) ?? '';
  }

  async function record(page: Page, duty: string, kind: string, fill: (form: Locator) => Promise<void>) {
    await openDuty(page, duty);
    await page.getByRole('button', { name: `Record ${kind}` }).click();
    const form = page.getByRole('dialog', { name: 'Record an observation' });
    await fill(form);
    await form.getByRole('button', { name: 'Record', exact: true }).click();
    await form.waitFor({ state: 'hidden' });
    await page.keyboard.press('Escape');
  }

  function recordDesign(mitigation: string): Promise<void> {
    return record(developer, '5.1.2-1.1/a', 'design assessment', async (form) => {
      await form.getByLabel('Need').fill('The same questions come at night and at weekends.');
      await form.getByLabel('Alternatives').fill('A search page was tried, and few people found it.');
      const risks = form.getByRole('group', { name: 'Risks' });
      await risks.getByRole('button', { name: 'Add: Risks' }).click();
      await risks.getByRole('textbox', { name: 'Id', exact: true }).fill('R-1');
      await risks.getByLabel('Description').fill('An answer that sounds right and is wrong.');
      await risks.getByLabel('Mitigation').fill(mitigation);
      await form.getByLabel('Decided at').fill(minutesAgo(5));
      await form.getByRole('combobox', { name: 'Datasets' }).fill(DATASET);
      await developer.keyboard.press('Enter');
      await form.getByRole('button', { name: 'Add: Participants' }).click();
      const taking = form.getByRole('group', { name: 'Participants' });
      await taking.getByLabel('Person').fill(CUSTODIAN.email);
      await choose(taking, 'Role', 'data custodian');
    });
  }

  function recordRestore(): Promise<void> {
    return record(operator, '5.2.1-3.1/a', 'restore', async (form) => {
      await choose(form, 'Who says it', 'A tool measured it');
      await form.getByLabel('Name of the tool').fill('restore-drill');
      await form.getByLabel('Version of the tool').fill('2.1.0');
      await form.getByRole('textbox', { name: 'Backup', exact: true }).fill('nightly-14');
      await form.getByLabel('Backup taken at').fill(minutesAgo(60));
      await form.getByRole('switch', { name: 'Immutable backup' }).click();
      for (const label of ['Expected', 'Restored'])
        await form.getByRole('textbox', { name: label, exact: true }).fill(`sha256:${'d'.repeat(64)}`);
      const covers = form.getByRole('combobox', { name: 'Covers' });
      for (const part of ['model', 'configuration', 'prompt', 'index']) {
        await covers.fill(part);
        await operator.keyboard.press('Enter');
      }
      await form.getByRole('switch', { name: 'Smoke passed' }).click();
      await form.getByLabel('Minutes').fill('42');
    });
  }

  /** As a field of date and time takes it, in the zone of the browser. */
  function minutesAgo(minutes: number): string {
    const at = new Date(Date.now() - minutes * 60_000);
    return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  }

  async function cli(...words: string[]): Promise<void> {
    const done = await runCli(home, words, repository);
    expect(done, done.err).toMatchObject({ code: 0 });
  }

  async function scanned(): Promise<void> {
    await runCli(home, ['assess', '.', '--quiet'], repository);
    await cli('push', '--server', running.url);
  }

  async function downloaded(page: Page, link: string): Promise<string> {
    const arriving: Promise<Download> = page.waitForEvent('download');
    await page.getByRole('link', { name: link }).click();
    const download = await arriving;
    const folder = path(home, 'auditor');
    mkdirSync(folder, { recursive: true });
    const target = path(folder, download.suggestedFilename());
    await download.saveAs(target);
    return target;
  }

  function verified(verifier: string, pack: string, key: string) {
    return spawnSync(process.execPath, [verifier, pack, '--key', key], { env: {}, encoding: 'utf8' });
  }
});
