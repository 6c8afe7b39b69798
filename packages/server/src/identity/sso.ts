/**
 * Single sign-on by OpenID Connect: code flow with PKCE, state and nonce, by openid-client. An organisation's provider
 * vouches for its own people in that organisation and nowhere else: the session that it opens enters no other.
 */
import { GroupMapping, SsoProvider, targetOf } from '@custos/contract';
import { CustosError } from '@custos/core';
import { admit, holdSettings } from '@custos/engine';
import {
  accountOf,
  accountOfSubject,
  type Control,
  ensureAccount,
  insertSsoFlow,
  isOwned,
  type SsoFlow,
  signInSettings,
  takeSsoFlow,
  tieSubject,
  withIdentities,
} from '@custos/store';
import { sha256 } from '@custos/trust';
import { symmetricDecrypt, symmetricEncrypt } from 'better-auth/crypto';
import * as client from 'openid-client';
import { z } from 'zod';
import { Refusal } from '../http/problem.ts';
import type { Service } from '../service.ts';
import { ADDRESS_HEADER } from './auth.ts';
import { providerFetch } from './provider-fetch.ts';
import { tellOfChange } from './told.ts';

export const SSO_CALLBACK = '/api/v1/session/sso/callback';
/** Ties a flow to the browser that began it. Not `Strict`: the provider sends the browser back. */
const FLOW_COOKIE = 'custos.sso';
const HOST = '__Host-';
const FLOW_SECONDS = 600;
const PROVIDER_SECONDS = 10;

/** Why somebody comes back to the sign-in page; the page has a sentence for each. */
type Problem =
  | 'sso-link-first'
  | 'sso-other-person'
  | 'sso-expired'
  | 'sso-refused'
  | 'sso-no-email'
  | 'sso-no-member'
  | 'sso-unreachable';

export function redirectUri(service: Service): string {
  return `${service.baseUrl}${SSO_CALLBACK}`;
}

export const encryptSecret = (service: Service, data: string) =>
  symmetricEncrypt({ key: service.secret, data });

interface Settings {
  readonly version: number;
  readonly provider: SsoProvider;
  readonly clientSecret: string | undefined;
  readonly mappings: readonly GroupMapping[];
}

async function settingsOf(service: Service, organisation: string): Promise<Settings | undefined> {
  const row = await service.context.database.within(organisation, (control) => signInSettings(control));
  if (row.sso === null) return undefined;
  return {
    version: row.version,
    provider: SsoProvider.parse(JSON.parse(row.sso)),
    clientSecret:
      row.client_secret === null
        ? undefined
        : await symmetricDecrypt({ key: service.secret, data: row.client_secret }),
    mappings: z.array(GroupMapping).parse(JSON.parse(row.mappings)),
  };
}

function isLoopback(url: URL): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
}

/** Plain HTTP is for a provider on the same machine as a service on its loopback address, and for nothing else. */
export function issuerIsSafe(baseUrl: string, issuer: string): boolean {
  const url = new URL(issuer);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return false;
  return url.protocol === 'https:' || (isLoopback(url) && isLoopback(new URL(baseUrl)));
}

/** @throws Refusal UNAVAILABLE when the provider can't be asked */
async function discover(
  service: Service,
  { provider, clientSecret }: Settings,
): Promise<client.Configuration> {
  const issuer = new URL(provider.issuer);
  try {
    if (!issuerIsSafe(service.baseUrl, provider.issuer)) throw new Error('issuer is not safe');
    return await client.discovery(issuer, provider.clientId, clientSecret, undefined, {
      timeout: PROVIDER_SECONDS,
      // Also for the addresses that the provider gives.
      [client.customFetch]: providerFetch(service.ssoPrivate),
      execute: issuer.protocol === 'http:' ? [client.allowInsecureRequests] : [],
    });
  } catch (cause) {
    service.log.warn({ issuer: provider.issuer, err: cause }, 'identity provider not usable');
    throw new Refusal(
      'UNAVAILABLE',
      'The identity provider of the organisation can not be reached. Try again later, or tell your administrator.',
    );
  }
}

/**
 * @param begin its account: of somebody signed in, who ties it to the subject that comes back
 * @throws Refusal NOT_FOUND, UNAVAILABLE
 */
export async function beginSso(
  service: Service,
  begin: { organisation: string; to?: string | undefined; account?: string },
  setCookie: (cookie: string) => void,
): Promise<{ url: string }> {
  const { organisation, to, account = null } = begin;
  const settings = await settingsOf(service, organisation);
  if (!settings)
    throw new Refusal(
      'NOT_FOUND',
      `There is no single sign-on for "${organisation}". Sign in with a password.`,
    );
  const config = await discover(service, settings);
  const { database, clock } = service.context;
  const [verifier, state, nonce] = [
    client.randomPKCECodeVerifier(),
    client.randomState(),
    client.randomNonce(),
  ];
  const now = clock.now();
  const flow: SsoFlow = {
    state: sha256(state),
    organisation,
    settings: settings.version,
    verifier,
    nonce,
    target: targetOf(to),
    account,
    expires_at: new Date(Date.parse(now) + FLOW_SECONDS * 1000).toISOString(),
  };
  await database.identities((control) => insertSsoFlow(control, flow, now));
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri(service),
    scope: [...new Set(['openid', ...settings.provider.scopes])].join(' '),
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  });
  setCookie(flowCookie(service, state, FLOW_SECONDS));
  return { url: url.href };
}

function overHttps({ baseUrl }: Service): boolean {
  return baseUrl.startsWith('https:');
}

function flowCookieName(service: Service): string {
  return `${overHttps(service) ? HOST : ''}${FLOW_COOKIE}`;
}

function flowCookie(service: Service, value: string, seconds: number): string {
  return `${flowCookieName(service)}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${overHttps(service) ? '; Secure' : ''}`;
}

/** By its full name: one without the prefix can be set by a sibling of the host. */
function flowOfBrowser(service: Service, headers: Headers): string | undefined {
  for (const cookie of (headers.get('cookie') ?? '').split(/;\s*/)) {
    const [name, value] = cookie.split('=', 2);
    if (name === flowCookieName(service)) return value;
  }
  return undefined;
}

class Failed extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem);
    this.problem = problem;
  }
}

/** The provider sent the browser back. Answers with a redirect to a page of the console, whatever happens. */
export async function ssoCallback(service: Service, request: Request, address: string): Promise<Response> {
  const headers = new Headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  headers.append('set-cookie', flowCookie(service, '', 0));
  try {
    const { account, person, flow } = await vouched(service, request);
    headers.set('location', flow.target);
    // Whoever ties their account is signed in already.
    if (flow.account !== null) {
      const what = `The single sign-on of "${flow.organisation}" was connected to your account.`;
      tellOfChange({ service, address }, person, what);
      return new Response(null, { status: 303, headers });
    }
    const agent = request.headers.get('user-agent') ?? '';
    const cookies = await openSession(service, { account, flow, address, agent });
    service.log.info({ way: 'sso', account: person, organisation: flow.organisation, address }, 'sign-in');
    for (const cookie of cookies) headers.append('set-cookie', cookie);
  } catch (error) {
    const problem = problemOf(error);
    service.log.warn({ way: 'sso', problem, address, err: error }, 'sign-in refused');
    headers.set('location', `/sign-in?problem=${problem}`);
  }
  return new Response(null, { status: 303, headers });
}

function problemOf(error: unknown): Problem {
  if (error instanceof Failed) return error.problem;
  return error instanceof CustosError && error.code === 'SIGN_IN_CHANGED' ? 'sso-expired' : 'sso-refused';
}

/**
 * Settings that change end the sessions that they see. One that they could not see yet ends here, before anybody has it.
 * @returns its cookies @throws CustosError SIGN_IN_CHANGED
 */
async function openSession(
  service: Service,
  { account, flow, address, agent }: { account: string; flow: SsoFlow; address: string; agent: string },
): Promise<string[]> {
  const opened = await service.auth.api.openSession({
    body: { account, organisation: flow.organisation },
    headers: new Headers({ [ADDRESS_HEADER]: address, 'user-agent': agent }),
    asResponse: true,
  });
  const { token } = z.object({ token: z.string() }).parse(await opened.json());
  try {
    const { database } = service.context;
    await database.within(flow.organisation, (control) => holdSettings(control, flow.settings));
  } catch (error) {
    const { internalAdapter } = await service.auth.$context;
    await internalAdapter.deleteSession(token);
    throw error;
  }
  return opened.headers.getSetCookie();
}

/** Account of whom the provider vouches for, who is let in. @throws Failed, CustosError SIGN_IN_CHANGED */
async function vouched(
  service: Service,
  request: Request,
): Promise<{ account: string; person: string; flow: SsoFlow }> {
  const { database, clock } = service.context;
  const given = new URL(request.url);
  const state = given.searchParams.get('state') ?? '';
  if (state === '' || flowOfBrowser(service, request.headers) !== state) throw new Failed('sso-expired');
  const flow = await database.identities((control) => takeSsoFlow(control, sha256(state), clock.now()));
  const settings = flow && (await settingsOf(service, flow.organisation));
  if (!flow || settings?.version !== flow.settings) throw new Failed('sso-expired');
  const claims = await exchange(service, settings, { flow, state, given });
  const account =
    flow.account === null
      ? await accountFor(service, flow.organisation, settings, claims)
      : await tieOwn(service, { ...flow, account: flow.account }, settings, claims);
  const vouchedFor = { account: account.id, person: account.email, flow };
  if (flow.account !== null) return vouchedFor;
  const admitted = await admit(service.context, flow.organisation, {
    person: account.email,
    name: account.name,
    groups: claims.groups,
    issuer: settings.provider.issuer,
    settings: settings.version,
  });
  if (!admitted) throw new Failed('sso-no-member');
  return vouchedFor;
}

interface Claims {
  readonly subject: string;
  readonly email: string | undefined;
  readonly name: string;
  /** Undefined: nothing is mapped, so nothing was asked. */
  readonly groups: readonly string[] | undefined;
}

const Claimed = z.looseObject({
  sub: z.string().min(1),
  email: z.email().optional(),
  email_verified: z.union([z.boolean(), z.enum(['true', 'false'])]).optional(),
  name: z.string().optional(),
});
const Groups = z.union([z.array(z.string()), z.string().transform((group) => [group])]);

async function exchange(
  service: Service,
  settings: Settings,
  { flow, state, given }: { flow: SsoFlow; state: string; given: URL },
): Promise<Claims> {
  const config = await discover(service, settings).catch(() => {
    throw new Failed('sso-unreachable');
  });
  const { provider, mappings } = settings;
  // What people reach, which behind a proxy is not what the request says.
  const url = new URL(redirectUri(service));
  url.search = given.search;
  const tokens = await client.authorizationCodeGrant(config, url, {
    pkceCodeVerifier: flow.verifier,
    expectedState: state,
    expectedNonce: flow.nonce,
    idTokenExpected: true,
  });
  const idToken = tokens.claims();
  if (!idToken) throw new Failed('sso-refused');
  const complete = idToken.email !== undefined && (mappings.length === 0 || provider.groupsClaim in idToken);
  const more =
    complete || config.serverMetadata().userinfo_endpoint === undefined
      ? {}
      : await client.fetchUserInfo(config, tokens.access_token, idToken.sub);
  const claims = Claimed.parse({ ...more, ...idToken });
  const trusted = provider.trustEmail || String(claims.email_verified) === 'true';
  const email = trusted ? claims.email?.toLowerCase() : undefined;
  return {
    subject: claims.sub,
    email,
    name: (claims.name ?? email ?? claims.sub).slice(0, 200),
    groups: mappings.length === 0 ? undefined : (Groups.safeParse(claims[provider.groupsClaim]).data ?? []),
  };
}

function tieName(organisation: string, provider: SsoProvider): string {
  return `sso:${organisation}:${sha256(provider.issuer).slice(7, 23)}`;
}

/** Works on accounts while the settings stand. @throws CustosError SIGN_IN_CHANGED */
function underSettings<T>(
  { context: { database } }: Service,
  { organisation, version }: { organisation: string; version: number },
  work: (control: Control) => Promise<T>,
): Promise<T> {
  return database.within(organisation, async (control) => {
    await holdSettings(control, version);
    return withIdentities(control, work);
  });
}

/** Ties the account of somebody signed in to the subject, whose address must be theirs. @throws Failed */
async function tieOwn(
  service: Service,
  { organisation, account }: { organisation: string; account: string },
  { provider, version }: Settings,
  { subject, email }: Claims,
): Promise<{ id: string; email: string; name: string }> {
  const { clock } = service.context;
  const tie = tieName(organisation, provider);
  return underSettings(service, { organisation, version }, async (control) => {
    const own = await accountOf(control, account);
    if (!own) throw new Failed('sso-refused');
    if (email === undefined) throw new Failed('sso-no-email');
    if (email !== own.email.toLowerCase()) throw new Failed('sso-other-person');
    const known = await accountOfSubject(control, tie, subject);
    if (known && known.id !== account) throw new Failed('sso-refused');
    if (!(await tieSubject(control, { provider: tie, subject, account }, clock.now())))
      throw new Failed('sso-refused');
    return own;
  });
}

/**
 * The account of a subject. The first time it is found by a verified address, and tied to the subject, where nobody owns it
 * yet by a password or passkey: whoever does ties it themselves (`tieOwn`), since an organisation chooses its provider and
 * could say any address. An address that changes hands at the provider later leads nowhere new.
 */
async function accountFor(
  service: Service,
  organisation: string,
  { provider, version }: Settings,
  { subject, email, name }: Claims,
): Promise<{ id: string; email: string; name: string }> {
  const { clock } = service.context;
  const tie = tieName(organisation, provider);
  const library = await service.auth.$context;
  const fresh = library.generateId({ model: 'user' });
  return underSettings(service, { organisation, version }, async (control) => {
    const known = await accountOfSubject(control, tie, subject);
    if (known) return known;
    if (email === undefined || fresh === false) throw new Failed('sso-no-email');
    const id = await ensureAccount(control, { id: fresh, email, name, confirmed: false }, clock.now());
    if (id === undefined) throw new Failed('sso-refused');
    if (await isOwned(control, id)) throw new Failed('sso-link-first');
    if (!(await tieSubject(control, { provider: tie, subject, account: id }, clock.now())))
      throw new Failed('sso-refused');
    return { id, email, name };
  });
}
