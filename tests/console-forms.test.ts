/** What somebody types, is told and is offered in the console, in a real Chromium against the built service. */
import {
  acceptInvitation,
  type Client,
  createBulletin,
  createClient,
  createRequest,
  createSystem,
  getSignIn,
  invite,
  setSignIn,
  signInWithPassword,
  updateBulletin,
} from '@custos/contract';
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

const OTHER = { email: 'security-office@example.org', password: 'violet tram under rain' };
const IN = { organisation: 'acme-ltd' };
const SYSTEM = 'invoice-reader';
/** On which the administrator is Developer. */
const MINE = 'price-finder';
const EXAMPLE = 'lindenhof-support-chatbot';
const DAY = 86_400_000;

describe.skipIf(!hasChromium)(`forms of the console (needs ${CHROMIUM})`, () => {
  let running: RunningConsole;
  let browser: Browser;
  let page: Page;
  let other: Client;

  beforeAll(async () => {
    running = await startConsole();
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(10_000);
    await setUpConsole(page, running);
    await page.getByRole('button', { name: 'Load the three example systems' }).click();
    await page.getByRole('heading', { name: 'What needs me now' }).waitFor();
    const administrator = await clientOf(ADMINISTRATOR);
    const { link = '' } = await administrator.call(invite, {
      params: IN,
      body: { person: OTHER.email, role: 'administrator' },
    });
    await createClient({ baseUrl: running.url, headers: { origin: running.url } }).call(acceptInvitation, {
      body: { token: new URL(link).hash.slice(1), name: 'Security office', password: OTHER.password },
    });
    other = await clientOf(OTHER);
    await declare(other, SYSTEM);
    await declare(administrator, MINE);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await running?.stop();
  });

  async function clientOf({ email, password }: { email: string; password: string }): Promise<Client> {
    const headers = { origin: running.url };
    const body = { email, password };
    const answer = await createClient({ baseUrl: running.url, headers }).open(signInWithPassword, { body });
    const cookie = answer.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    return createClient({ baseUrl: running.url, headers: { ...headers, cookie } });
  }

  async function declare(client: Client, id: string): Promise<void> {
    await client.call(createSystem, {
      params: IN,
      body: {
        id,
        name: id,
        purpose: 'Reads what suppliers send, and proposes what to do with it.',
        phase: 'design',
        use: { inputs: [], outputs: [], tools: [], users: [], exposure: 'internal', prohibited: [] },
        features: {},
        thresholds: {},
        assets: [],
      },
    });
  }

  async function open(path: string, on = page): Promise<void> {
    await on.goto(`${running.url}/acme-ltd${path}`);
    await settled(on);
  }

  test('what is typed stays when somebody else saves first, and both versions are shown', async () => {
    await open('/members');
    await page.getByRole('tab', { name: 'Sign-in' }).click();
    const mappings = page.getByRole('textbox', { name: 'Groups and roles' });
    await mappings.fill('ai-team = contributor');
    const { value, etag = '' } = await other.ask(getSignIn, { params: IN });
    const theirs = { group: 'audit', role: 'auditor' } as const;
    const { secondFactor, sso } = value;
    await other.call(
      setSignIn,
      { params: IN, body: { secondFactor, sso, mappings: [theirs] } },
      { ifMatch: etag },
    );
    await page.waitForTimeout(1500);
    expect(await mappings.inputValue()).toBe('ai-team = contributor');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const conflict = page.getByRole('alert').filter({ hasText: 'Somebody changed it' });
    await conflict.getByText('audit = auditor').waitFor();
    await conflict.getByRole('button', { name: 'Save mine over it' }).click();
    await page.getByText('Saved.').waitFor();
    expect((await other.call(getSignIn, { params: IN })).mappings).toEqual([
      { group: 'ai-team', role: 'contributor' },
    ]);
  });

  test('a page is published as it was saved, not as it is being typed', async () => {
    await open('/public-page');
    await page.getByRole('textbox').first().fill('Acme');
    await page.getByText('Save the draft first').waitFor();
    expect(await page.getByRole('button', { name: 'Publish', exact: true }).isDisabled()).toBe(true);
  });

  test('nothing was looked at is not the same as nothing was found', async () => {
    for (const tab of ['findings', 'unknowns']) {
      await open(`/systems/${SYSTEM}/${tab}`);
      await page.getByText('Nothing was looked at yet').waitFor();
    }
    expect(await page.getByRole('link', { name: /^Findings/ }).textContent()).toBe('Findings');
  });

  test('evidence is offered as the service takes it on a system', async () => {
    await open(`/systems/${MINE}/evidence?type=scan-result`);
    const opener = page.getByRole('button', { name: 'Record an observation' });
    await opener.click();
    const form = page.getByRole('dialog', { name: 'Record an observation' });
    const kind = form.getByRole('combobox', { name: 'Kind of evidence' });
    expect(await kind.inputValue()).toBe('');
    await kind.fill('staff');
    await page.waitForTimeout(200);
    expect(await page.getByRole('option', { name: 'staff register' }).count()).toBe(0);
    await kind.fill('restore');
    await page.getByRole('option', { name: 'restore', exact: true }).click();
    await form.getByRole('combobox', { name: 'Who says it' }).click();
    expect(await page.getByRole('option').allTextContents()).toEqual(['A tool measured it']);
    await page.keyboard.press('Escape');
    await kind.fill('waiver');
    await page.getByRole('option', { name: 'waiver', exact: true }).click();
    await form.getByRole('combobox', { name: 'Who says it' }).click();
    expect(await page.getByRole('option').allTextContents()).not.toContain('A tool measured it');
    await page.keyboard.press('Escape');
    await form.getByRole('button', { name: 'Cancel' }).click();
    await form.waitFor({ state: 'hidden' });
    expect(await page.evaluate('document.activeElement?.textContent')).toBe('Record an observation');
  });

  test('Escape closes the form and leaves the duty open; a click beside the form closes nothing', async () => {
    await open(`/systems/${MINE}/board?duty=5.1.2-2%2Fa`);
    const why = page.getByRole('dialog', { name: /^Why: / });
    await why
      .getByRole('button', { name: /^Attest|^Record/ })
      .first()
      .click();
    const form = page.getByRole('dialog', { name: 'Record an observation' });
    await form.waitFor();
    await page.mouse.click(20, 450);
    await page.waitForTimeout(300);
    expect(await form.isVisible()).toBe(true);
    await form.getByRole('button', { name: 'Cancel' }).focus();
    await page.keyboard.press('Escape');
    await form.waitFor({ state: 'hidden' });
    expect(await why.isVisible()).toBe(true);
  });

  test('fields of one kind of request do not spoil another; it waits on the page that opens', async () => {
    await open(`/systems/${EXAMPLE}/requests/new?of=provider`);
    await page.getByLabel('Provider').fill('Model house');
    await page.getByRole('combobox', { name: 'What is to be decided' }).click();
    await page.getByRole('option', { name: 'Risk tolerance' }).click();
    await page.getByLabel('Tolerance').fill('4');
    await page.getByLabel('Statement').fill('Small losses of time are borne by us.');
    await page.getByLabel('Cost reasoning').fill('A second check costs more than it saves.');
    await page.getByLabel('Title').fill('What we bear');
    await page.getByLabel('Why it is asked').fill('The register names it, and nobody decided yet.');
    await page
      .getByLabel('Until when it is needed')
      .fill(new Date(Date.now() + 7 * DAY).toISOString().slice(0, 10));
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await page.getByRole('heading', { name: 'What we bear' }).waitFor();

    await other.call(createRequest, {
      params: { ...IN, system: SYSTEM },
      body: {
        title: 'Change of the declaration',
        note: 'It takes images from now on, so look at it again.',
        ask: { kind: 'approval', of: 'change', seal: { is: 'declaration' } },
        steps: [{ role: 'organisation', needed: 1 }],
        dueAt: new Date(Date.now() + 7 * DAY).toISOString(),
      },
    });
    await open('');
    await page.getByText('1 request waits for your word').waitFor();
    await page.getByRole('link', { name: 'Change of the declaration' }).click();
    await page.getByRole('heading', { name: 'Your decision' }).waitFor();
  });

  test('a member’s role changes after a question only, and a name finds a person', async () => {
    await open('/members');
    const role = page.getByRole('combobox', { name: 'Role of Security office' });
    await role.selectOption('viewer');
    const question = page.getByRole('dialog', { name: 'Make Security office viewer?' });
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'hidden' });
    expect(await role.inputValue()).toBe('administrator');

    await open(`/systems/${SYSTEM}/people`);
    await page.getByRole('button', { name: 'Change roles' }).click();
    await page.getByRole('combobox', { name: 'Data Custodian' }).fill('ada');
    await page.getByRole('option', { name: /Ada Example/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('button', { name: 'Change roles' }).waitFor();
    await page.getByText(ADMINISTRATOR.email).waitFor();
  });

  test('what is typed in the tab of a system stays when the session has ended', async () => {
    await open(`/systems/${MINE}/declaration`);
    await page.getByRole('button', { name: 'Change the declaration' }).click();
    const purpose = page.getByLabel('Purpose');
    const typed = 'Finds the price that a customer asked for, and says where it stands.';
    await purpose.fill(typed);
    const cookies = await page.context().cookies();
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('link', { name: 'Sign in in a new tab' }).first().waitFor();
    await page.waitForTimeout(1000);
    await page.context().addCookies(cookies);
    expect(await purpose.inputValue({ timeout: 1000 })).toBe(typed);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('button', { name: 'Change the declaration' }).waitFor();
    await page.getByText(typed).first().waitFor();
  });

  test('a whole address is taken as it is typed, and several that are pasted are several', async () => {
    await open(`/systems/${SYSTEM}/people`);
    await page.getByRole('button', { name: 'Change roles' }).click();
    const developers = page.getByRole('combobox', { name: 'Developer' });
    await developers.fill('office@example.org');
    await page.getByRole('option', { name: /Security office/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('office@example.org', { exact: true }).waitFor();
    await developers.fill('ann@example.org bob@example.org');
    await page.keyboard.press('Enter');
    await page.getByText('ann@example.org', { exact: true }).waitFor();
    await page.getByText('bob@example.org', { exact: true }).waitFor();
  });

  test('what was found before is no answer to a new search, and the field keeps the focus', async () => {
    await open('/systems');
    await page.getByRole('link', { name: SYSTEM }).waitFor();
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route(/\/systems\?.*search=/, async (route) => {
      await held;
      await route.continue();
    });
    const asked = page.waitForRequest(/\/systems\?.*search=/);
    const search = page.getByLabel('Search');
    await search.fill('nothing is called so');
    await asked;
    await page.waitForTimeout(200);
    expect(await page.getByRole('link', { name: SYSTEM }).count()).toBe(0);
    answer();
    await page.getByText('No system matches these filters.').waitFor();
    expect(await page.evaluate('document.activeElement?.value')).toBe('nothing is called so');
    await page.unroute(/\/systems\?.*search=/);
  });

  test('a bulletin that somebody changed is neither sent nor thrown away unseen', async () => {
    const body = {
      title: 'Prompts hidden in invoices',
      body: 'Invoices with hidden prompts are going round. Look twice.',
      threats: [],
      mitigationKnown: false,
      audience: [],
    };
    const { id } = await other.call(createBulletin, { params: IN, body });
    await open(`/bulletins/${id}`);
    const title = page.getByLabel('Title');
    await title.fill('Prompts hidden in letters');
    const params = { ...IN, bulletin: id };
    await other.call(
      updateBulletin,
      { params, body: { ...body, title: 'Prompts hidden in all paper' } },
      { ifMatch: '"1"' },
    );
    await page.waitForTimeout(1500);
    await page.getByRole('button', { name: 'Throw away' }).click();
    await page.getByText('This did not work').waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const conflict = page.getByRole('alert').filter({ hasText: 'Somebody changed it' });
    await conflict.getByText('Prompts hidden in all paper').waitFor();
    expect(await title.inputValue()).toBe('Prompts hidden in letters');
    await conflict.getByRole('button', { name: 'Take what is there now' }).click();
    expect(await title.inputValue()).toBe('Prompts hidden in all paper');
  });

  test('a year is typed digit by digit and moves no hour', async () => {
    const berlin = await browser.newPage({
      storageState: await page.context().storageState(),
      timezoneId: 'Europe/Berlin',
    });
    await open(`/systems/${MINE}/evidence`, berlin);
    await berlin.getByRole('button', { name: 'Record an observation' }).click();
    const until = berlin.getByLabel('Valid until');
    await until.fill('2026-01-31T12:00');
    await until.focus();
    await berlin.keyboard.press('Tab');
    await berlin.keyboard.press('Tab');
    await berlin.keyboard.type('2027');
    expect(await until.inputValue()).toBe('2027-01-31T12:00');
    await berlin.context().close();
  });

  test('after a system is chosen the others are offered again', async () => {
    await open('/requests');
    const system = page.getByRole('combobox', { name: 'System' });
    await system.fill('invoice');
    await page.getByRole('option', { name: SYSTEM }).click();
    await system.blur();
    await page.waitForTimeout(500);
    await system.click();
    await page.getByRole('option', { name: MINE }).waitFor();
  });

  test('what could not be checked is not told as broken', async () => {
    await open(`/systems/${EXAMPLE}/audit?seed=spring&count=1`);
    await page.route('**/ledger', (route) => route.abort());
    await page.getByRole('button', { name: 'Verify in this browser' }).first().click();
    await page.getByText('Could not be checked').waitFor();
    expect(await page.getByText('Does not hold').count()).toBe(0);
    await page.unroute('**/ledger');
  });

  test('a field that is missing is shown where it was folded away', async () => {
    await open('/new-system');
    await page.getByLabel('Name').fill('Route planner');
    await page.getByLabel('Purpose').fill('Plans the routes of our drivers for the next morning.');
    const assets = page.getByRole('button', { name: /^Assets beyond/ });
    await assets.click();
    await page.getByRole('button', { name: 'Add an asset' }).click();
    await assets.click();
    await page.getByLabel('Asset, such as').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Declare', exact: true }).click();
    await page.getByLabel('Asset, such as').waitFor();
  });

  test('an address that is none, and a session that has ended, have a way on', async () => {
    await page.goto(`${running.url}/acme-ltd/no-such-page`);
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();

    await open('/keys');
    await page.getByLabel('Name').fill('CI of the reader');
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Make a key' }).click();
    await page.getByRole('link', { name: 'Sign in in a new tab' }).first().waitFor();
    expect(await page.getByLabel('Name').inputValue()).toBe('CI of the reader');
    await page.getByRole('button', { name: 'account menu' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL(/sign-in/);
  });
});
