/** People of an organisation in the running service: members by an invitation, each with a session of their own. */
import {
  acceptInvitation,
  type Client,
  createClient,
  invite,
  type OrganisationRole,
  signInWithPassword,
} from '@custos/contract';
import type { Browser, Page } from 'playwright-core';
import { ADMINISTRATOR, type RunningConsole } from './run-console.ts';

export interface Person {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

export function person(name: string, mailbox: string): Person {
  return { name, email: `${mailbox}@example.org`, password: 'violet tram under rain' };
}

/** Asks the API as whoever signs in with that password. */
export async function clientOf({ url }: RunningConsole, { email, password }: Person): Promise<Client> {
  const headers = { origin: url };
  const { headers: answered } = await createClient({ baseUrl: url, headers }).open(signInWithPassword, {
    body: { email, password },
  });
  const cookie = answered
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  return createClient({ baseUrl: url, headers: { ...headers, cookie } });
}

/** @param linkTo the link that went to somebody by e-mail, where the service sends any */
export async function join(
  running: RunningConsole,
  administrator: Client,
  { who, role, linkTo }: { who: Person; role: OrganisationRole; linkTo?: (email: string) => Promise<string> },
): Promise<void> {
  const { link = (await linkTo?.(who.email)) ?? '' } = await administrator.call(invite, {
    params: { organisation: 'acme-ltd' },
    body: { person: who.email, role },
  });
  const token = new URL(link).hash.slice(1);
  await createClient({ baseUrl: running.url, headers: { origin: running.url } }).call(acceptInvitation, {
    body: { token, name: who.name, password: who.password },
  });
}

/** A browser of their own, in which they sign in by the form. */
export async function enter(
  browser: Browser,
  { url }: RunningConsole,
  { email, password }: Person = ADMINISTRATOR,
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(`${url}/sign-in`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.keyboard.press('Enter');
  await page.waitForURL(/acme-ltd/);
  return page;
}
