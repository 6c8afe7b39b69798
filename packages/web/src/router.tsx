/** Every page by its address. Pages load when they are opened. */

import { getMe, ProblemError } from '@custos/contract';
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { queryClient, read } from './api/client.ts';

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
  validateSearch: (search: Record<string, unknown>): { to?: string } =>
    typeof search.to === 'string' && /^\/(?![/\\])/.test(search.to) ? { to: search.to } : {},
  component: lazyRouteComponent(() => import('./pages/sign-in.tsx'), 'SignInPage'),
});

/** Everything behind the sign-in. */
const shellRoute = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ location }) => {
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
  component: lazyRouteComponent(() => import('./pages/home.tsx'), 'HomePage'),
});

const systemsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$organisation/systems',
  component: lazyRouteComponent(() => import('./pages/systems.tsx'), 'SystemsPage'),
});

const systemRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$organisation/systems/$system',
  component: lazyRouteComponent(() => import('./pages/system.tsx'), 'SystemPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    setUpRoute,
    signInRoute,
    shellRoute.addChildren([startRoute, homeRoute, systemsRoute, systemRoute]),
  ]),
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
