/** Every page by its address. Pages load when they are opened. */

import { getMe, getOverview, ProblemError, targetOf } from '@custos/contract';
import { isPredicateName, type PredicateName } from '@custos/core';
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { z } from 'zod';
import { queryClient, read } from './api/client.ts';
import {
  AuditSearch,
  FindingsSearch,
  LookBackSearch,
  SettingsSearch,
  TriageSearch,
} from './pages/assurance/search.ts';
import { HomeSearch } from './pages/home/search.ts';
import { NewRequestSearch, RequestsSearch } from './pages/requests/search.ts';
import { SignInProblem } from './pages/sign-in-text.ts';
import { BoardSearch } from './pages/system/board-filter.ts';
import { InventorySearch } from './pages/system/graph/inventory.ts';
import { SystemsSearch } from './pages/systems/search.ts';
import { Broken, NotThere } from './parts/broken.tsx';

const root = createRootRoute();

const setUpRoute = createRoute({
  getParentRoute: () => root,
  path: '/set-up',
  component: lazyRouteComponent(() => import('./pages/set-up.tsx'), 'SetUpPage'),
});

const signInRoute = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  // Only a path of ours: a foreign address would make this an open redirect.
  validateSearch: z.object({
    to: z.string().transform(targetOf).optional().catch(undefined),
    problem: SignInProblem.optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import('./pages/sign-in.tsx'), 'SignInPage'),
});

/** Everything behind the sign-in. */
const shellRoute = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ location }) => {
    // The frame is on its way while the service says who this is.
    void import('./shell.tsx');
    try {
      return { me: await queryClient.ensureQueryData(read(getMe, {})) };
    } catch (error) {
      if (error instanceof ProblemError && error.problem.status === 401)
        throw redirect({ to: '/sign-in', search: { to: location.href } });
      throw error;
    }
  },
  component: lazyRouteComponent(() => import('./shell.tsx'), 'Shell'),
});

const startRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  beforeLoad: ({ context: { me } }) => {
    const [first] = me.organisations;
    if (first) throw redirect({ to: '/$organisation', params: { organisation: first.id } });
  },
  component: lazyRouteComponent(() => import('./pages/nowhere.tsx'), 'NowherePage'),
});

const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$organisation',
  validateSearch: HomeSearch,
  loader: ({ params }) => void queryClient.prefetchQuery(read(getOverview, { params })),
  component: lazyRouteComponent(() => import('./pages/home/home.tsx'), 'HomePage'),
});

const systemsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$organisation/systems',
  validateSearch: SystemsSearch,
  component: lazyRouteComponent(() => import('./pages/systems/list.tsx'), 'SystemsPage'),
});

const newSystemRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$organisation/new-system',
  component: lazyRouteComponent(() => import('./pages/systems/create.tsx'), 'NewSystemPage'),
});

const requestsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$organisation/requests',
  validateSearch: RequestsSearch,
  component: lazyRouteComponent(() => import('./pages/requests/list.tsx'), 'RequestsPage'),
});

const membersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$organisation/members',
  component: lazyRouteComponent(() => import('./pages/members/members.tsx'), 'MembersPage'),
});

const keysRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$organisation/keys',
  component: lazyRouteComponent(() => import('./pages/members/keys.tsx'), 'KeysPage'),
});

const webhooksRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$organisation/settings/webhooks',
  component: lazyRouteComponent(() => import('./pages/service/webhooks.tsx'), 'WebhooksPage'),
});

const serviceRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$organisation/service',
  component: lazyRouteComponent(() => import('./pages/service/service.tsx'), 'ServicePage'),
});

const accountRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/account',
  component: lazyRouteComponent(() => import('./pages/account/account.tsx'), 'AccountPage'),
});

const invitationRoute = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyRouteComponent(() => import('./pages/invitation.tsx'), 'InvitationPage'),
});

const taskRoute = createRoute({
  getParentRoute: () => root,
  path: '/task',
  component: lazyRouteComponent(() => import('./pages/task/task.tsx'), 'TaskPage'),
});

const systemRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$organisation/systems/$system',
  component: lazyRouteComponent(() => import('./pages/system/layout.tsx'), 'SystemLayout'),
});

const systemIndexRoute = createRoute({
  getParentRoute: () => systemRoute,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/$organisation/systems/$system/board', params, replace: true });
  },
});

const boardRoute = createRoute({
  getParentRoute: () => systemRoute,
  path: '/board',
  validateSearch: BoardSearch,
  component: lazyRouteComponent(() => import('./pages/system/board.tsx'), 'BoardPage'),
});

const inventoryRoute = createRoute({
  getParentRoute: () => systemRoute,
  path: '/inventory',
  validateSearch: InventorySearch,
  component: lazyRouteComponent(() => import('./pages/system/inventory.tsx'), 'InventoryPage'),
});

const findingsRoute = createRoute({
  getParentRoute: () => systemRoute,
  path: '/findings',
  component: lazyRouteComponent(() => import('./pages/system/findings.tsx'), 'FindingsPage'),
});

const unknownsRoute = createRoute({
  getParentRoute: () => systemRoute,
  path: '/unknowns',
  component: lazyRouteComponent(() => import('./pages/system/unknowns.tsx'), 'UnknownsPage'),
});

const applicabilityRoute = createRoute({
  getParentRoute: () => systemRoute,
  path: '/applicability',
  validateSearch: z.object({ contradictions: z.literal(true).optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('./pages/system/applicability.tsx'), 'ApplicabilityPage'),
});

const ixitRoute = createRoute({
  getParentRoute: () => systemRoute,
  path: '/ixit',
  component: lazyRouteComponent(() => import('./pages/system/ixit.tsx'), 'IxitPage'),
});

const evidenceRoute = createRoute({
  getParentRoute: () => systemRoute,
  path: '/evidence',
  validateSearch: (search: Record<string, unknown>): { type?: PredicateName } =>
    typeof search.type === 'string' && isPredicateName(search.type) ? { type: search.type } : {},
  component: lazyRouteComponent(() => import('./pages/system/evidence.tsx'), 'EvidencePage'),
});

const historyRoute = createRoute({
  getParentRoute: () => systemRoute,
  path: '/history',
  validateSearch: z.object({
    replay: z.int().min(1).optional().catch(undefined),
    compare: z.array(z.int().min(1)).max(2).optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import('./pages/system/history.tsx'), 'HistoryPage'),
});

const systemRequestsRoute = createRoute({
  getParentRoute: () => systemRoute,
  path: '/requests',
  component: lazyRouteComponent(() => import('./pages/requests/system.tsx'), 'SystemRequestsPage'),
});

const newRequestRoute = createRoute({
  getParentRoute: () => systemRoute,
  path: '/requests/new',
  validateSearch: NewRequestSearch,
  component: lazyRouteComponent(() => import('./pages/requests/create.tsx'), 'NewRequestPage'),
});

const requestRoute = createRoute({
  getParentRoute: () => systemRoute,
  path: '/requests/$request',
  component: lazyRouteComponent(() => import('./pages/requests/request.tsx'), 'RequestPage'),
});

const declarationRoute = createRoute({
  getParentRoute: () => systemRoute,
  path: '/declaration',
  component: lazyRouteComponent(() => import('./pages/system/declaration.tsx'), 'DeclarationPage'),
});

const peopleRoute = createRoute({
  getParentRoute: () => systemRoute,
  path: '/people',
  component: lazyRouteComponent(() => import('./pages/system/people.tsx'), 'PeoplePage'),
});

const publicPageRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$organisation/public-page',
  component: lazyRouteComponent(
    () => import('./pages/assurance/publication.tsx'),
    'OrganisationPublicationPage',
  ),
});

const allFindingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$organisation/audit',
  validateSearch: FindingsSearch,
  component: lazyRouteComponent(() => import('./pages/assurance/all-findings.tsx'), 'AllFindingsPage'),
});

const contradictionsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$organisation/contradictions',
  component: lazyRouteComponent(() => import('./pages/assurance/contradictions.tsx'), 'ContradictionsPage'),
});

const lookBackRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$organisation/look-back',
  validateSearch: LookBackSearch,
  component: lazyRouteComponent(() => import('./pages/assurance/look-back.tsx'), 'LookBackPage'),
});

const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$organisation/settings',
  validateSearch: SettingsSearch,
  component: lazyRouteComponent(() => import('./pages/assurance/settings.tsx'), 'SettingsPage'),
});

const triageRoute = createRoute({
  getParentRoute: () => systemRoute,
  path: '/triage',
  validateSearch: TriageSearch,
  component: lazyRouteComponent(() => import('./pages/assurance/triage.tsx'), 'TriagePage'),
});

const componentsRoute = createRoute({
  getParentRoute: () => systemRoute,
  path: '/components',
  component: lazyRouteComponent(() => import('./pages/assurance/components.tsx'), 'ComponentsPage'),
});

const systemPublicPageRoute = createRoute({
  getParentRoute: () => systemRoute,
  path: '/public-page',
  component: lazyRouteComponent(() => import('./pages/assurance/publication.tsx'), 'SystemPublicationPage'),
});

const auditRoute = createRoute({
  getParentRoute: () => systemRoute,
  path: '/audit',
  validateSearch: AuditSearch,
  component: lazyRouteComponent(() => import('./pages/assurance/audit.tsx'), 'AuditPage'),
});

const ledgerRoute = createRoute({
  getParentRoute: () => systemRoute,
  path: '/ledger',
  component: lazyRouteComponent(() => import('./pages/assurance/ledger.tsx'), 'LedgerPage'),
});

const myTrainingRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$organisation/training',
  component: lazyRouteComponent(() => import('./pages/training/mine.tsx'), 'MyTrainingPage'),
});

const trainingModuleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$organisation/training/modules/$module',
  component: lazyRouteComponent(() => import('./pages/training/module.tsx'), 'TrainingModulePage'),
});

const awarenessPolicyRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$organisation/training/policy',
  component: lazyRouteComponent(() => import('./pages/training/policy.tsx'), 'AwarenessPolicyPage'),
});

const programmeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$organisation/training/programme',
  component: lazyRouteComponent(() => import('./pages/training/programme.tsx'), 'ProgrammePage'),
});

const threatsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$organisation/training/threats',
  component: lazyRouteComponent(() => import('./pages/training/threats.tsx'), 'ThreatsPage'),
});

const teamRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$organisation/training/team',
  component: lazyRouteComponent(() => import('./pages/training/team.tsx'), 'TeamPage'),
});

const bulletinsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$organisation/bulletins',
  component: lazyRouteComponent(() => import('./pages/bulletins/list.tsx'), 'BulletinsPage'),
});

const newBulletinRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$organisation/bulletins/new',
  validateSearch: z.object({ threat: z.string().max(80).optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('./pages/bulletins/compose.tsx'), 'NewBulletinPage'),
});

const bulletinRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$organisation/bulletins/$bulletin',
  component: lazyRouteComponent(() => import('./pages/bulletins/bulletin.tsx'), 'BulletinPage'),
});

const reportRiskRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$organisation/report-a-risk',
  component: lazyRouteComponent(() => import('./pages/risks/report.tsx'), 'ReportRiskPage'),
});

const riskInboxRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$organisation/risk-reports',
  component: lazyRouteComponent(() => import('./pages/risks/inbox.tsx'), 'RiskInboxPage'),
});

const bulletinLinkRoute = createRoute({
  getParentRoute: () => root,
  path: '/bulletin',
  component: lazyRouteComponent(() => import('./pages/bulletins/link.tsx'), 'BulletinLinkPage'),
});

const publicReportRoute = createRoute({
  getParentRoute: () => root,
  path: '/report/$organisation',
  component: lazyRouteComponent(() => import('./pages/risks/public-report.tsx'), 'PublicReportPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    setUpRoute,
    invitationRoute,
    taskRoute,
    signInRoute,
    bulletinLinkRoute,
    publicReportRoute,
    shellRoute.addChildren([
      startRoute,
      homeRoute,
      systemsRoute,
      newSystemRoute,
      requestsRoute,
      membersRoute,
      keysRoute,
      webhooksRoute,
      serviceRoute,
      accountRoute,
      myTrainingRoute,
      trainingModuleRoute,
      awarenessPolicyRoute,
      programmeRoute,
      threatsRoute,
      teamRoute,
      bulletinsRoute,
      newBulletinRoute,
      bulletinRoute,
      reportRiskRoute,
      riskInboxRoute,
      publicPageRoute,
      allFindingsRoute,
      contradictionsRoute,
      lookBackRoute,
      settingsRoute,
      systemRoute.addChildren([
        triageRoute,
        componentsRoute,
        systemPublicPageRoute,
        auditRoute,
        ledgerRoute,
        systemIndexRoute,
        boardRoute,
        inventoryRoute,
        findingsRoute,
        unknownsRoute,
        applicabilityRoute,
        ixitRoute,
        evidenceRoute,
        historyRoute,
        systemRequestsRoute,
        newRequestRoute,
        requestRoute,
        declarationRoute,
        peopleRoute,
      ]),
    ]),
  ]),
  defaultErrorComponent: Broken,
  defaultNotFoundComponent: NotThere,
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
