/** Every page of the console with something to show: what is looked at in both themes, wide and narrow. */
import type { Page } from 'playwright-core';
import type { ConsoleWorld, Name } from './console-world.ts';

export interface ConsolePage {
  /** Of its pictures. */
  readonly name: string;
  /** As the router writes it; `server`: written by the service itself. */
  readonly route: string;
  readonly path: string;
  /** Default the administrator; null: somebody who is not signed in. */
  readonly as?: Name | null;
  /** What has to be done to see it. */
  readonly act?: (page: Page) => Promise<void>;
}

const ORGANISATION = '/acme-ltd';

/** Routes that lead on at once. */
export const REDIRECTS = ['/$organisation/systems/$system'];

const UNTIDY = 'lindenhof-placenames';

const tab = (name: string) => (page: Page) => page.getByRole('tab', { name }).click();
const dialog = (page: Page) => page.getByRole('dialog').waitFor();

function ofOrganisation(name: string, at: string, more: Partial<ConsolePage> = {}): ConsolePage {
  const { pathname } = new URL(at, 'http://custos.invalid/');
  const route = pathname === '/' ? '' : pathname;
  return { name, route: `/$organisation${route}`, path: ORGANISATION + (at === '/' ? '' : at), ...more };
}

/** @param system a tidy one, unless the page has more to show of another */
function ofSystem(
  name: string,
  at: string,
  { system = 'lindenhof-support-chatbot', ...more }: Partial<ConsolePage> & { system?: string } = {},
): ConsolePage {
  const { pathname } = new URL(at, 'http://custos.invalid/');
  const path = `${ORGANISATION}/systems/${system}${at}`;
  return { name, route: `/$organisation/systems/$system${pathname}`, path, ...more };
}

export function consolePages({ approved, waiting, bulletin, links }: ConsoleWorld): ConsolePage[] {
  const after = (link: string) => new URL(link).pathname + new URL(link).hash;
  return [
    { name: 'set-up', route: '/set-up', path: '/set-up#an-old-link', as: null },
    { name: 'sign-in', route: '/sign-in', path: '/sign-in', as: null },
    { name: 'sign-in-expired', route: '/sign-in', path: '/sign-in?problem=sso-expired', as: null },
    {
      name: 'sign-in-organisation',
      route: '/sign-in',
      path: '/sign-in',
      as: null,
      act: (page) => page.getByRole('button', { name: 'Sign in through your organisation' }).click(),
    },
    { name: 'invitation', route: '/invitation', path: after(links.invitation), as: null },
    { name: 'task', route: '/task', path: after(links.task), as: null },
    { name: 'bulletin-link', route: '/bulletin', path: after(links.bulletin), as: null },
    { name: 'public-report', route: '/report/$organisation', path: '/report/acme-ltd', as: null },
    { name: 'public-organisation', route: 'server', path: '/p/acme-ltd', as: null },
    { name: 'public-system', route: 'server', path: '/p/acme-ltd/lindenhof-support-chatbot', as: null },
    { name: 'nowhere', route: '/', path: '/', as: 'guest' },
    { name: 'account', route: '/account', path: '/account' },

    ofOrganisation('home', '/'),
    ofOrganisation('home-developer', '/', { as: 'developer' }),
    ofOrganisation('systems', '/systems'),
    ofOrganisation('new-system', '/new-system'),
    ofOrganisation('requests', '/requests'),
    ofOrganisation('requests-all', '/requests?show=all'),
    ofOrganisation('training', '/training', { as: 'developer' }),
    ofOrganisation('training-module', '/training/modules/prompt-injection', {
      route: '/$organisation/training/modules/$module',
      as: 'developer',
    }),
    ofOrganisation('training-policy', '/training/policy'),
    ofOrganisation('training-programme', '/training/programme'),
    ofOrganisation('training-threats', '/training/threats'),
    ofOrganisation('training-team', '/training/team'),
    ofOrganisation('bulletins', '/bulletins'),
    ofOrganisation('new-bulletin', '/bulletins/new?threat=THREAT-2026-9'),
    ofOrganisation('bulletin', `/bulletins/${bulletin}`, { route: '/$organisation/bulletins/$bulletin' }),
    ofOrganisation('report-a-risk', '/report-a-risk', { as: 'developer' }),
    ofOrganisation('risk-reports', '/risk-reports'),
    ofOrganisation('audit-findings', '/audit', { as: 'auditor' }),
    ofOrganisation('contradictions', '/contradictions'),
    ofOrganisation('look-back', '/look-back'),
    ofOrganisation('look-back-of-a-source', '/look-back?source=make_data'),
    ofOrganisation('members', '/members'),
    ofOrganisation('members-invitations', '/members', { act: tab('Invitations') }),
    ofOrganisation('members-sign-in', '/members', { act: tab('Sign-in') }),
    ofOrganisation('keys', '/keys'),
    ofOrganisation('public-page', '/public-page'),
    ofOrganisation('settings', '/settings'),
    ofOrganisation('settings-proposed', '/settings?show=proposed'),
    ofOrganisation('webhooks', '/settings/webhooks', {
      act: (page) => page.getByRole('button', { name: /^Sent messages/ }).click(),
    }),
    ofOrganisation('service', '/service'),

    ofSystem('board', '/board'),
    ofSystem('board-filtered', '/board?verdict=fail&norm=shall'),
    ofSystem('why', '/board?duty=5.2.1-1%2Fa', { act: dialog }),
    ofSystem('inventory', '/inventory'),
    ofSystem('inventory-list', '/inventory?view=list'),
    ofSystem('asset', '/inventory?view=list&asset=prompt%3Aprompts%2Fsystem.md', { act: dialog }),
    ofSystem('triage', '/triage', { as: 'developer', system: UNTIDY }),
    ofSystem('components', '/components', { as: 'operator' }),
    ofSystem('findings', '/findings', { system: UNTIDY }),
    ofSystem('unknowns', '/unknowns', { system: UNTIDY }),
    ofSystem('applicability', '/applicability'),
    ofSystem('ixit', '/ixit'),
    ofSystem('evidence', '/evidence', { as: 'developer' }),
    ofSystem('system-requests', '/requests', { as: 'operator' }),
    ofSystem('new-request', '/requests/new?of=release', { as: 'operator' }),
    ofSystem('request', `/requests/${waiting}`, {
      route: '/$organisation/systems/$system/requests/$request',
    }),
    ofSystem('request-void', `/requests/${approved}`, {
      route: '/$organisation/systems/$system/requests/$request',
      as: 'developer',
    }),
    ofSystem('history', '/history?replay=1'),
    ofSystem('ledger', '/ledger'),
    ofSystem('audit', '/audit?seed=spring', { as: 'auditor' }),
    ofSystem('public-page-of-system', '/public-page', { as: 'operator' }),
    ofSystem('declaration', '/declaration', { as: 'developer' }),
    ofSystem('people', '/people'),
    ofOrganisation('system-not-found', '/systems/no-such-system/board', {
      route: '/$organisation/systems/$system/board',
    }),
  ];
}
